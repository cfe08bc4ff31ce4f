"""What powers record."""

from bodybroker.world.base import BaseEvent


class PowerBought(BaseEvent, frozen=True, tag="power_bought"):
    """The player has a power, or a higher level of it; `humanity` is what is left."""

    power: str
    level: int
    price_cents: int
    humanity: int
    minute: int


class PowerUsed(BaseEvent, frozen=True, tag="power_used"):
    """A power works until `active_until` (0: it worked at once); humanity and health are what they are then."""

    power: str
    minute: int
    active_until: int
    ready_minute: int
    humanity: int
    health: int


class PowerEnded(BaseEvent, frozen=True, tag="power_ended"):
    """A power works no more."""

    power: str


class HumanityStirred(BaseEvent, frozen=True, tag="humanity_stirred"):
    """A dawn: what abstaining gave back of humanity, and the heat that people's talk left."""

    humanity: int
    heat: int
