"""What its events do to a state."""

from msgspec.structs import replace

from bodybroker.world.base import Applier, Changes
from bodybroker.world.state import State
from bodybroker.world.talk import events


def _turn_spoken(state: State, event: events.TurnSpoken) -> Changes:
    return {"tally": replace(state.tally, turns_spoken=state.tally.turns_spoken + 1)}


def _mood_changed(state: State, event: events.MoodChanged) -> Changes:
    return {"npcs": state.npcs | {event.npc_id: replace(state.npcs[event.npc_id], mood=event.mood)}}


def _npc_left(state: State, event: events.NpcLeft) -> Changes:
    return {"npcs": state.npcs | {event.npc_id: replace(state.npcs[event.npc_id], away_until=event.away_until)}}


APPLIERS: dict[type, Applier] = {
    events.TurnSpoken: _turn_spoken,
    events.MoodChanged: _mood_changed,
    events.NpcLeft: _npc_left,
}
