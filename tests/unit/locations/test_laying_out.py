"""What a world tells generators and checks of its places."""

from itertools import product

from bodybroker.generation import specialists
from bodybroker.ports.locations import Memo
from bodybroker.services.laying_out import earlier, facts_of, site_of
from bodybroker.world.base import ordered


def test_a_site_is_as_the_world_built_it_with_those_who_haunt_it(night):
    state = night.state
    for place_id, place in state.places.items():
        brief = site_of(state, place_id)
        assert (brief.kind, brief.name) == (place.site.kind, place.site.name)
        assert (brief.width_cm, brief.depth_cm) == (place.site.area.width_cm, place.site.area.depth_cm)
        haunts = {haunt.npc_id: haunt for haunt in brief.haunts}
        assert haunts.keys() == {npc_id for npc_id, npc in state.npcs.items() if npc.character.haunt_id == place_id}
        for npc_id, haunt in haunts.items():
            character = state.npcs[npc_id].character
            assert (haunt.race, haunt.name, haunt.traits) == (character.race, character.name, character.traits)
            house_id = state.houses.races.get(character.race)
            assert haunt.house == ("" if house_id is None else state.houses.houses[house_id].kind)
    assert any(site_of(state, place_id).haunts for place_id in state.places)


def test_what_an_addition_is_held_against(night):
    state = night.state
    memos = [Memo("a", ("One", "Two"), ((1, 2),)), Memo("b", ("Three",), ((3,), (4,)))]
    facts = facts_of(state, memos)
    assert {house.name for house in facts.houses} == {house.name for house in state.houses.houses.values()}
    assert {person.npc_id for person in facts.people} == state.npcs.keys()
    assert facts.places == tuple(place.site.name for place in ordered(state.places))
    assert (facts.titles, facts.told) == (("One", "Two", "Three"), ((1, 2), (3,), (4,)))


def test_every_place_and_every_time_has_a_turn_of_its_own(night):
    state = night.state
    turns = {len(earlier(state, place_id, again)) for place_id, again in product(state.places, range(3))}
    assert turns == set(range(3 * len(state.places)))
    for place_id in state.places:
        assert earlier(state, place_id, 1)[len(state.places) :] == earlier(state, place_id, 0)


def test_a_world_meets_no_variant_twice_while_the_pools_last(night):
    state, guides = night.state, specialists.load()
    met = set()
    for place_id in state.places:
        draft = night.generator.lay_out(night.key, place_id).draft
        dealt = specialists.deal(guides, state.seed, earlier(state, place_id, 0), draft.entities)
        place = draft.entities[0]
        for entity in draft.entities:
            told = (entity.specialist, place.kind_of, entity.kind_of, *guides.told(entity), dealt[entity.id].index)
            assert told not in met
            met.add(told)
