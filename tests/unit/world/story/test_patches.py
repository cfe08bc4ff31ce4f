"""Proposals of models outside of talk: patches that hold change the world, others change nothing and say why."""

import json

import msgspec
import pytest
from bodybroker.world import decide, rules
from bodybroker.world.apply import fold
from bodybroker.world.known import known
from bodybroker.world.known_state import known_state
from bodybroker.world.state import decode, encode
from bodybroker.world.story import events
from bodybroker.world.story.commands import SubmitProposal
from bodybroker.world.story.locations import location_seed
from bodybroker.world.views import view
from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

OBJECTIVE = "0192f3a4-0000-7000-8000-00000000000a"


def submit(world, *patch):
    """The events of a proposal; what it did not change is as it was."""
    before = world.state
    made = world.play(SubmitProposal("director", "test", "ab" * 32, patch))
    if isinstance(made[0], events.ProposalRefused):
        assert len(made) == 1
        assert replace(world.state, version=before.version, moment=before.moment) == before
    return made


def codes(made):
    return [(refusal.index, refusal.code) for refusal in made[0].refusals]


def op(kind, path, value=None):
    return {"op": kind, "path": path} | ({} if value is None else {"value": value})


def test_a_patch_of_many_entities_holds_as_a_whole(world):
    npc, place = world.npc("ghoul").character, world.place("morgue")
    made = submit(
        world,
        op("replace", f"/npcs/{npc.npc_id}/mood", "furious"),
        op("add", f"/places/{place}/description", "Cold light, and a drain in the floor."),
        op("add", "/story/facts/the_mayor_is_dead", "Found in the river."),
        op("add", f"/story/objectives/{OBJECTIVE}", {"title": "A fresh heart", "text": "The Count wants one."}),
    )
    assert made[0] == events.ProposalAccepted("director", "test", "ab" * 32, 4)
    assert world.state.npcs[npc.npc_id].mood == "furious"
    assert world.state.story.facts == {"the_mayor_is_dead": "Found in the river."}
    world.go("morgue")
    shown = view(world.state, world.rules)
    assert shown["description"] == "Cold light, and a drain in the floor."
    assert [(one["title"], one["status"]) for one in shown["objectives"]] == [("A fresh heart", "open")]
    made = submit(
        world,
        op("replace", f"/story/objectives/{OBJECTIVE}/status", "done"),
        op("remove", "/story/facts/the_mayor_is_dead"),
    )
    assert world.state.story.objectives[OBJECTIVE].status == "done" and not world.state.story.facts


def test_operations_build_on_those_before_them(world):
    made = submit(world, op("add", "/story/facts/rain", "It rains."), op("remove", "/story/facts/rain"))
    assert [type(event).__name__ for event in made] == ["ProposalAccepted", "FactSet", "FactDropped"]


def test_a_half_good_patch_changes_nothing_and_every_fault_is_recorded(world, nobody):
    npc = world.npc("ghoul").character
    made = submit(
        world,
        op("replace", f"/npcs/{npc.npc_id}/mood", "furious"),
        op("replace", "/", {}),
        op("replace", "", {"seed": 1}),
        op("replace", f"/npcs/{nobody}/mood", "calm"),
        op("replace", "/player/money_cents", 10**9),
        op("add", f"/npcs/{npc.npc_id}/offer", {"part": next(iter(npc.tastes)), "price_cents": -5}),
        op("replace", f"/npcs/{npc.npc_id}/mood", 7),
        {"op": "replace", "path": "/story/facts/a", "value": "b", "from": "/x"},
        "replace",
        op("remove", f"/story/objectives/{OBJECTIVE}"),
        op("replace", f"/story/objectives/{OBJECTIVE}/status", "done"),
        op("add", f"/npcs/{npc.npc_id}/offer", {"part": "skin", "price_cents": 5, "npc_id": nobody, "bonus": 1}),
    )
    assert codes(made) == [
        (1, "root_replaced"),
        (2, "root_replaced"),
        (3, "unknown_npc"),
        (4, "unknown_path"),
        (5, "npc_will_not_trade"),
        (6, "wrong_type"),
        (7, "not_an_operation"),
        (8, "not_an_operation"),
        (9, "unknown_path"),
        (10, "objective_not_open"),
        (11, "wrong_type"),
    ]
    assert all(refusal.reason for refusal in made[0].refusals)
    assert json.loads(made[0].refusals[3].operation)["path"] == "/player/money_cents"


@pytest.mark.parametrize(
    ("price", "code"), [(-5, "price_not_positive"), (0, "price_not_positive"), (10**7, "price_above_cap")]
)
def test_prices_keep_to_the_rules_of_talk(world, price, code):
    npc = world.npc("ghoul").character
    offer = op("add", f"/npcs/{npc.npc_id}/offer", {"part": next(iter(npc.tastes)), "price_cents": price})
    assert codes(submit(world, offer)) == [(0, code)]


def test_a_path_that_names_another_npc_than_its_value_wins_nothing(world, nobody):
    npc = world.npc("ghoul").character
    offer = {"part": next(iter(npc.tastes)), "price_cents": -1, "npc_id": nobody}
    assert codes(submit(world, op("add", f"/npcs/{npc.npc_id}/offer", offer))) == [(0, "price_not_positive")]


def test_limits(world, change):
    world.rules = change(story={"facts": 2, "open_objectives": 1, "operations": 3})
    facts = [op("add", f"/story/facts/f{n}", "x") for n in range(3)]
    assert codes(submit(world, *facts)) == [(2, "too_many_facts")]
    assert codes(submit(world, *facts[:2], *facts[:2])) == [(0, "patch_size")]
    assert codes(submit(world)) == [(0, "patch_size")]
    two = [op("add", f"/story/objectives/{OBJECTIVE[:-1]}{n}", {"title": "t", "text": "x"}) for n in range(2)]
    assert codes(submit(world, *two)) == [(1, "too_many_objectives")]
    assert codes(submit(world, two[0], two[0])) == [(1, "objective_exists")]
    assert codes(submit(world, op("remove", "/story/facts/none"))) == [(0, "unknown_fact")]
    assert codes(submit(world, op("add", "/places/none/description", "x"))) == [(0, "wrong_type")]
    unknown = op("add", f"/places/{OBJECTIVE}/description", "x")
    assert codes(submit(world, unknown)) == [(0, "unknown_entity")]
    assert codes(submit(world, op("add", "/story/facts/f1"))) == [(0, "wrong_type")]
    assert codes(submit(world, op("remove", "/story/facts/f1", "x"))) == [(0, "wrong_type")]


def test_the_player_is_not_told_what_the_director_notes(world):
    for event in submit(world, op("add", "/story/facts/traitor", "It is the ghoul.")):
        assert "ghoul" not in str(msgspec.to_builtins(known(event)))


def settling(world, where="morgue", again=0, **other):
    """The operation that settles a place, as it must be."""
    place = world.place(where)
    made = {
        "digest": f"{again:x}" * 64,
        "kind": where,
        "title": "The cold room",
        "seed": location_seed(world.state.seed, place, again),
        "versions": {"assembly": 1, "specialists": 2},
        "again": again,
    }
    return op("add", f"/places/{place}/location", made | other)


def test_a_place_is_settled_from_the_worlds_own_seed_and_in_turn(world, nobody):
    place = world.place("morgue")
    made = submit(world, settling(world), op("add", f"/places/{place}/description", "Cold."))
    assert [type(event).__name__ for event in made] == ["ProposalAccepted", "LocationSettled", "EntityDescribed"]
    assert made[1].location == world.state.story.locations[place]
    assert codes(submit(world, settling(world))) == [(0, "location_out_of_turn")]
    assert codes(submit(world, settling(world, again=2))) == [(0, "location_out_of_turn")]
    submit(world, settling(world, again=1))
    assert world.state.story.locations[place].again == 1
    assert codes(submit(world, settling(world, "club", seed=8))) == [(0, "wrong_seed")]
    assert codes(submit(world, settling(world, "club", kind="morgue"))) == [(0, "wrong_kind")]
    elsewhere = settling(world) | {"path": f"/places/{nobody}/location"}
    assert codes(submit(world, elsewhere)) == [(0, "unknown_entity")]
    for wrong in (
        {"digest": "x"},
        {"title": ""},
        {"seed": -1},
        {"seed": 2**53},
        {"versions": {"assembly": 0}},
        {"versions": {}},
        {"versions": {"a b": 1}},
        {"by": 1},
    ):
        assert codes(submit(world, settling(world, "club", **wrong))) == [(0, "wrong_type")]


def test_every_place_and_every_time_has_a_seed_of_its_own(world):
    seeds = {location_seed(world.state.seed, place, again) for place in world.state.places for again in range(4)}
    assert len(seeds) == 4 * len(world.state.places)


def test_the_player_knows_a_places_document_and_not_its_seed(world):
    [_, settled] = submit(world, settling(world))
    place = world.place("morgue")
    shown = {"digest": "0" * 64, "kind": "morgue", "title": "The cold room"}
    told = msgspec.to_builtins(known(settled))
    assert told == {"type": "location_settled", "place_id": place, "location": shown}
    assert known_state(world.state)["story"]["locations"] == {place: shown}
    assert view(world.state, world.rules)["location"] is None
    world.go("morgue")
    assert view(world.state, world.rules)["location"] == shown


def test_a_snapshot_from_before_there_were_locations_is_read(world):
    old = msgspec.json.decode(encode(world.state))
    del old["story"]["locations"]
    assert decode(msgspec.json.encode(old)) == world.state


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=6,
)
paths = st.sampled_from(["", "/", "/npcs", "/npcs/x/mood", "/story/facts/a", "/story", "/player/humanity"]) | st.text()
operations = json_values | st.fixed_dictionaries(
    {"op": st.sampled_from(["add", "replace", "remove", "move", "test"]), "path": paths},
    optional={"value": json_values},
)


@settings(max_examples=200)
@given(st.lists(operations, max_size=4))
def test_whatever_is_proposed_is_decided(patch):
    book = rules.load()
    state = fold(decide.create(7, book))
    made = decide.decide(state, SubmitProposal("fuzz", "test", "", tuple(patch)), book)
    assert isinstance(made[0], events.ProposalAccepted | events.ProposalRefused)


def test_when_a_place_is_described_changes_no_dice(world):
    """Models answer when they answer: a night with places made meanwhile goes like the same night without."""
    bare = type(world)(world.state, world.rules, [*world.log])
    for night in (bare, world):
        for kind in ("street", "morgue"):
            if night is world:
                morgue = night.place(kind)
                submit(night, settling(night, kind), op("add", f"/places/{morgue}/description", "Cold light."))
                submit(night, op("replace", "/", {}))
            night.do("travel", place_id=night.place(kind))
        night.do("rob_morgue", place_id=night.place("morgue"))
    told = (events.ProposalAccepted, events.ProposalRefused, events.EntityDescribed, events.LocationSettled)
    assert [event for event in world.log if not isinstance(event, told)] == bare.log
    assert (world.state.version - bare.state.version, world.state.moment - bare.state.moment) == (8, 0)


def test_what_a_proposal_changes_besides_words_counts_for_the_dice(world):
    before = world.state.moment
    submit(world, op("add", "/story/facts/rain", "It rains."))
    assert world.state.moment == before + 1
