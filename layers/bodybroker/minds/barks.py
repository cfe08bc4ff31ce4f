"""Barks: what an NPC says in passing, by race, mood and situation. None comes twice in a night before all have come."""

from collections.abc import Mapping

from bodybroker.kernel.random import Stream
from bodybroker.minds import speech
from bodybroker.minds.voices import Voice

_TAIL = "{close}"
"""What a bark may end with, by mood."""


def bark(
    voice: Voice, mood: str, situation: str, facts: Mapping[str, str], seed: int, night: int, nth: int
) -> str | None:
    """The bark number `nth` (from 0) that this race, in this mood, gives in this situation tonight.

    None where the voice has no words for the situation.
    """
    said = repertoire(voice, mood, situation, facts)
    if not said:
        return None
    stream = Stream(seed, "barks", str(night), situation, mood)
    return stream.sample(said, len(said))[nth % len(said)]


def repertoire(voice: Voice, mood: str, situation: str, facts: Mapping[str, str]) -> list[str]:
    """All barks of a situation, each once, in one order: with and without what the mood adds."""
    texts = voice.barks.get(situation, [])
    wanted = [*texts, *(f"{text} {_TAIL}" for text in texts)]
    return list(dict.fromkeys(line for text in wanted for line in speech.all_of(text, voice, mood, facts)))
