"""The settings of memory, and what is wrong with them."""

import pytest
from bodybroker.kernel import configuration
from bodybroker.minds.memory.perception import MAKERS
from bodybroker.minds.memory.rules import MemoryRules
from bodybroker.minds.memory.tallies import COUNTED
from pydantic import ValidationError

from tests.unit.minds.memory.worlds import RULES


def test_every_fault_is_told_at_once():
    document = configuration.load("memory")
    document["night"]["most_per_night"] = 0
    document["retrieval"]["exact"] = 1.5
    document["topics"]["sale"]["asked"] = ["(unclosed"]
    document["topics"]["Sale!"] = {"importance": 3, "asked": []}
    document["surprise"] = 1
    with pytest.raises(ValidationError) as caught:
        MemoryRules.model_validate(document)
    assert caught.value.error_count() == 5


def test_topics_name_topics():
    others = {name for topic in RULES.topics.values() for name in topic.instead_of}
    assert others | set(COUNTED) | {"tally"} <= set(RULES.topics)


def test_every_kind_of_event_that_is_remembered_has_one_maker():
    assert len(MAKERS) > 20
