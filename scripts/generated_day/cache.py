"""The content cache of all players, as their requests come to it one after the other."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field

from bodybroker.models.caching import ContentKey

from scripts.generated_day.making import Asked


@dataclass
class Count:
    """Requests, and how many of them the cache answered."""

    requests: int = 0
    hits: int = 0

    @property
    def misses(self) -> int:
        return self.requests - self.hits

    @property
    def hits_per_mille(self) -> int:
        """The share of hits, rounded down."""
        return 1000 * self.hits // self.requests if self.requests else 0


@dataclass
class Cache:
    """It begins empty and forgets nothing. A hit is false where what lies under the key was said to another request."""

    by_specialist: dict[str, Count] = field(default_factory=lambda: defaultdict(Count))
    false_hits: int = 0
    _kept: dict[ContentKey, str] = field(default_factory=dict)

    def serve(self, requests: Iterable[Asked]) -> None:
        """Answer what is kept; keep the rest."""
        for asked in requests:
            count = self.by_specialist[asked.specialist]
            count.requests += 1
            if (kept := self._kept.get(asked.key)) is None:
                self._kept[asked.key] = asked.said
                continue
            count.hits += 1
            self.false_hits += kept != asked.said

    @property
    def total(self) -> Count:
        """Of all specialists."""
        counts = self.by_specialist.values()
        return Count(sum(count.requests for count in counts), sum(count.hits for count in counts))
