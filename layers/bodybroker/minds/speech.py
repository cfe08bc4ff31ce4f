"""Speech without a model: a line from a race's grammar, the same for the same stream, in character for the mood."""

from collections.abc import Mapping

from bodybroker.kernel.random import Stream
from bodybroker.minds.voices import REFERENCE, ROOT, Voice


def speak(voice: Voice, mood: str, facts: Mapping[str, str], stream: Stream) -> str:
    """One line of `voice`'s grammar. Alternatives that need a fact which `facts` lacks are not used."""
    line = _expand(ROOT, voice, mood, facts, stream)
    return line[:1].upper() + line[1:]


def _expand(symbol: str, voice: Voice, mood: str, facts: Mapping[str, str], stream: Stream) -> str:
    options = [text for text in voice.alternatives(symbol, mood) if _is_speakable(text, voice, mood, facts)]
    return REFERENCE.sub(
        lambda reference: facts.get(reference[1]) or _expand(reference[1], voice, mood, facts, stream),
        stream.choice(options),
    )


def _is_speakable(text: str, voice: Voice, mood: str, facts: Mapping[str, str]) -> bool:
    return all(
        name in facts
        or (name in voice.speech and any(_is_speakable(t, voice, mood, facts) for t in voice.alternatives(name, mood)))
        for name in REFERENCE.findall(text)
    )
