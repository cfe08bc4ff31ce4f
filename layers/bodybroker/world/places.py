"""Where things are: the places that every district has one of, and the one where the player is."""

from bodybroker.generation.entities import Site
from bodybroker.kernel.ids import EntityId
from bodybroker.world.state import Place, State


def site_here(state: State) -> Site:
    """The place where the player is."""
    return state.places[state.player.place_id].site


def street(state: State) -> Place:
    """The street of the district."""
    return next(place for place in state.places.values() if place.site.kind == "street")


def hideout_id(state: State) -> EntityId:
    """The player's hideout."""
    return next(place_id for place_id, place in state.places.items() if place.site.kind == "hideout")
