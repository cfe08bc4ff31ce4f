"""Prompts: short, because a small model reads slowly, and growing at their end only, so that it reads all once."""

from collections.abc import Mapping, Sequence

from msgspec import Struct

from bodybroker.minds.gate import let_in
from bodybroker.minds.voices import Voice
from bodybroker.world.state import Npc

Message = Mapping[str, str]
"""A chat message: its `role` and its `content`."""


class Exchange(Struct, frozen=True):
    """What the player said and what the NPC answered."""

    player: str
    npc: str


def prefix(npc: Npc, voice: Voice, language: str) -> tuple[Message, ...]:
    """Who the NPC is, what it buys, how it talks: the same in every talk, so that a model has read it before."""
    samples = [message for sample in voice.samples for message in _exchange(sample.player, sample.npc)]
    return ({"role": "system", "content": _card(npc, voice, language)}, *samples)


def with_news(text: str, news: Sequence[str]) -> str:
    """The player's words, behind whatever the model has not been told."""
    return f"({' '.join(news)}) {text}".rstrip() if news else text


def line_prompt(prefix: Sequence[Message], transcript: Sequence[Exchange], *text: str) -> list[Message]:
    """The prompt for the answer to the player's `text`; without one, the part of it that is known beforehand."""
    said = [message for exchange in transcript for message in _exchange(exchange.player, exchange.npc)]
    return [*prefix, *said, *({"role": "user", "content": words} for words in text)]


def acts_prompt(line_prompt: Sequence[Message], line: str, question: str) -> list[Message]:
    """The prompt that asks what the NPC does, once it has said `line`: a continuation, so the model has it cached."""
    return [*line_prompt, {"role": "assistant", "content": line}, {"role": "user", "content": question}]


def _exchange(player: str, npc: str) -> tuple[Message, Message]:
    return {"role": "user", "content": player}, {"role": "assistant", "content": npc}


def _card(npc: Npc, voice: Voice, language: str) -> str:
    character = npc.character
    name = let_in(character.name)
    wants = ", ".join(f"{part} (up to ${taste.cap_cents // 100})" for part, taste in character.tastes.items())
    return (
        f"You are {name}, a {', '.join(map(let_in, character.traits))} {character.race}, at night. "
        f"Your voice: {voice.manner}. You buy body parts: {wants}. You talk to a body broker. "
        f"What stands in brackets you know; you never say it. "
        f"Answer as {name}, in {language}, in one or two short sentences, with spoken words only."
    )
