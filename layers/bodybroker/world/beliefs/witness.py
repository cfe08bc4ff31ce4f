"""Witnesses: whoever is there when something happens believes what he saw."""

from collections.abc import Iterator

from bodybroker.kernel.ids import EntityId
from bodybroker.kernel.random import Stream
from bodybroker.world.base import PLAYER
from bodybroker.world.beliefs.learning import News, learn
from bodybroker.world.beliefs.sightings import READERS, Sighting
from bodybroker.world.beliefs.state import Evidence
from bodybroker.world.conditions import is_present
from bodybroker.world.draft import Draft
from bodybroker.world.rules import Rules
from bodybroker.world.state import State


def observe(draft: Draft) -> None:
    """Everybody takes in what has happened since the last time."""
    news: list[News] = []
    for before, event in draft.unseen():
        for sighting in READERS[type(event)](before, event, draft.rules) if type(event) in READERS else ():
            news += _witnessed(before, sighting, draft.rules)
    learn(draft, news)


def _witnessed(state: State, sighting: Sighting, rules: Rules) -> Iterator[News]:
    """By those to whom it happened, then by some of those who stood by; `state` is that before the event."""
    claim, version = sighting.claim, state.version + 1
    seen = rules.beliefs.predicates[claim.predicate].seen
    if seen is None:
        return
    for npc_id in sighting.parties:
        if npc_id in state.npcs or npc_id == PLAYER:
            yield News(npc_id, claim, Evidence("seen", version, state.minute, seen.party))
    if sighting.place_id is not None:
        for npc_id in _onlookers(state, sighting, sighting.place_id, rules):
            yield News(npc_id, claim, Evidence("seen", version, state.minute, seen.onlooker))


def _onlookers(state: State, sighting: Sighting, place_id: EntityId, rules: Rules) -> list[EntityId]:
    there = [
        npc_id
        for npc_id in sorted(state.npcs)
        if state.npcs[npc_id].character.haunt_id == place_id
        and is_present(state, state.npcs[npc_id])
        and npc_id not in (*sighting.parties, sighting.claim.subject)
    ]
    dice = Stream(state.seed, "onlookers", str(state.moment))
    return sorted(dice.sample(there, min(len(there), rules.beliefs.limits.onlookers)))
