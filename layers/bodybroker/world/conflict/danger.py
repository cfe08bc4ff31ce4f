"""How other systems bring the player into danger."""

from bodybroker.world.conflict import events
from bodybroker.world.conflict.state import Danger
from bodybroker.world.draft import Draft


def arise(draft: Draft, danger: Danger) -> None:
    """The player is in this danger from now on, unless in another one already or away."""
    if draft.state.conflict.danger is None and not draft.offscreen:
        draft.add(events.DangerArose(danger))
