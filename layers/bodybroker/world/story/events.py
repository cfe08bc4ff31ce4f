"""What the story and the proposals of models record."""

from msgspec import Struct

from bodybroker.kernel.ids import EntityId
from bodybroker.world.base import BaseEvent
from bodybroker.world.story.state import Objective, SettledLocation, Status


class Refusal(Struct, frozen=True):
    """Why a proposal did not hold: which of its operations (its index, and its head as JSON), the rule's code."""

    index: int
    operation: str
    code: str
    reason: str


class ProposalAccepted(BaseEvent, frozen=True, tag="proposal_accepted"):
    """A proposal of a model holds; what it changed follows."""

    job: str
    model: str
    prompt_hash: str
    operations: int


class ProposalRefused(BaseEvent, frozen=True, tag="proposal_refused"):
    """A proposal of a model did not hold; nothing of it was carried out."""

    job: str
    model: str
    prompt_hash: str
    refusals: tuple[Refusal, ...]


class FactSet(BaseEvent, frozen=True, tag="fact_set"):
    """Something is so from now on."""

    name: str
    text: str


class FactDropped(BaseEvent, frozen=True, tag="fact_dropped"):
    """Something is not so any more."""

    name: str


class ObjectiveOpened(BaseEvent, frozen=True, tag="objective_opened"):
    """The player may pursue something."""

    objective: Objective


class ObjectiveClosed(BaseEvent, frozen=True, tag="objective_closed"):
    """An objective was reached or has failed."""

    objective_id: EntityId
    status: Status


class EntityDescribed(BaseEvent, frozen=True, tag="entity_described"):
    """Words about a place or an NPC."""

    entity_id: EntityId
    text: str


class LocationSettled(BaseEvent, frozen=True, tag="location_settled"):
    """A place has been made; its document lies beside the log."""

    place_id: EntityId
    location: SettledLocation
