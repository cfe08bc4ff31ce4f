"""Prompts: short, because a small model reads slowly, and growing at their end only, so that it reads all once."""

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
    """Who the NPC is, what it wants, how things stand, how it talks."""
    samples = [message for sample in voice.samples for message in _exchange(sample.player, sample.npc)]
    return ({"role": "system", "content": _card(state, npc, voice)}, *samples)


def situation(state: State, npc: Npc) -> tuple[str, ...]:
    """How things stand, a sentence for each thing that changes while the two talk."""
    carried = ", ".join(sorted(item.part for item in state.player.inventory.values())) or "nothing"
    offer = state.market.offers.get(npc.character.npc_id)
    given = f"offered ${offer.price_cents // 100} for a {offer.part}" if offer else "made no offer"
    return (
        f"You are {npc.mood}.",
        f"You have ${npc.purse_cents // 100}.",
        f"You have {given}.",
        f"The broker carries {carried}.",
    )


def with_news(text: str, now: Sequence[str], told: Sequence[str]) -> str:
    """The player's words, behind whatever of the situation `now` the model has not been `told`."""
    news = " ".join(sentence for sentence in now if sentence not in told)
    return f"({news}) {text}" if news else text


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
    return (
        f"You are {character.name}, a {', '.join(character.traits)} {character.race} at {place}, at night. "
        f"Your voice: {voice.manner}. You buy body parts: {wants}. You talk to a body broker. "
        f"{' '.join(situation(state, npc))} "
        f"Answer as {character.name}, in one or two short sentences, with spoken words only."
    )
