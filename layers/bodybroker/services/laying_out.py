"""From a world to what generators and checks must know of it: a place's site, and what is true around it."""

from collections.abc import Iterable

from bodybroker.generation.coherence.facts import HouseFact, PersonFact, WorldFacts
from bodybroker.generation.entities import PlaceKind
from bodybroker.generation.sites import Haunt, SiteBrief
from bodybroker.kernel.errors import NotFound
from bodybroker.kernel.ids import EntityId
from bodybroker.ports.locations import Memo
from bodybroker.world.base import ordered
from bodybroker.world.houses.relations import house_of
from bodybroker.world.state import Npc, State


def site_of(state: State, place_id: EntityId) -> SiteBrief:
    """What the world knows of a place; raises NotFound."""
    if place_id not in state.places:
        raise NotFound("This world has no such place.", code="unknown_place")
    site = state.places[place_id].site
    haunts = (npc for npc in ordered(state.npcs) if npc.character.haunt_id == place_id)
    return SiteBrief(
        place_id=place_id,
        kind=site.kind,
        name=site.name,
        width_cm=site.area.width_cm,
        depth_cm=site.area.depth_cm,
        haunts=tuple(_haunt(state, npc) for npc in haunts),
    )


def earlier(state: State, place_id: EntityId, again: int) -> tuple[PlaceKind, ...]:
    """The kinds of all places that come before one in the world's own order: by id, and each time around anew."""
    kinds = tuple(place.site.kind for place in ordered(state.places))
    return kinds * again + kinds[: sorted(state.places).index(place_id)]


def facts_of(state: State, memos: Iterable[Memo]) -> WorldFacts:
    """What an addition to a place is held against; `memos` are those of all other places that are made."""
    remembered = tuple(memos)
    return WorldFacts(
        houses=tuple(HouseFact(one.kind, one.race, one.name, one.leader) for one in ordered(state.houses.houses)),
        people=tuple(
            PersonFact(npc.character.npc_id, npc.character.race, npc.character.name) for npc in ordered(state.npcs)
        ),
        places=tuple(place.site.name for place in ordered(state.places)),
        titles=tuple(title for memo in remembered for title in memo.titles),
        told=tuple(sketch for memo in remembered for sketch in memo.told),
    )


def _haunt(state: State, npc: Npc) -> Haunt:
    character = npc.character
    house_id = house_of(state, character.npc_id)
    house = "" if house_id is None else state.houses.houses[house_id].kind
    return Haunt(character.npc_id, character.race, character.name, character.traits, house)
