"""Its events as the player may know them."""

from bodybroker.world.base import KnownEvent


class PursesFilled(KnownEvent, frozen=True, tag="purses_filled"):
    """The city's paymasters gave NPCs money."""
