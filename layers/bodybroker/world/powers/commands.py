"""What the player does with powers."""

from typing import Literal

from bodybroker.world.base import BaseCommand, Word


class BuyPower(BaseCommand):
    """Buy a power, or the next level of one, from a monster that has it, by night."""

    type: Literal["buy_power"]
    power: Word


class UsePower(BaseCommand):
    """Let a power work for a while; in danger, too."""

    type: Literal["use_power"]
    power: Word
