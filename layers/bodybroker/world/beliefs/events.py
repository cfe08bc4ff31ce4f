"""What minds record."""

from msgspec import Struct

from bodybroker.kernel.ids import EntityId
from bodybroker.world.base import BaseEvent
from bodybroker.world.beliefs.state import Claim, Evidence

THIS = 0
"""The version in evidence (and in its origin) that comes by the very event that holds it."""


class Learned(Struct, frozen=True, omit_defaults=True):
    """Somebody has a new reason to believe a claim, which is that strong for him then.

    `replaces` is the index of the evidence in whose place it is, `forgets` a claim that made room for this one.
    """

    holder: EntityId
    claim: Claim
    evidence: Evidence
    strength: int
    replaces: int | None = None
    forgets: Claim | None = None


class BeliefsFormed(BaseEvent, frozen=True, tag="beliefs_formed"):
    """What minds took in, in this order: things seen, things said, rumours, conclusions."""

    learned: tuple[Learned, ...]


class BeliefsForgotten(BaseEvent, frozen=True, tag="beliefs_forgotten"):
    """Beliefs that have faded away, by holder."""

    forgotten: dict[EntityId, tuple[Claim, ...]]
