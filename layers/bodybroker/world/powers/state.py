"""The powers that the player has."""

from msgspec import Struct


class Power(Struct, frozen=True):
    """A power of the player: its level from 1, until which minute it works, from which it can be used again."""

    level: int
    active_until: int = 0
    ready_minute: int = 0


class PowersState(Struct, frozen=True):
    """Powers by name, and the minute at which the player last gave in to one."""

    owned: dict[str, Power] = {}
    last_minute: int = 0
