"""How memories fade: what is left of what they mattered, and how near they are. Whole numbers, by the game's clock."""

from bodybroker.minds.memory.records import Record
from bodybroker.minds.memory.rules import NightRules
from bodybroker.world.base import MINUTES_PER_DAY


def nights_since(record: Record, minute: int) -> int:
    """Whole nights from what is remembered to `minute`; 0 where that lies before."""
    return max(0, minute - record.minute) // MINUTES_PER_DAY


def salience(record: Record, minute: int, rules: NightRules) -> int:
    """What is left of its importance, in 0..100: half after each half-life, which is longer the more it matters."""
    life = rules.half_life.low + (rules.half_life.high - rules.half_life.low) * record.importance // 100
    halved, rest = divmod(nights_since(record, minute), life)
    left = 1000 * record.importance >> halved
    return (left - left * rest // (2 * life)) // 1000


def recency(record: Record, minute: int, per_night: int) -> int:
    """How near it is, per mille: 1000 tonight, `per_night` per mille of that for each night since.

    It depends on the record's own minute and never on its place in a list: where the order of a list stands for age,
    a list turned round makes the oldest memory the freshest.
    """
    nights = nights_since(record, minute)
    return int(1000 * per_night**nights // 1000**nights)
