"""The weather: it turns at dawn and at dusk, by the world's seed alone."""

from bodybroker.kernel.random import Stream
from bodybroker.world.city import events
from bodybroker.world.city.rules import WeatherEffects
from bodybroker.world.city.state import Weather
from bodybroker.world.draft import Draft
from bodybroker.world.rules import Rules
from bodybroker.world.state import State, today


def first(seed: int, rules: Rules) -> Weather:
    """The weather in which a world begins."""
    return _draw(Stream(seed, "weather", "first"), rules.weather.start)


def effects(state: State, rules: Rules) -> WeatherEffects:
    """What the weather does now."""
    return rules.weather.kinds[state.city.weather]


def walk_minutes(state: State, rules: Rules, minutes: int) -> int:
    """What a walk of so many minutes takes in this weather."""
    return max(1, minutes * effects(state, rules).travel_per_mille // 1000)


def turn(draft: Draft) -> None:
    """The weather of the day or night that has just begun."""
    state, rules = draft.state, draft.rules
    stream = Stream(state.seed, "weather", str(today(state)), state.phase)
    weather = _draw(stream, effects(state, rules).next)
    if weather != state.city.weather:
        draft.add(events.WeatherChanged(weather))


def _draw(stream: Stream, weights: dict[Weather, int]) -> Weather:
    return stream.weighted(sorted(weights.items()))
