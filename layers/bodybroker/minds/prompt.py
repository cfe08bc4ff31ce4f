"""Prompts: short, because a small model reads slowly, and with all that is stable first, so that it reads it once."""

from collections.abc import Mapping, Sequence

from msgspec import Struct

from bodybroker.minds.voices import Voice
from bodybroker.world.state import Npc, State

Message = Mapping[str, str]
"""A chat message: its `role` and its `content`."""


class Exchange(Struct, frozen=True):
    """What the player said and what the NPC answered."""

    player: str
    npc: str


def prefix(state: State, npc: Npc, voice: Voice) -> tuple[Message, ...]:
    """Who the NPC is, what it wants and pays, how it talks: the same bytes as long as the world is the same."""
    samples = [message for sample in voice.samples for message in _exchange(sample.player, sample.npc)]
    return ({"role": "system", "content": _card(state, npc, voice)}, *samples)


def line_prompt(prefix: Sequence[Message], transcript: Sequence[Exchange], *text: str) -> list[Message]:
    """The prompt for the answer to the player's `text`; without one, the part of it that is known beforehand."""
    said = [message for exchange in transcript for message in _exchange(exchange.player, exchange.npc)]
    return [*prefix, *said, *({"role": "user", "content": words} for words in text)]


def acts_prompt(line_prompt: Sequence[Message], line: str, question: str) -> list[Message]:
    """The prompt that asks what the NPC does, once it has said `line`: a continuation, so the model has it cached."""
    return [*line_prompt, {"role": "assistant", "content": line}, {"role": "user", "content": question}]


def _exchange(player: str, npc: str) -> tuple[Message, Message]:
    return {"role": "user", "content": player}, {"role": "assistant", "content": npc}


def _card(state: State, npc: Npc, voice: Voice) -> str:
    character = npc.character
    place = state.places[character.haunt_id].site.name
    wants = ", ".join(f"{part} (up to ${taste.cap_cents // 100})" for part, taste in character.tastes.items())
    carried = ", ".join(sorted(item.part for item in state.player.inventory.values())) or "nothing"
    return (
        f"You are {character.name}, a {', '.join(character.traits)} {character.race} at {place}, at night. "
        f"Your voice: {voice.manner}. You buy body parts: {wants}. You have ${npc.purse_cents // 100}. "
        f"You are {npc.mood}. You talk to a body broker who carries {carried}.{_word_given(state, npc)} "
        f"Answer as {character.name}, in one or two short sentences, with spoken words only."
    )


def _word_given(state: State, npc: Npc) -> str:
    offer = state.offers.get(npc.character.npc_id)
    return f" You have offered ${offer.price_cents // 100} for a {offer.part}." if offer else ""
