"""Its events as the player may know them."""

from msgspec import Struct

from bodybroker.kernel.ids import EntityId
from bodybroker.world.base import KnownEvent


class ProposalAccepted(KnownEvent, frozen=True, tag="proposal_accepted"):
    """A generator or the director changed the world; what follows tells how."""


class ProposalRefused(KnownEvent, frozen=True, tag="proposal_refused"):
    """A generator or the director asked for something that did not hold."""


class FactSet(KnownEvent, frozen=True, tag="fact_set"):
    """The director noted something."""


class FactDropped(KnownEvent, frozen=True, tag="fact_dropped"):
    """The director noted something."""


class KnownLocation(Struct, frozen=True):
    """A place's document, by what it is known; what made it is the game's own business."""

    digest: str
    kind: str
    title: str


class LocationSettled(KnownEvent, frozen=True, tag="location_settled"):
    """A place has been made."""

    place_id: EntityId
    location: KnownLocation
