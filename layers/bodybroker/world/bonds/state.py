"""What happened between any two, summed up. Points in -100..100, money in cents."""

from msgspec import Struct

from bodybroker.kernel.ids import EntityId


class Bond(Struct, frozen=True, gc=False):
    """What one holds of another now: four scores in 0..100, and what it owes the other."""

    trust: int = 50
    fear: int = 0
    respect: int = 0
    desire: int = 0
    debt_cents: int = 0


class Shift(Struct, frozen=True, gc=False, omit_defaults=True):
    """How far a bond has moved from where it rests: the sum of every change there was, less what has faded."""

    trust: int = 0
    fear: int = 0
    respect: int = 0
    desire: int = 0
    debt_cents: int = 0


STILL = Shift()


class BondsState(Struct, frozen=True):
    """Only what has moved: `player` holds what NPCs hold of the player by NPC, `others` every other by `pair`."""

    player: dict[EntityId, Shift] = {}
    others: dict[str, Shift] = {}


def pair(of: EntityId, towards: EntityId) -> str:
    """The key of what `of` holds of `towards`."""
    return f"{of}>{towards}"


def members(key: str) -> tuple[EntityId, EntityId]:
    """Who holds it and of whom (nobody where the key is one NPC's id), by the key of a pair."""
    of, _, towards = key.partition(">")
    return EntityId(of), EntityId(towards)
