"""Crimes, and hiding from the law."""

from typing import Literal

from bodybroker.world.base import BaseCommand, Id


class RobMorgue(BaseCommand):
    """Rob the morgue where the player is."""

    type: Literal["rob_morgue"]
    place_id: Id


class LieLow(BaseCommand):
    """Hide in the hideout: heat cools faster and wounds heal."""

    type: Literal["lie_low"]
