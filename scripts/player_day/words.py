"""What a bot says: a question about what it sees, in a player's words."""

from collections.abc import Mapping
from typing import Any

from bodybroker.kernel.random import Stream
from bodybroker.minds import voices

OPENINGS = ("Evening.", "It's me again.", "You look hungry.", "Can we talk?", "I was told to ask for you.")
GOODS = (
    "I have a {part} here, still cold. What would you pay?",
    "What about this {part}? I want a fair price for it.",
    "Somebody else offered me more for the {part}.",
    "The {part} is fresh, taken an hour ago. Interested?",
)
EMPTY_HANDS = (
    "What are you looking for tonight?",
    "I could get you something by tomorrow. What would it be worth to you?",
    "Tell me what you need and I will find it.",
)
TALK = (
    "Have you seen the police around here?",
    "Who else has been selling to you?",
    "I heard the houses are at war. Is that true, and which side are you on?",
    "Why should I trust you?",
    "That is not what we agreed on.",
    "Last time you promised me more.",
    "Who killed the man at the docks? I know that you know.",
    "Fine. But you will owe me a favour.",
)


def player_words(view: Mapping[str, Any], npc: Mapping[str, Any], nth: int, stream: Stream) -> str:
    """The player's `nth` words (from 0) to an NPC that the view shows."""
    if nth == 0:
        samples = tuple(sample.player for sample in voices.load(npc["race"]).samples)
        return stream.choice(OPENINGS + samples)
    parts = sorted({item["part"] for item in view["player"]["inventory"]})
    if stream.chance(500):
        return stream.choice(GOODS).format(part=stream.choice(parts)) if parts else stream.choice(EMPTY_HANDS)
    return stream.choice(TALK)
