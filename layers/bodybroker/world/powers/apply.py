"""What its events do to a state."""

from bodybroker.world.base import Applier

APPLIERS: dict[type, Applier] = {}
