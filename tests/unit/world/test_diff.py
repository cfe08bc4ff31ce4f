"""Differences between versions: enough to get from one to the other, and none of the secrets for the player."""

from itertools import pairwise

import msgspec
from bodybroker.generation.entities import Item, Provenance
from bodybroker.kernel.json import canonical
from bodybroker.world.diff import diff, patch
from bodybroker.world.known_state import known_state
from bodybroker.world.state import State
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

leaves = st.none() | st.booleans() | st.integers(-3, 3) | st.text(max_size=3) | st.lists(st.integers(0, 2), max_size=2)
keys = st.text(alphabet="ab/~*0", max_size=3)
trees = st.dictionaries(keys, st.recursive(leaves, lambda inner: st.dictionaries(keys, inner, max_size=3)), max_size=4)


def plain(state: State):
    return msgspec.to_builtins(state)


@given(trees, trees)
def test_a_difference_leads_from_the_one_to_the_other(before, after):
    kept = canonical(before)
    changes = diff(before, after)
    assert canonical(patch(before, changes)) == canonical(after)
    assert canonical(before) == kept
    assert bool(changes) == (kept != canonical(after))
    assert [(change.type, change.path) for change in changes] == sorted((c.type, c.path) for c in changes)


def test_every_step_of_a_night_can_be_gone_both_ways(golden_night):
    states = [plain(reached) for _, _, reached in golden_night]
    for before, after in [*pairwise(states), (states[0], states[-1])]:
        assert patch(before, diff(before, after)) == after
        assert patch(after, diff(after, before)) == before


def test_changes_say_what_changed(golden_night):
    state = golden_night[0][2]
    npc_id = next(iter(state.npcs))
    item = Item("i", "skin", 50, Provenance(1, "shop", 1))
    after = replace(
        state,
        minute=state.minute + 5,
        player=replace(state.player, inventory={"i": item}),
        npcs=state.npcs | {npc_id: stranger},
        lab=replace(state.lab, growths={"g": replace(growth, quality=1)}),
    )
    assert len(diff(plain(state), plain(other))) > 7
    assert diff(known_state(state), known_state(other)) == []


def test_what_the_player_did_is_seen(golden_night):
    first, last = known_state(golden_night[0][2]), known_state(golden_night[-1][2])
    seen = {change.path for change in diff(first, last)}
    assert {"/minute", "/tally/parts_sold", "/player/money_cents"} <= seen
    assert any(path.startswith("/lab/equipment/") for path in seen)
