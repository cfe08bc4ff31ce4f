"""Work in the lab."""

from typing import Literal

from bodybroker.world.base import BaseCommand, Id, Word


class BuyEquipment(BaseCommand):
    """Buy a piece of lab equipment on the street."""

    type: Literal["buy_equipment"]
    equipment: Word


class GrowPart(BaseCommand):
    """Start growing a body part in the hideout's lab."""

    type: Literal["grow_part"]
    part: Word


class CollectPart(BaseCommand):
    """Take a grown part out of its equipment."""

    type: Literal["collect_part"]
    growth_id: Id
