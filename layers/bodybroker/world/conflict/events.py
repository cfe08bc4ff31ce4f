"""What fights and flight record."""

from bodybroker.world.base import BaseEvent
from bodybroker.world.conflict.state import Danger, Outcome


class DangerArose(BaseEvent, frozen=True, tag="danger_arose"):
    """Somebody threatens the player."""

    danger: Danger


class DangerPassed(BaseEvent, frozen=True, tag="danger_passed"):
    """It is over."""

    outcome: Outcome
