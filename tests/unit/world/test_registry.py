"""The registry: everything with a provenance, whose it is and where; for the player only what the player may know."""

from bodybroker.generation.entities import Item, Provenance
from bodybroker.world.conflict.state import Danger
from bodybroker.world.empire.state import CrewMember
from bodybroker.world.lab.state import Equipment, Growth, Store
from bodybroker.world.market.state import Offer
from bodybroker.world.registry import PLAYER, entities, known_entities
from msgspec.structs import replace

MADE = Provenance(7, "grower", 2, model="silver-1", prompt_hash="ab" * 32)
ITEM = Item("00-item", "skin", 50, MADE)


def find(found, entity_id):
    (entity,) = (entity for entity in found if entity.entity_id == entity_id)
    return entity


def test_everything_that_was_made_is_registered_once(world):
    state = world.state
    stock = [item_id for place in state.places.values() for item_id in place.stock]
    found = [entity.entity_id for entity in entities(state)]
    assert found == sorted([*state.places, *state.npcs, *stock, *state.houses.houses])


def test_an_entity_says_what_whose_and_where_it_is(world):
    state = world.state
    morgue = world.place("morgue")
    item_id = next(iter(state.places[morgue].stock))
    item = find(entities(state), item_id)
    assert (item.type, item.owner, item.place_id, item.name) == (
        "item", morgue, morgue, state.places[morgue].stock[item_id].part,
    )  # fmt: skip
    place = find(entities(state), morgue)
    assert (place.type, place.owner, place.place_id) == ("place", None, morgue)
    character = world.npc("zombie").character
    npc = find(entities(state), character.npc_id)
    assert (npc.type, npc.name, npc.place_id) == ("npc", character.name, character.haunt_id)
    assert npc.provenance == character.provenance


def test_the_players_things_are_the_players(world):
    home = world.place("hideout")
    player = replace(world.state.player, inventory={"00-item": ITEM}, place_id=world.place("street"))
    grown = Growth("01-growth", "02-bath", "skin", 50, 0, 1, replace(ITEM, item_id="03-grown"))
    bath = Equipment("02-bath", "nutrient_bath", "01-growth", MADE)
    lab = replace(world.state.lab, growths={"01-growth": grown}, equipment={"02-bath": bath})
    found = known_entities(replace(world.state, player=player, lab=lab))
    owned = {(entity.entity_id, entity.type, entity.place_id) for entity in found if entity.owner == PLAYER}
    assert owned == {
        ("00-item", "item", world.place("street")),
        ("02-bath", "equipment", home),
        ("03-grown", "item", home),
    }
    assert find(found, "00-item").provenance == MADE


def test_what_lies_in_a_stash_is_there_and_the_crew_is_the_players(world):
    street = world.place("street")
    crew = {"05-runner": CrewMember("05-runner", "Nell", "runner", 50, 50, 50, 900, MADE)}
    stores = {street: Store("rent", {"00-item": ITEM})}
    state = replace(
        world.state,
        lab=replace(world.state.lab, stores=stores),
        empire=replace(world.state.empire, crew=crew),
        conflict=replace(world.state.conflict, danger=Danger("rivals", street, (), stakes=(ITEM,))),
    )
    owned = [entity for entity in known_entities(state) if entity.owner == PLAYER]
    assert [(entity.entity_id, entity.type, entity.name, entity.place_id) for entity in owned] == [
        ("00-item", "item", "skin", street),
        ("05-runner", "member", "Nell", None),
    ]


def test_the_player_knows_places_houses_and_who_is_here_and_no_more(world):
    known = known_entities(world.state)
    assert {entity.entity_id for entity in known} == {*world.state.places, *world.state.houses.houses}
    character = world.meet("ghoul")
    known = {entity.entity_id for entity in known_entities(world.state) if entity.type == "npc"}
    assert character.npc_id in known
    assert known < set(world.state.npcs)
    assert not any(entity.owner not in (None, PLAYER) for entity in known_entities(world.state))


def test_whoever_gave_an_offer_is_remembered(world):
    npc_id = world.npc("ghoul").character.npc_id
    offers = {npc_id: Offer(npc_id, "skin", 900, 9999)}
    state = replace(world.state, market=replace(world.state.market, offers=offers))
    assert [entity.entity_id for entity in known_entities(state) if entity.type == "npc"] == [npc_id]
