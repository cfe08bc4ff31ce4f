"""The content cache in memory."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from bodybroker.kernel.clock import Clock, SystemClock
from bodybroker.models.caching import ContentKey
from bodybroker.models.inference import Completion


@dataclass
class MemoryContentCache:
    """`ports.ContentCache`; `broken` is raised by every method."""

    clock: Clock = field(default_factory=SystemClock)
    lifetime: timedelta = timedelta(days=1)
    kept: dict[ContentKey, tuple[Completion, datetime]] = field(default_factory=dict)
    broken: Exception | None = None

    def find(self, keys: Sequence[ContentKey]) -> tuple[ContentKey, Completion] | None:
        if self.broken:
            raise self.broken
        for key in keys:
            if key in self.kept and self.kept[key][1] > self.clock.now():
                return key, self.kept[key][0]
        return None

    def put(self, key: ContentKey, answer: Completion) -> None:
        if self.broken:
            raise self.broken
        self.kept[key] = answer, self.clock.now() + self.lifetime
