"""Answers that are given again: to the same request, and for barks, where that is on, to one that resembles it."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from bodybroker.kernel.errors import BrokerError
from bodybroker.kernel.log import Log
from bodybroker.models.caching import ContentKey, content_key
from bodybroker.models.calls import Call, Rung
from bodybroker.models.inference import Completion
from bodybroker.models.ladder import Ladder
from bodybroker.models.resemblance import Resembling
from bodybroker.models.tiers import Tiers
from bodybroker.ports.caches import ContentCache, FalseHit
from bodybroker.ports.models import Model

RESEMBLING_JOBS = frozenset({"bark"})
"""Where a similar answer does no harm: a word in passing."""

Measure = Callable[[str, float], None]
"""Counts something: the metric's name and its value."""


@dataclass(frozen=True, slots=True)
class Kept:
    """An answer from before: who gave it."""

    rung: Rung
    endpoint: str
    adapter: str | None
    completion: Completion


@dataclass(frozen=True)
class Memory:
    """Looks answers up and keeps them. What is wrong with a cache is logged and never fails a call."""

    cache: ContentCache
    tiers: Tiers
    log: Log
    measure: Measure
    resembling: Resembling[Kept] | None = field(init=False)

    def __post_init__(self) -> None:
        rules = self.tiers.semantic_cache
        kept: Resembling[Kept] = Resembling(rules.similarity_percent, rules.entries)
        object.__setattr__(self, "resembling", kept if rules.enabled else None)

    def keys(
        self, call: Call, ladder: Ladder, models: Mapping[Rung, Model], adapters: Mapping[Rung, str]
    ) -> dict[Rung, ContentKey]:
        """The key of a call on each rung of its ladder; none where its answer must not be given again."""
        policy = self.tiers.job(call.job).cache
        found = {
            step.rung: content_key(
                call, policy, models[step.rung].name, self.tiers.tiers[step.rung].revision, adapters.get(step.rung)
            )
            for step in ladder.steps
        }
        return {rung: key for rung, key in found.items() if key is not None}

    def recall(
        self, call: Call, keys: Mapping[Rung, ContentKey], models: Mapping[Rung, Model], adapters: Mapping[Rung, str]
    ) -> Kept | None:
        """The answer of the best rung that has given one before; blocks."""
        hit = self._guarded("find", list(keys.values()))
        if hit is not None:
            key, completion = hit
            rung = next(rung for rung, known in keys.items() if known == key)
            self.measure("ContentCacheHit", 1)
            return Kept(rung, models[rung].name, adapters.get(rung), completion)
        self.measure("ContentCacheHit", 0)
        if self.resembling is None or call.job not in RESEMBLING_JOBS:
            return None
        similar = self.resembling.find(call)
        self.measure("SemanticCacheHit", int(similar is not None))
        return similar

    def keep(self, call: Call, key: ContentKey, answer: Kept) -> None:
        """Keep an answer for the next who asks the same; blocks."""
        self._guarded("put", key, answer.completion)
        if self.resembling is not None and call.job in RESEMBLING_JOBS:
            self.resembling.put(call, answer)

    def _guarded(self, operation: str, *given: object) -> Any:
        try:
            return getattr(self.cache, operation)(*given)
        except FalseHit as false:
            self.measure("ContentCacheFalseHit", 1)
            self.log.error("false_hit", wanted=str(false))
        except BrokerError as error:
            self.log.warning("content_cache", detail=error.detail)
        return None
