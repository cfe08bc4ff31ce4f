"""What a danger leaves behind, told by the system that caused it."""

from collections.abc import Callable

from bodybroker.world.conflict.state import Danger, DangerKind, Outcome
from bodybroker.world.crime import aftermath as crime
from bodybroker.world.draft import Draft
from bodybroker.world.houses.aftermath import after_hunters
from bodybroker.world.market.aftermath import after_fight

Aftermath = Callable[[Draft, Danger, Outcome], None]

AFTERMATHS: dict[DangerKind, Aftermath] = {
    "customer": after_fight,
    "hunters": after_hunters,
    "police": crime.police,
    "victim": crime.victim,
}
"""By kind of danger; called right after `danger_passed`, or after `player_died`. The danger is as it stood at the end:
`conflict.standing.fallen` lists the foes who lie there. Without an entry, `conflict.aftermath.usual` settles it."""
