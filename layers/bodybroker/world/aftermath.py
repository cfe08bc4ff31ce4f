"""What a danger leaves behind, told by the system that caused it."""

from collections.abc import Callable

from bodybroker.world.conflict.state import Danger, DangerKind, Outcome
from bodybroker.world.draft import Draft

Aftermath = Callable[[Draft, Danger, Outcome], None]

AFTERMATHS: dict[DangerKind, Aftermath] = {}
"""By kind of danger; called right after `danger_passed`."""
