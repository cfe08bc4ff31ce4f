"""A prefix cache: how many tokens of a prompt have been read before, lately enough."""

from collections.abc import Sequence
from itertools import takewhile

from bodybroker.models.cost_settings import CacheRule


class PrefixCache:
    """Remembers the prompts of each conversation for as long as the rule says."""

    def __init__(self, rule: CacheRule) -> None:
        self._rule = rule
        self._read: dict[str, list[tuple[float, Sequence[int]]]] = {}

    def read(self, conversation: str, prompt: Sequence[int], now: float) -> int:
        """How many of the prompt's tokens are cached at `now` (seconds); afterwards all of them are, in whole steps."""
        oldest = now - self._rule.minutes * 60
        kept = [(at, tokens) for at, tokens in self._read.get(conversation, []) if at >= oldest]
        shared = max((_shared(tokens, prompt) for _, tokens in kept), default=0)
        # The last token is always computed: its successor is what the model is asked for.
        cached = min(shared, len(prompt) - 1) // self._rule.step * self._rule.step
        self._read[conversation] = [*kept, (now, prompt)]
        return cached if cached >= self._rule.minimum else 0


def _shared(one: Sequence[int], other: Sequence[int]) -> int:
    return sum(1 for _ in takewhile(lambda pair: pair[0] == pair[1], zip(one, other, strict=False)))
