"""Deleting an account: the key first, and no crash on the way loses the rest."""

from dataclasses import dataclass, field

import pytest
from bodybroker.kernel.errors import Unavailable
from bodybroker.kernel.ids import BranchId, PlayerId, WorldId, WorldKey
from bodybroker.models.calls import Payer
from bodybroker.ports.accounts import Profile
from bodybroker.ports.memories import Origin
from bodybroker.ports.vault import Shredded
from bodybroker.services.delete_account import delete_account, erase_player
from bodybroker.services.sweep_budgets import BudgetKeeper

from tests.fakes.accounts import MemoryAccounts
from tests.fakes.budgets import MemoryBudgets
from tests.fakes.memories import MemoryMemories
from tests.fakes.vault import MemoryKeys

PLAYER, OTHER = PlayerId("p1"), PlayerId("p2")


class Crash(Exception):
    pass


@dataclass
class Rows:
    """`ports.Erasure` in memory; the operation number `crash_at` fails."""

    left: dict[PlayerId, list[WorldId]] = field(default_factory=dict)
    crash_at: int = -1
    done: int = 0

    def worlds(self, player):
        return [WorldKey(player, world) for world in self.left.get(player, [])]

    def erase_world(self, key):
        self._step()
        self.left[key.player].remove(key.world)

    def erase_player(self, player):
        self._step()
        self.left.pop(player, None)

    def _step(self):
        self.done += 1
        if self.done == self.crash_at:
            raise Crash


@pytest.fixture
def keys() -> MemoryKeys:
    keys = MemoryKeys()
    keys.create(PLAYER)
    keys.create(OTHER)
    return keys


@pytest.fixture
def accounts() -> MemoryAccounts:
    accounts = MemoryAccounts()
    for player in (PLAYER, OTHER):
        accounts.create_player(Profile(player, "free", "steam", "now"), subject=player)
    return accounts


@pytest.fixture
def rows() -> Rows:
    return Rows({player: [WorldId(f"w{number}") for number in range(3)] for player in (PLAYER, OTHER)})


@pytest.fixture
def memories() -> MemoryMemories:
    """Both players' NPCs remember something."""
    memories = MemoryMemories()
    for player in (PLAYER, OTHER):
        memories.put(Origin(WorldKey(player, WorldId("w0")), BranchId("b"), 0), (), {}, up_to=3)
    return memories


@pytest.fixture
def budgets() -> MemoryBudgets:
    """Budgets on which both players have a call under way."""
    budgets = MemoryBudgets()
    for player in (PLAYER, OTHER):
        budgets.reserve(f"call of {player}", Payer(player, "free"), "line", 3, 1000)
    return budgets


@pytest.fixture
def keeper(budgets) -> BudgetKeeper:
    return budgets.keeper()


def test_an_erased_player_leaves_nothing_and_others_everything(keys, accounts, rows, memories, budgets, keeper):
    delete_account(keys, accounts, PLAYER)
    assert erase_player(keys, accounts, rows, memories, keeper, PLAYER)
    assert list(keys.open()) == []
    assert list(rows.left) == list(accounts.profiles) == list(accounts.identities.values()) == [OTHER]
    assert [origin.key.player for origin in memories.progress] == [OTHER]
    assert keys.find(OTHER)
    assert list(budgets.open) == [f"call of {OTHER}"]
    assert [(one.call_id, one.verdict) for one in budgets.entries] == [(f"call of {PLAYER}", "lost")]
    with pytest.raises(Shredded):
        keys.find(PLAYER)


def test_a_crash_after_the_key_leaves_an_order(keys, accounts, rows, memories, keeper, monkeypatch):
    def crash(player):
        raise Crash

    with monkeypatch.context() as broken:
        broken.setattr(accounts, "delete_player", crash)
        with pytest.raises(Crash):
            delete_account(keys, accounts, PLAYER)
    assert list(keys.open()) == [PLAYER]
    erase_player(keys, accounts, rows, memories, keeper, PLAYER)
    assert PLAYER not in accounts.profiles and PLAYER not in rows.left


@pytest.mark.parametrize("step", range(1, 5))
def test_an_erasure_that_was_cut_off_is_finished_by_the_next(keys, accounts, rows, memories, keeper, step):
    delete_account(keys, accounts, PLAYER)
    rows.crash_at = step
    with pytest.raises(Crash):
        erase_player(keys, accounts, rows, memories, keeper, PLAYER)
    assert list(keys.open()) == [PLAYER]
    assert erase_player(keys, accounts, rows, memories, keeper, PLAYER)
    assert list(keys.open()) == [] and PLAYER not in rows.left


def test_the_order_stands_until_the_memories_are_gone(keys, accounts, rows, memories, keeper):
    delete_account(keys, accounts, PLAYER)
    memories.down = True
    with pytest.raises(Unavailable):
        erase_player(keys, accounts, rows, memories, keeper, PLAYER)
    assert list(keys.open()) == [PLAYER]
    memories.down = False
    assert erase_player(keys, accounts, rows, memories, keeper, PLAYER)
    assert list(keys.open()) == [] and PLAYER not in {origin.key.player for origin in memories.progress}


def test_nobody_is_erased_who_has_not_left(keys, accounts, rows, memories, keeper):
    """A record of the stream that was read wrongly, or twice, does no harm."""
    assert not erase_player(keys, accounts, rows, memories, keeper, PLAYER)
    assert not erase_player(keys, accounts, rows, memories, keeper, PlayerId("nobody"))
    assert PLAYER in accounts.profiles and len(rows.left[PLAYER]) == 3


def test_deleting_again_does_no_harm(keys, accounts, rows, memories, keeper):
    for _ in range(2):
        delete_account(keys, accounts, PLAYER)
    erase_player(keys, accounts, rows, memories, keeper, PLAYER)
    delete_account(keys, accounts, PLAYER)
    assert list(keys.open()) == []
