"""What seed a place is made from: the world's, the place's id, and how often it was made before."""

from bodybroker.kernel.ids import EntityId
from bodybroker.kernel.random import SEED_LIMIT, Stream
from bodybroker.world.state import State


def location_seed(world_seed: int, place_id: EntityId, again: int) -> int:
    """The seed of a place, in [0, SEED_LIMIT); each time that it is made anew it is another one."""
    return Stream(world_seed, "location", place_id, str(again)).below(SEED_LIMIT)


def times_made(state: State, place_id: EntityId) -> int:
    """How often a place has been made on this history."""
    settled = state.story.locations.get(place_id)
    return 0 if settled is None else settled.again + 1
