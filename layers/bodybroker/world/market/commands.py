"""Deals at night."""

from typing import Annotated, Literal

from pydantic import Field

from bodybroker.world.base import BaseCommand, Id

Cents = Annotated[int, Field(ge=1, le=2**53)]


class SellPart(BaseCommand):
    """Sell an item of the inventory to an NPC who is here, for its standing offer or else the market price."""

    type: Literal["sell_part"]
    npc_id: Id
    item_id: Id


class Haggle(BaseCommand):
    """Ask an NPC who is here for more than it would pay for an item of the inventory."""

    type: Literal["haggle"]
    npc_id: Id
    item_id: Id
    ask_cents: Cents


class PromiseDelivery(BaseCommand):
    """Give your word on an order."""

    type: Literal["promise_delivery"]
    order_id: Id


class DeliverOrder(BaseCommand):
    """Hand over what was promised to the customer who is here."""

    type: Literal["deliver_order"]
    order_id: Id
    item_id: Id


class EngageIntermediary(BaseCommand):
    """Have an NPC who is here sell for you, for a share of each price (per mille)."""

    type: Literal["engage_intermediary"]
    npc_id: Id
    share_per_mille: Annotated[int, Field(ge=0, le=1000)]


class Consign(BaseCommand):
    """Give items of the inventory to an intermediary who is here."""

    type: Literal["consign"]
    npc_id: Id
    item_ids: Annotated[tuple[Id, ...], Field(min_length=1, max_length=100, strict=False)]


class AuditIntermediary(BaseCommand):
    """Go through the books of an intermediary who is here."""

    type: Literal["audit_intermediary"]
    npc_id: Id


class DismissIntermediary(BaseCommand):
    """Take your goods back from an intermediary who is here, and part."""

    type: Literal["dismiss_intermediary"]
    npc_id: Id
