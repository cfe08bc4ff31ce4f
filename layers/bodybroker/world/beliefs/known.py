"""Its events as the player may know them: what others think is theirs until they say it."""

from bodybroker.world.base import KnownEvent


class BeliefsFormed(KnownEvent, frozen=True, tag="beliefs_formed"):
    """Somebody took something in."""


class BeliefsForgotten(KnownEvent, frozen=True, tag="beliefs_forgotten"):
    """Somebody forgot something."""
