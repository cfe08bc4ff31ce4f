"""Witnesses: whoever is there when something happens believes what he saw, and part of what he overheard."""

from collections.abc import Iterator

from msgspec.structs import replace

from bodybroker.kernel.ids import EntityId
from bodybroker.kernel.random import Stream
from bodybroker.world.base import PLAYER
from bodybroker.world.beliefs.learning import News, learn
from bodybroker.world.beliefs.sightings import READERS, Sighting
from bodybroker.world.beliefs.state import Evidence
from bodybroker.world.beliefs.telling import heard
from bodybroker.world.bonds.between import bond
from bodybroker.world.conditions import is_present
from bodybroker.world.draft import Draft
from bodybroker.world.rules import Rules
from bodybroker.world.state import State
from bodybroker.world.talk.events import ClaimTold, TurnSpoken


def observe(draft: Draft) -> None:
    """Everybody takes in what has happened since the last time."""
    news: list[News] = []
    near: tuple[EntityId, ...] = ()
    for before, event in draft.unseen():
        if isinstance(event, TurnSpoken):
            near = event.heard_by
        elif isinstance(event, ClaimTold):
            news += _overheard(before, event, near, draft.rules)
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


def _overheard(state: State, said: ClaimTold, near: tuple[EntityId, ...], rules: Rules) -> Iterator[News]:
    """What those make of it who stood by, each by its own trust in who said it."""
    for npc_id in near:
        if npc_id in state.npcs and npc_id not in (said.by, said.to):
            trust = bond(state, npc_id, said.by, rules).trust
            whole = heard(state, rules, npc_id, said.claim, said.by, trust, said.is_lie)
            strength = whole.reason.strength * rules.beliefs.telling.overheard_per_mille // 1000
            yield News(npc_id, whole.claim, replace(whole.reason, version=state.version + 1, strength=strength))


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
