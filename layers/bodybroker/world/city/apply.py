"""What its events do to a state."""

from msgspec.structs import replace

from bodybroker.world.base import Applier, Changes
from bodybroker.world.city import events
from bodybroker.world.state import State


def _travelled(state: State, event: events.Travelled) -> Changes:
    return {"player": replace(state.player, place_id=event.place_id)}


def _time_passed(state: State, event: events.TimePassed) -> Changes:
    return {"minute": event.minute, "player": replace(state.player, heat=event.heat, health=event.health)}


def _phase_changed(state: State, event: events.PhaseChanged) -> Changes:
    return {"phase": event.phase}


APPLIERS: dict[type, Applier] = {
    events.Travelled: _travelled,
    events.TimePassed: _time_passed,
    events.PhaseChanged: _phase_changed,
}
