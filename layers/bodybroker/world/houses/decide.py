"""What its commands bring about."""

from bodybroker.world.base import Decider

DECIDERS: dict[type, Decider] = {}
