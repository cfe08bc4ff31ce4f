"""What its events do to a state."""

from msgspec.structs import replace

from bodybroker.world.base import Applier, Changes
from bodybroker.world.city import events
from bodybroker.world.state import State


def _travelled(state: State, event: events.Travelled) -> Changes:
    return {"player": replace(state.player, place_id=event.place_id)}


def _time_passed(state: State, event: events.TimePassed) -> Changes:
    return {"minute": event.minute, "player": replace(state.player, heat=event.heat, health=event.health)}


def _time_skipped(state: State, event: events.TimeSkipped) -> Changes:
    return {"minute": event.minute, "player": replace(state.player, heat=event.heat)}


def _phase_changed(state: State, event: events.PhaseChanged) -> Changes:
    return {"phase": event.phase}


def _weather_changed(state: State, event: events.WeatherChanged) -> Changes:
    return {"city": replace(state.city, weather=event.weather)}


APPLIERS: dict[type, Applier] = {
    events.Travelled: _travelled,
    events.TimePassed: _time_passed,
    events.TimeSkipped: _time_skipped,
    events.PhaseChanged: _phase_changed,
    events.WeatherChanged: _weather_changed,
}
