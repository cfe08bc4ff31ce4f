"""Deals at night."""

from typing import Literal

from bodybroker.world.base import BaseCommand, Id


class SellPart(BaseCommand):
    """Sell an item of the inventory to an NPC who is here, for its standing offer or else the market price."""

    type: Literal["sell_part"]
    npc_id: Id
    item_id: Id
