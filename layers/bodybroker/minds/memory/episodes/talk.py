"""Memories of talk: what the player said, in the player's own words. What the NPC itself said is a model's word, and
proves nothing; what it did in the turn has events of its own."""

from collections.abc import Iterator

from bodybroker.minds.gate import quote
from bodybroker.minds.memory.episodes.base import BROKER, Episode, Maker, Moment
from bodybroker.minds.memory.names import Names
from bodybroker.world.base import PLAYER
from bodybroker.world.talk import events


def _spoken(now: Moment, event: events.TurnSpoken) -> Iterator[Episode]:
    if not event.player_text or event.held:
        return
    words = quote(event.player_text)[: now.rules.gate.characters].strip()
    tags = Names.of(now.state, now.world.parts.parts).tags(words)
    slots = {"quote": words, "teller": BROKER}
    for npc_id in (event.npc_id, *event.heard_by):
        whom = "me" if npc_id == event.npc_id else now.name(event.npc_id)
        text = f"{BROKER} said to {whom}: '{words}'"
        trust = now.trust(npc_id)
        yield Episode(npc_id, "talk", text, slots, tags, "told", trust=trust, teller=PLAYER)


def _left(now: Moment, event: events.NpcLeft) -> Iterator[Episode]:
    yield Episode(event.npc_id, "parting", f"I walked away from {BROKER} at {now.where()}.", {"where": now.where()})


MAKERS: dict[type, Maker] = {events.TurnSpoken: _spoken, events.NpcLeft: _left}
