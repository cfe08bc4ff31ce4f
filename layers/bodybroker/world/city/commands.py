"""What the player does in the city."""

from typing import Annotated, Literal

from msgspec import Struct
from pydantic import Field

from bodybroker.world.base import BaseCommand, Id
from bodybroker.world.state import SealKind

LONGEST_WAIT_MINUTES = 720


class Travel(BaseCommand):
    """Walk through an exit of the place where the player is."""

    type: Literal["travel"]
    place_id: Id


class Wait(BaseCommand):
    """Let game time pass."""

    type: Literal["wait"]
    minutes: Annotated[int, Field(ge=1, le=LONGEST_WAIT_MINUTES)]


class CatchUp(Struct, frozen=True):
    """The player comes back after `minutes` of game time. Only the service that knows the clock asks for it."""

    minutes: int


class SealWorld(Struct, frozen=True):
    """Record what cannot be undone. Only services ask for it; it is not public."""

    kind: SealKind
    reference: str
