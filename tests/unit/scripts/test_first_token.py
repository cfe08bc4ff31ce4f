"""The paper on AWS: every hop has a source, and together they keep within the budget."""

import pytest
from pydantic import ValidationError

from scripts import first_token
from scripts.first_token import Way


def test_the_first_token_keeps_within_its_budget():
    way = first_token.load()
    assert way.total_ms < way.budget_ms


def test_the_table_shows_every_hop_with_its_source_and_the_sum():
    way = first_token.load()
    shown = first_token.table(way)
    for hop in way.hops:
        assert hop.what in shown and hop.source in shown
    assert f"{way.total_ms:.1f}" in shown.splitlines()[-1]


def test_a_hop_without_a_source_is_a_fault():
    document = first_token.load().model_dump()
    document["hops"][0]["source"] = ""
    document["hops"][1]["evidence"] = "hoped"
    with pytest.raises(ValidationError) as faults:
        Way.model_validate(document)
    assert faults.value.error_count() == 2
