"""What its commands bring about."""

from bodybroker.world.base import MINUTES_PER_DAY, Decider
from bodybroker.world.city import commands, events, weather
from bodybroker.world.city.clock import skip
from bodybroker.world.draft import Draft
from bodybroker.world.passage import pass_time
from bodybroker.world.places import site_here


def _travel(draft: Draft, command: commands.Travel) -> None:
    here = site_here(draft.state)
    minutes = next(way.minutes for way in here.exits if way.place_id == command.place_id)
    minutes = weather.walk_minutes(draft.state, draft.rules, minutes)
    draft.add(events.Travelled(from_id=here.place_id, place_id=command.place_id))
    pass_time(draft, minutes)


def _wait(draft: Draft, command: commands.Wait) -> None:
    pass_time(draft, command.minutes)


def _catch_up(draft: Draft, command: commands.CatchUp) -> None:
    """The last days are lived through; what lies before them is skipped, so that the cost has a bound."""
    absence = draft.rules.absence
    minutes = min(command.minutes, absence.longest_days * MINUTES_PER_DAY)
    skipped = max(0, (minutes - 1) // MINUTES_PER_DAY + 1 - absence.lived_days)
    draft.offscreen = True
    if skipped:
        skip(draft, skipped)
    pass_time(draft, minutes - skipped * MINUTES_PER_DAY)


def _seal(draft: Draft, command: commands.SealWorld) -> None:
    draft.add(events.WorldSealed(command.kind, command.reference))


DECIDERS: dict[type, Decider] = {
    commands.SealWorld: _seal,
    commands.Travel: _travel,
    commands.Wait: _wait,
    commands.CatchUp: _catch_up,
}
