"""Perception: from an event to what NPCs remember of it."""

from bodybroker.minds.memory import gate
from bodybroker.minds.memory.calendar import night_of
from bodybroker.minds.memory.episodes import hearsay, market, street, talk
from bodybroker.minds.memory.episodes.base import Episode, Maker, Moment
from bodybroker.minds.memory.records import Changes, Record, record_id, seq_of
from bodybroker.minds.memory.rules import MemoryRules
from bodybroker.world.events import Event
from bodybroker.world.rules import Rules
from bodybroker.world.state import State

MAKERS: dict[type, Maker] = market.MAKERS | street.MAKERS | talk.MAKERS | hearsay.MAKERS


def perceive(before: State | None, event: Event, at: int, world: Rules, rules: MemoryRules) -> Changes:
    """What NPCs remember of an event at place `at`: those whom it concerns, who saw it or heard of it.

    `before` is the state that the event is applied to (None where the event is a world's first).
    """
    maker = MAKERS.get(type(event))
    if before is None or maker is None:
        return Changes(at)
    moment = Moment(before, at, world, rules)
    kept = [episode for episode in maker(moment, event) if gate.passes(episode, rules)]
    return Changes(at, tuple(_record(moment, episode, nth) for nth, episode in enumerate(kept)))


def _record(moment: Moment, episode: Episode, nth: int) -> Record:
    minute = moment.state.minute
    return Record(
        record_id=record_id(episode.npc_id, moment.at, episode.topic, nth),
        npc_id=episode.npc_id,
        place=moment.at,
        minute=minute,
        first_minute=minute,
        kind=episode.kind,
        topic=episode.topic,
        text=f"Night {night_of(minute, moment.world.clock)}: {episode.text}",
        slots=episode.slots,
        about=episode.about,
        importance=gate.importance(episode, moment.rules),
        sources=(seq_of(moment.at),),
        trust=episode.trust,
        teller=episode.teller,
    )
