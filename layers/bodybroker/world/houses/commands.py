"""House politics: at night, with a house's envoys in the street or before one of its members."""

from typing import Annotated, Literal

from pydantic import Field

from bodybroker.world.base import BaseCommand, Id

MOST_CENTS = 2**53 - 1
Cents = Annotated[int, Field(ge=1, le=MOST_CENTS, description="Cash, in cents.")]


class PayTribute(BaseCommand):
    """Give a house money: it pays debts first and buys standing with the rest."""

    type: Literal["pay_tribute"]
    house_id: Id
    cents: Cents


class Ally(BaseCommand):
    """Make a treaty with a house, or renew it."""

    type: Literal["ally"]
    house_id: Id


class Spy(BaseCommand):
    """Pay somebody to find out a house's secrets."""

    type: Literal["spy"]
    house_id: Id


class DoubleCross(BaseCommand):
    """Sell an ally to another house."""

    type: Literal["double_cross"]
    house_id: Id
    for_house_id: Id


class MakePeace(BaseCommand):
    """Pay a house to hunt the player less; no more is taken than the hunt is worth."""

    type: Literal["make_peace"]
    house_id: Id
    cents: Cents


class DoFavour(BaseCommand):
    """Give a house the part that it asked for."""

    type: Literal["do_favour"]
    house_id: Id
    item_id: Id
