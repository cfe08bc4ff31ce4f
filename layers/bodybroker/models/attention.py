"""AI level of detail: how near an NPC is to the player's attention decides what its answers may cost."""

from dataclasses import dataclass

from bodybroker.models.calls import Attention, Role
from bodybroker.models.tiers import AttentionRules, Level

LEVELS: tuple[Attention, ...] = ("full", "bark", "scripted", "dormant")
"""From the nearest to the farthest."""


@dataclass(frozen=True, slots=True)
class Sighting:
    """How an NPC stands to the player: metres away, and milliseconds since it was in sight (0: it is; None: never)."""

    distance_m: float
    unseen_ms: int | None
    role: Role = "resident"


def level(sighting: Sighting, rules: AttentionRules, before: Attention | None = None) -> Attention:
    """The NPC's level. One that it had `before` is kept within a margin, so that nobody flickers between two."""
    rise = rules.rises[sighting.role]
    had = 0 if before is None else LEVELS.index(before) + rise
    for index, name in enumerate(LEVELS):
        is_held = before is not None and index >= had
        if _holds(sighting, rules.levels[name], rules, is_held=is_held):
            return LEVELS[_within(index - rise)]
    return LEVELS[-1]


def _holds(sighting: Sighting, level: Level, rules: AttentionRules, *, is_held: bool) -> bool:
    margin, unseen_ms = (rules.margin_percent, rules.unseen_ms) if is_held else (0, 0)
    if level.distance_m is not None and 100 * sighting.distance_m > level.distance_m * (100 + margin):
        return False
    return not level.visible or (sighting.unseen_ms is not None and sighting.unseen_ms <= unseen_ms)


def _within(index: int) -> int:
    return max(0, min(index, len(LEVELS) - 1))
