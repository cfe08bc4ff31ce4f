"""Time from outside, injected: nothing below the adapters asks the machine for it."""

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Protocol


class Clock(Protocol):
    """Tells the time, in UTC and aware of it."""

    def now(self) -> datetime: ...


class SystemClock:
    """The machine's clock."""

    def now(self) -> datetime:
        return datetime.now(UTC)


@dataclass
class FixedClock:
    """A clock that stands at `instant` until somebody moves it."""

    instant: datetime

    def now(self) -> datetime:
        return self.instant
