"""Differences between versions: enough to get from one to the other, and none of the secrets for the player."""

from itertools import pairwise
from types import UnionType

import msgspec
import pytest
from bodybroker.generation.entities import Item, Provenance
from bodybroker.kernel.json import canonical
from bodybroker.world.diff import Change, diff, entity_type, patch
from bodybroker.world.known_state import KNOWN, known_state
from bodybroker.world.lab.state import Growth
from bodybroker.world.state import Seal, State
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
        npcs=state.npcs | {npc_id: replace(state.npcs[npc_id], mood="furious")},
    )
    before_mood = state.npcs[npc_id].mood
    assert diff(plain(state), plain(after)) == [
        Change("add", "item", "/player/inventory/i", None, msgspec.to_builtins(item)),
        Change("replace", "npc", f"/npcs/{npc_id}/mood", before_mood, "furious"),
        Change("replace", "world", "/minute", state.minute, state.minute + 5),
    ]
    gone = diff(plain(after), plain(state))[0]
    assert gone == Change("remove", "item", "/player/inventory/i", msgspec.to_builtins(item), None)


@pytest.mark.parametrize(
    ("path", "kind"),
    [
        ("/minute", "world"),
        ("/player/heat", "player"),
        ("/tally/robberies", "tally"),
        ("/places/p", "place"),
        ("/places/p/stock/i/quality", "item"),
        ("/npcs/n/character/guide/aggression", "npc"),
        ("/lab/growths/g/item/quality", "growth"),
        ("/lab/ingredients/salt", "lab"),
        ("/market/offers/n/price_cents", "offer"),
        ("/lab", "world"),
        ("/nothing/of/the/kind", "nothing"),
    ],
)
def test_the_type_is_that_of_the_innermost_thing_with_an_id(path, kind):
    assert entity_type(path) == kind


def test_whatever_is_known_is_a_field_of_the_state():
    for place, names in KNOWN.items():
        for name in names:
            kind = State
            for part in [*place.split("/"), name] if place else [name]:
                kind = kind.__args__[1] if part == "*" else _type(kind, part)


def _type(kind, part):
    kind = {field.name: field.type for field in msgspec.structs.fields(kind)}[part]
    arms = [arm for arm in getattr(kind, "__args__", ()) if arm is not type(None)]
    return arms[0] if isinstance(kind, UnionType) else kind


def test_secrets_make_no_difference(golden_night):
    state = golden_night[-1][2]
    place_id, npc_id = min(state.places), min(state.npcs)
    place, npc = state.places[place_id], state.npcs[npc_id]
    growth = Growth("g", "e", "skin", 88, 600, 780, None)
    state = replace(state, lab=replace(state.lab, growths={"g": growth}))
    stranger = replace(npc, purse_cents=1, away_until=9, character=replace(npc.character, tastes={}))
    other = replace(
        state,
        city_cents=1,
        moment=99,
        seal=Seal(3, "ban"),
        places=state.places | {place_id: replace(place, stock={}, alarm=1)},
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
