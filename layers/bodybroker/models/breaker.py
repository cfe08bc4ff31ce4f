"""A circuit breaker, as a value: closed while an endpoint is well, open while it is left alone, half-open while one
call tries it. Times are milliseconds of any clock that only goes forward."""

from dataclasses import dataclass, replace
from typing import Literal

from bodybroker.models.tiers import BreakerRules

BreakerState = Literal["closed", "open", "half-open"]


@dataclass(frozen=True, slots=True)
class Breaker:
    """What is known of an endpoint's health: how its last calls went (`outcomes`: when, and whether well).

    Once opened, it stays so until `open_until`; the next time it rests for `rest_ms`. `probing`: one call tries it.
    """

    outcomes: tuple[tuple[int, bool], ...] = ()
    open_until: int | None = None
    rest_ms: int = 0
    probing: bool = False

    def state(self, now: int) -> BreakerState:
        """How it stands."""
        if self.open_until is None:
            return "closed"
        return "open" if now < self.open_until else "half-open"

    def allows(self, now: int) -> bool:
        """Whether a call may be made."""
        return self.open_until is None or (now >= self.open_until and not self.probing)

    def begin(self) -> "Breaker":
        """A call that is allowed is made. It is a probe where the breaker is not closed."""
        return self if self.open_until is None else replace(self, probing=True)

    def abandon(self, *, probe: bool) -> "Breaker":
        """A call ended without telling anything: its caller left."""
        return replace(self, probing=False) if probe else self

    def succeed(self, now: int, rules: BreakerRules, *, probe: bool) -> "Breaker":
        """A call went well. One that was made before the breaker opened does not close it; a probe does."""
        if probe:
            return Breaker()
        return replace(self, outcomes=_remember(self.outcomes, now, True, rules)) if self.open_until is None else self

    def fail(self, now: int, rules: BreakerRules, *, probe: bool) -> "Breaker":
        """A call failed by the endpoint's fault."""
        if probe:
            return self._open(now, rules)
        if self.open_until is not None:
            return self
        outcomes = _remember(self.outcomes, now, False, rules)
        failed = sum(not well for _, well in outcomes)
        is_ill = len(outcomes) >= rules.least and 100 * failed >= rules.failed_percent * len(outcomes)
        after = replace(self, outcomes=outcomes)
        return after._open(now, rules) if is_ill else after

    def _open(self, now: int, rules: BreakerRules) -> "Breaker":
        rest_ms = self.rest_ms or rules.open_ms
        return Breaker(open_until=now + rest_ms, rest_ms=min(2 * rest_ms, rules.open_most_ms))


def _remember(
    outcomes: tuple[tuple[int, bool], ...], now: int, well: bool, rules: BreakerRules
) -> tuple[tuple[int, bool], ...]:
    kept = (*outcomes, (now, well))[-rules.window :]
    return tuple(outcome for outcome in kept if now - outcome[0] <= rules.forget_ms)
