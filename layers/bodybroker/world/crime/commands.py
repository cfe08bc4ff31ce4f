"""Crimes, hiding from the law, and bending it."""

from typing import Literal

from bodybroker.world.base import BaseCommand, Id, Word

Bribed = Literal["guards", "officers"]


class RobMorgue(BaseCommand):
    """Rob the morgue where the player is."""

    type: Literal["rob_morgue"]
    place_id: Id


class RobHospital(BaseCommand):
    """Rob the hospital where the player is."""

    type: Literal["rob_hospital"]
    place_id: Id


class Kill(BaseCommand):
    """Attack a passer-by at the place where the player is, for the freshest of parts."""

    type: Literal["kill"]
    place_id: Id


class Bribe(BaseCommand):
    """Pay the guards of the place where the player is, or the officers of the street."""

    type: Literal["bribe"]
    target: Bribed


class BuyTool(BaseCommand):
    """Buy a tool of the trade on the street."""

    type: Literal["buy_tool"]
    tool: Word


class LieLow(BaseCommand):
    """Hide: heat cools faster and wounds heal."""

    type: Literal["lie_low"]
