"""Ruling an empire."""

from typing import Annotated, Literal

from pydantic import Field

from bodybroker.world.base import BaseCommand, Id, Word

Cents = Annotated[int, Field(gt=0, le=2**53)]


class Hire(BaseCommand):
    """Hire somebody for the crew, on the street by day."""

    type: Literal["hire"]
    role: Word


class Dismiss(BaseCommand):
    """Send somebody of the crew away."""

    type: Literal["dismiss"]
    member_id: Id


class ClaimRank(BaseCommand):
    """Claim the next rank, in the hideout, when all that it requires is there."""

    type: Literal["claim_rank"]


class BuyFront(BaseCommand):
    """Buy an honest business, on the street by day."""

    type: Literal["buy_front"]
    front: Word


class SellFront(BaseCommand):
    """Sell a front, on the street by day."""

    type: Literal["sell_front"]
    front_id: Id


class Deposit(BaseCommand):
    """Put cash into a front's till, on the street by day; every dawn some of it comes out clean."""

    type: Literal["deposit"]
    front_id: Id
    cents: Cents


class Withdraw(BaseCommand):
    """Turn clean money into cash."""

    type: Literal["withdraw"]
    cents: Cents
