"""What its commands bring about."""

from bodybroker.world.base import Decider
from bodybroker.world.city import commands, events
from bodybroker.world.draft import Draft
from bodybroker.world.passage import pass_time


def _travel(draft: Draft, command: commands.Travel) -> None:
    here = draft.state.places[draft.state.player.place_id].site
    minutes = next(way.minutes for way in here.exits if way.place_id == command.place_id)
    draft.add(events.Travelled(from_id=here.place_id, place_id=command.place_id))
    pass_time(draft, minutes)


def _wait(draft: Draft, command: commands.Wait) -> None:
    pass_time(draft, command.minutes)


DECIDERS: dict[type, Decider] = {
    commands.Travel: _travel,
    commands.Wait: _wait,
}
