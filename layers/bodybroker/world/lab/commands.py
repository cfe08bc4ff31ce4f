"""Work in the lab and around it."""

from typing import Annotated, Literal

from pydantic import AfterValidator, Field

from bodybroker.world.base import BaseCommand, Id, Word

MOST_ITEMS = 100


def _different(ids: tuple[str, ...]) -> tuple[str, ...]:
    if len(set(ids)) != len(ids):
        raise ValueError("an id is named twice")
    return ids


Ids = Annotated[tuple[Id, ...], Field(min_length=1, max_length=MOST_ITEMS, strict=False), AfterValidator(_different)]


class BuyEquipment(BaseCommand):
    """Buy a piece of lab equipment on the street, in one of the grades that the dealers have."""

    type: Literal["buy_equipment"]
    equipment: Word
    grade: Word = "standard"


class RepairEquipment(BaseCommand):
    """Take all wear off a piece of equipment."""

    type: Literal["repair_equipment"]
    equipment_id: Id


class CleanEquipment(BaseCommand):
    """Take all dirt off a piece of equipment."""

    type: Literal["clean_equipment"]
    equipment_id: Id


class SellEquipment(BaseCommand):
    """Sell a piece of equipment that is not in use."""

    type: Literal["sell_equipment"]
    equipment_id: Id


class GrowPart(BaseCommand):
    """Start growing a body part in the hideout's lab, in the best piece that is free."""

    type: Literal["grow_part"]
    part: Word


class CollectPart(BaseCommand):
    """Take a grown part out of its equipment."""

    type: Literal["collect_part"]
    growth_id: Id


class BuyIngredient(BaseCommand):
    """Buy some of an ingredient from the dealer who is here."""

    type: Literal["buy_ingredient"]
    ingredient: Word
    count: Annotated[int, Field(ge=1, le=MOST_ITEMS)]


class TreatPart(BaseCommand):
    """Treat a part of the bag, or of the hideout's stash, by a recipe."""

    type: Literal["treat_part"]
    item_id: Id
    recipe: Word


class StoreItem(BaseCommand):
    """Put items of the bag into the stash here."""

    type: Literal["store_item"]
    item_ids: Ids


class TakeItem(BaseCommand):
    """Take items out of the stash here."""

    type: Literal["take_item"]
    item_ids: Ids


class RentWarehouse(BaseCommand):
    """Rent the warehouse where the player is, from day to day."""

    type: Literal["rent_warehouse"]
    place_id: Id


class BuyWarehouse(BaseCommand):
    """Buy the warehouse where the player is, rented before or not."""

    type: Literal["buy_warehouse"]
    place_id: Id


class LeaveWarehouse(BaseCommand):
    """Give up an empty rented warehouse."""

    type: Literal["leave_warehouse"]
    place_id: Id


class SendCourier(BaseCommand):
    """Send a runner of the crew with items from one stash to another."""

    type: Literal["send_courier"]
    from_place: Id
    to_place: Id
    item_ids: Ids


class OpenSupplyRoute(BaseCommand):
    """Have a runner bring parts to a stash every dawn: from another stash, or from a contact in a morgue."""

    type: Literal["open_supply_route"]
    from_place: Id
    to_place: Id
    count: Annotated[int, Field(ge=1, le=MOST_ITEMS)]


class CloseSupplyRoute(BaseCommand):
    """Close a supply route."""

    type: Literal["close_supply_route"]
    route_id: Id
