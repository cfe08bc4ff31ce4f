"""What a part is worth to a customer: its quality as it is now, and whom it was prepared for."""

from bodybroker.generation.entities import Item
from bodybroker.world.lab import parts
from bodybroker.world.rules import Rules


def quality(item: Item) -> int:
    """The quality of a part as it is now, 0..100."""
    return parts.condition(item)


def is_foul(item: Item, rules: Rules) -> bool:
    """Whether a buyer will curse the day it bought this: contaminated, or hardly fresh any more."""
    return item.contaminated or item.freshness < rules.customers.trust.foul_freshness


def per_mille(item: Item, race: str, rules: Rules) -> int:
    """What the part brings with that race, per mille of a clean, untreated one."""
    return parts.worth_per_mille(item, race, rules)


def is_for(item: Item, race: str | None) -> bool:
    """Whether the part is prepared for that race, where one is asked for."""
    return race is None or item.treated_for == race
