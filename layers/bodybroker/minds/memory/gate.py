"""The write gate: what is worth a memory, and whose word is."""

import re

from bodybroker.minds.memory.episodes.base import Episode
from bodybroker.minds.memory.rules import GateRules, MemoryRules

_WORDS = re.compile(r"[^\W_]+", re.UNICODE)
_SPACE = re.compile(r"[\W_]+", re.UNICODE)


def passes(episode: Episode, rules: MemoryRules) -> bool:
    """Whether an NPC keeps it: it matters, whoever's word it is, and says something."""
    if importance(episode, rules) < rules.gate.least_importance:
        return False
    quote = episode.slots.get("quote")
    return quote is None or says_something(quote, rules.gate)


def importance(episode: Episode, rules: MemoryRules) -> int:
    """How much it matters, in 0..100: as much as its topic does, less where the word for it is trusted less."""
    full, gate = rules.importance(episode.topic), rules.gate
    trust = min(episode.trust, gate.trusted)
    return full * (gate.distrusted * (gate.trusted - trust) + 1000 * trust) // (1000 * gate.trusted)


def says_something(text: str, rules: GateRules) -> bool:
    """Whether words of a person are worth keeping: neither small talk nor noise nor orders to a language model."""
    words = [word.lower() for word in _WORDS.findall(text)]
    if not rules.words.low <= len(words) <= rules.words.high:
        return False
    if set(words) <= _small(rules) or 2 * len(set(words)) < len(words):
        return False
    flat = f" {_SPACE.sub(' ', text.lower()).strip()} "
    return not any(f" {_SPACE.sub(' ', order)} " in flat for order in rules.orders)


def _small(rules: GateRules) -> frozenset[str]:
    return frozenset(rules.small_talk)
