"""What comes to an NPC's mind when an encounter is prepared."""

import pytest
from bodybroker.kernel.ids import PlayerId

from tests.fakes.memories import MemoryMemories, WordVectors
from tests.trials.night import Night
from tests.trials.oracle import gist, line_of, remembered

PLAYER = PlayerId("01890000-0000-7000-8000-000000000001")


@pytest.fixture
def night() -> Night:
    night = Night(PLAYER, 7, MemoryMemories(), WordVectors())
    night.play(45)
    night.chronicler.remember(night.key)
    return night


@pytest.fixture
def witness(night):
    """The NPC who remembers most, and what."""
    return max(remembered(line_of(night)).items(), key=lambda item: len(item[1]))


def recall(night, npc_id, said=""):
    return night.mindful.recall(night.key, night.loaded, npc_id, said)


def test_words_bring_back_the_memory_that_they_are_about(night, witness):
    npc_id, records = witness
    for record in records:
        assert record.text in {hit.record.text for hit in recall(night, npc_id, record.text).hits}


def test_without_words_what_matters_and_is_recent_comes_to_mind(night, witness):
    npc_id, records = witness
    hits = recall(night, npc_id).hits
    assert hits
    assert {gist(hit.record) for hit in hits} <= {gist(record) for record in records}
    assert [hit.score for hit in hits] == sorted((hit.score for hit in hits), reverse=True)
    assert any(hit.recency for hit in hits) and any(hit.importance for hit in hits)


def test_what_was_rewound_does_not_come_to_mind(night, witness):
    npc_id, records = witness
    future = max(records, key=lambda record: record.place)
    assert night.fork(min(future.sources) - 1)
    for text in (future.text, ""):
        assert gist(future) not in {gist(hit.record) for hit in recall(night, npc_id, text).hits}


@pytest.mark.parametrize("part", ["memories", "embeddings"])
def test_the_conversation_goes_on_while_memory_is_out_of_order(night, witness, part):
    npc_id, records = witness
    getattr(night, part).down = True
    found = recall(night, npc_id, records[0].text)
    if part == "memories":
        assert not found.hits and not found.answers
        assert "not_recalled" in [message for message, _ in night.mindful.log.records]
    else:
        assert records[0].text in {hit.record.text for hit in found.hits}, "words still find it"
