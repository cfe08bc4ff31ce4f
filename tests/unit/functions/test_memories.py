"""The function of memories, with the events that Lambda gets."""

import pytest
from bodybroker.kernel.errors import Unavailable
from bodybroker.kernel.ids import PlayerId

from functions.memories import handler
from tests.fakes.memories import MemoryMemories, WordVectors
from tests.trials.night import Night

PLAYER = PlayerId("01890000-0000-7000-8000-000000000001")


@pytest.fixture
def night(monkeypatch) -> Night:
    night = Night(PLAYER, 7, MemoryMemories(), WordVectors())
    night.play(20)
    monkeypatch.setattr(handler, "chronicler", lambda: night.chronicler)
    return night


def record(night: Night, sk: str, number: int, name: str = "MODIFY") -> dict:
    keys = {"pk": {"S": f"W#{night.key.player}#{night.key.world}"}, "sk": {"S": sk}}
    change = {"Keys": keys, "SequenceNumber": str(number), "StreamViewType": "NEW_IMAGE"}
    return {"eventID": str(number), "eventName": name, "eventSource": "aws:dynamodb", "dynamodb": change}


def stream(*records) -> dict:
    return {"Records": list(records)}


def up_to(night: Night) -> list[int]:
    return list(night.memories.progress.values())


def test_a_batch_leads_to_what_the_log_says_now(night):
    rows = ("E#000000#000000000001", "H", "C#begin", "H")
    batch = stream(*(record(night, sk, number) for number, sk in enumerate(rows, start=1)))
    assert handler.lambda_handler(batch, None) == {"batchItemFailures": []}
    assert up_to(night) == [night.loaded.head.version]


def test_what_fails_is_told_again(night):
    night.memories.down = True
    answer = handler.lambda_handler(stream(record(night, "H", 1), record(night, "H", 2)), None)
    assert answer == {"batchItemFailures": [{"itemIdentifier": "2"}]}
    night.memories.down = False
    assert handler.lambda_handler(stream(record(night, "H", 2)), None) == {"batchItemFailures": []}
    assert up_to(night) == [night.loaded.head.version]


def test_a_deleted_branch_is_forgotten_and_its_vanished_row_is_no_news(night, monkeypatch):
    forgotten = []
    monkeypatch.setattr(
        type(night.chronicler), "forget_deleted_branches", lambda self, key: forgotten.append(key.world) or 0
    )
    tombstone = "BD#01890000-0000-7000-8000-0000000000bb"
    handler.lambda_handler(stream(*(record(night, tombstone, number) for number in (1, 2))), None)
    assert forgotten == [night.key.world]
    handler.lambda_handler(stream(record(night, tombstone, 3, "REMOVE")), None)
    assert forgotten == [night.key.world]


def test_a_world_whose_head_is_removed_is_forgotten(night):
    handler.lambda_handler(stream(record(night, "H", 1)), None)
    night.store._worlds.clear()
    handler.lambda_handler(stream(record(night, "H", 2, "REMOVE")), None)
    assert not night.memories.kept and not night.memories.progress


def test_a_rebuild_is_asked_for_by_name_and_fails_loudly(night):
    task = {"task": "rebuild", "player": night.key.player, "world": night.key.world}
    assert handler.lambda_handler(task, None) == {"events": night.loaded.head.version}
    night.memories.down = True
    with pytest.raises(Unavailable):
        handler.lambda_handler(task, None)
