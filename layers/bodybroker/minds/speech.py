"""Speech without a model: a line from a race's grammar, the same for the same stream, in character for the mood."""

import re
from collections.abc import Container, Iterator, Mapping, Sequence

from bodybroker.kernel.random import Stream
from bodybroker.minds.voices import AGAIN, REFERENCE, ROOT, Voice
from bodybroker.world.talk.said import fingerprint

_SENTENCE = re.compile(r"(?<=[.!?])\s+")
_TRIES = 64
"""How often a line is drawn before two are joined: with a grammar of thousands of lines that never comes."""
_CHOICE = 8
"""So many new lines that repeat a sentence are enough to choose the least from."""


def speak(voice: Voice, mood: str, facts: Mapping[str, str], stream: Stream, root: str = ROOT) -> str:
    """One line of `voice`'s grammar from `root`. Alternatives that need a fact which `facts` lacks are not used."""
    return _begin(_expand(root, voice, mood, facts, stream))


def speak_anew(
    voice: Voice,
    mood: str,
    facts: Mapping[str, str],
    stream: Stream,
    spoken: Container[int],
    recent: Sequence[str],
    root: str = ROOT,
) -> str:
    """A line that has not been `spoken` (fingerprints), if possible one that shares no sentence with `recent` lines."""
    stale = {sentence for line in recent for sentence in _sentences(line)}
    fresh: dict[str, int] = {}
    for _ in range(_TRIES):
        line = speak(voice, mood, facts, stream, root)
        if fingerprint(line) in spoken:
            continue
        if not (shared := len(stale.intersection(_sentences(line)))):
            return line
        fresh.setdefault(line, shared)
        if len(fresh) >= _CHOICE:
            break
    if fresh:
        return min(fresh, key=lambda line: fresh[line])
    return f"{speak(voice, mood, facts, stream, root)} {speak(voice, mood, facts, stream, AGAIN)}"


def all_of(text: str, voice: Voice, mood: str, facts: Mapping[str, str]) -> Iterator[str]:
    """Everything that an alternative can become."""
    if not _is_speakable(text, voice, mood, facts):
        return
    reference = REFERENCE.search(text)
    if reference is None:
        yield _begin(text)
        return
    name = reference[1]
    meanings = [facts[name]] if name in facts else voice.alternatives(name, mood)
    for meaning in meanings:
        yield from all_of(text[: reference.start()] + meaning + text[reference.end() :], voice, mood, facts)


def _begin(line: str) -> str:
    return line[:1].upper() + line[1:]


def _sentences(line: str) -> set[str]:
    return {sentence.strip(" .!?…").casefold() for sentence in _SENTENCE.split(line)} - {""}


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
