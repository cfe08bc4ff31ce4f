"""Its events as the player may know them."""

from bodybroker.generation.entities import Item
from bodybroker.kernel.ids import EntityId
from bodybroker.world.base import KnownEvent


class MorgueRestocked(KnownEvent, frozen=True, tag="morgue_restocked"):
    """A new day at a morgue: bodies may have come in, and its alarm calmed down."""

    place_id: EntityId


class MorgueRobbed(KnownEvent, frozen=True, tag="morgue_robbed"):
    """The player took items out of a morgue; heat rose to what is given."""

    place_id: EntityId
    items: tuple[Item, ...]
    heat: int
