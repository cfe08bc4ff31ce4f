"""The eraser, with the events that Lambda gets."""

from dataclasses import dataclass, field

import pytest
from bodybroker.kernel.errors import Unavailable
from bodybroker.kernel.ids import PlayerId, WorldId, WorldKey

from functions.eraser import handler
from tests.fakes.accounts import MemoryAccounts
from tests.fakes.budgets import MemoryBudgets
from tests.fakes.memories import MemoryMemories
from tests.fakes.vault import MemoryKeys

GONE, ALSO_GONE, STAYS = (PlayerId(f"01890000-0000-7000-8000-00000000000{number}") for number in range(3))


@dataclass
class Rows:
    """`ports.Erasure`; the tables are out for the players in `out`."""

    erased: list[PlayerId] = field(default_factory=list)
    out: set[PlayerId] = field(default_factory=set)

    def worlds(self, player):
        return [WorldKey(player, WorldId("w"))]

    def erase_world(self, key):
        if key.player in self.out:
            raise Unavailable("out")

    def erase_player(self, player):
        self.erased.append(player)


@pytest.fixture
def rows(monkeypatch) -> Rows:
    rows = Rows()
    monkeypatch.setattr(handler, "erasure", lambda: rows)
    return rows


@pytest.fixture(autouse=True)
def keys(monkeypatch) -> MemoryKeys:
    keys = MemoryKeys()
    for player in (GONE, ALSO_GONE, STAYS):
        keys.create(player)
    keys.destroy(GONE)
    keys.destroy(ALSO_GONE)
    monkeypatch.setattr(handler, "orders", lambda: keys)
    monkeypatch.setattr(handler, "accounts", MemoryAccounts)
    monkeypatch.setattr(handler, "memories", MemoryMemories)
    monkeypatch.setattr(handler, "budget_keeper", MemoryBudgets().keeper)
    return keys


def stream(*players: PlayerId) -> dict:
    def record(number, player):
        keys = {"pk": {"S": f"P#{player}"}, "sk": {"S": "K"}}
        change = {"Keys": keys, "SequenceNumber": str(number), "StreamViewType": "KEYS_ONLY"}
        return {"eventID": str(number), "eventName": "MODIFY", "eventSource": "aws:dynamodb", "dynamodb": change}

    return {"Records": [record(number, player) for number, player in enumerate(players, start=1)]}


def test_who_has_left_is_erased_and_nobody_else(rows, keys):
    assert handler.lambda_handler(stream(GONE, STAYS), None) == {"batchItemFailures": []}
    assert rows.erased == [GONE]
    assert list(keys.open()) == [ALSO_GONE] and keys.exists(STAYS)


def test_an_erasure_that_fails_is_asked_for_again(rows, keys):
    rows.out = {GONE}
    answer = handler.lambda_handler(stream(GONE, ALSO_GONE), None)
    assert answer == {"batchItemFailures": [{"itemIdentifier": "1"}]}
    assert list(keys.open()) == [GONE]


def test_the_sweep_erases_everybody_who_is_left(rows, keys):
    assert handler.lambda_handler({"task": "sweep"}, None) == {"erased": 2}
    assert rows.erased == [GONE, ALSO_GONE] and list(keys.open()) == []


def test_one_who_cannot_be_erased_does_not_hold_up_the_others_and_is_told_of(rows, keys):
    rows.out = {GONE}
    with pytest.raises(handler.Unfinished, match="1 erasures"):
        handler.lambda_handler({"task": "sweep"}, None)
    assert list(keys.open()) == [GONE]
