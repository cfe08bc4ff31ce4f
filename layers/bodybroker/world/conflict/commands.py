"""What the player does in danger."""

from typing import Annotated, Literal

from pydantic import Field

from bodybroker.world.base import BaseCommand, Id

HIGHEST_BRIBE_CENTS = 2**53


class Fight(BaseCommand):
    """Exchange blows until somebody falls or runs, for a few rounds at most."""

    type: Literal["fight"]


class Flee(BaseCommand):
    """Run, through a certain exit or through whichever is nearest."""

    type: Literal["flee"]
    place_id: Id | None = None


class Hide(BaseCommand):
    """Get out of their sight and let them pass."""

    type: Literal["hide"]


class Surrender(BaseCommand):
    """Give in."""

    type: Literal["surrender"]


class BribeFoes(BaseCommand):
    """Offer cash for being let go."""

    type: Literal["bribe_foes"]
    cents: Annotated[int, Field(ge=1, le=HIGHEST_BRIBE_CENTS)]


IN_DANGER = (Fight, Flee, Hide, Surrender, BribeFoes)
