"""What its events do to a state."""

from msgspec.structs import replace

from bodybroker.world.base import Applier, Changes
from bodybroker.world.conflict import events
from bodybroker.world.state import State


def _danger_arose(state: State, event: events.DangerArose) -> Changes:
    return {"conflict": replace(state.conflict, danger=event.danger)}


def _danger_passed(state: State, event: events.DangerPassed) -> Changes:
    return {"conflict": replace(state.conflict, danger=None)}


APPLIERS: dict[type, Applier] = {
    events.DangerArose: _danger_arose,
    events.DangerPassed: _danger_passed,
}
