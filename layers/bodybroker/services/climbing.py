"""One call climbs down its ladder: a rung is asked, another beside it where it is slow, the next where it fails."""

import asyncio
from collections import deque
from collections.abc import AsyncGenerator, Callable, Mapping
from dataclasses import dataclass, field, replace
from typing import Literal

from bodybroker.kernel.log import Log
from bodybroker.models.breaker import Breaker
from bodybroker.models.calls import Call, Fell, Rung, Skip, Speaking
from bodybroker.models.inference import Chunk, FailureReason, ModelFailed
from bodybroker.models.ladder import Ladder, Step
from bodybroker.models.tiers import BreakerRules, Job
from bodybroker.ports.models import Model
from bodybroker.services.asking import Asking, Question, Repairs, Unfit


@dataclass(frozen=True, slots=True)
class Health:
    """The circuit breakers of this process, by endpoint."""

    rules: BreakerRules
    breakers: dict[str, Breaker] = field(default_factory=dict)

    def allows(self, endpoint: str) -> bool:
        return self._of(endpoint).allows(_now_ms())

    def begin(self, endpoint: str) -> bool:
        """A call is made; says whether it is a probe."""
        breaker = self._of(endpoint)
        self.breakers[endpoint] = breaker.begin()
        return breaker.state(_now_ms()) != "closed"

    def end(self, asked: Asking, outcome: Literal["well", "ill", "untold"]) -> None:
        """A call has ended."""
        breaker, now = self._of(asked.endpoint), _now_ms()
        if outcome == "well":
            breaker = breaker.succeed(now, self.rules, probe=asked.probe)
        elif outcome == "ill":
            breaker = breaker.fail(now, self.rules, probe=asked.probe)
        else:
            breaker = breaker.abandon(probe=asked.probe)
        self.breakers[asked.endpoint] = breaker

    def _of(self, endpoint: str) -> Breaker:
        return self.breakers.get(endpoint) or Breaker()


@dataclass
class Climb:
    """The way of one call. `answered` is whom the player heard; `fallen` and `beaten` are those that the house pays."""

    call: Call
    job: Job
    ladder: Ladder
    models: Mapping[Rung, Model]
    adapters: Mapping[Rung, str]
    health: Health
    prompt_tokens: int
    priority: int | None
    whole: bool
    said: Callable[[], bool]
    begun: float
    log: Log
    answered: Asking | None = None
    fallen: list[Asking] = field(default_factory=list)
    beaten: list[Asking] = field(default_factory=list)
    reasons: dict[Rung, Skip | FailureReason] = field(default_factory=dict)
    unfit: str | None = None
    _asking: list[Asking] = field(default_factory=list)
    _steps: deque[Step] = field(default_factory=deque)
    _repairs: Repairs = field(default_factory=Repairs)

    def __post_init__(self) -> None:
        self._steps.extend(self.ladder.steps)
        self.reasons.update(self.ladder.skipped)

    @property
    def _ends(self) -> float:
        return self.begun + self.job.deadlines_ms.total / 1000

    async def run(self) -> AsyncGenerator[Speaking | Chunk | Fell, None]:
        """What is heard, to the end of an answer (`answered`) or of the ladder."""
        announced: Asking | None = None
        try:
            while self._asking or self._ask_next():
                if announced is not self._asking[0]:
                    announced = self._asking[0]
                    yield _speaking(announced)
                ready = await self._wait()
                for asked in ready:
                    if (failure := _failure(asked)) is None:
                        continue
                    self._fell(asked, failure)
                    if asked is announced:
                        yield _fell(asked, failure)
                if (winner := next((asked for asked in ready if asked in self._asking), None)) is None:
                    continue
                await self._beat(winner)
                if announced is not winner:
                    announced = winner
                    yield _speaking(winner)
                try:
                    yield winner.first.result()
                    async for chunk in winner.rest():
                        yield chunk
                    if not self.said():
                        raise ModelFailed("garbage", "no words")
                except ModelFailed as failure:
                    self.answered = None
                    self._fell(winner, failure)
                    yield _fell(winner, failure)
                    continue
                self._asking.clear()
                self.health.end(winner, "well")
                return
        finally:
            await self._leave()

    async def _wait(self) -> list[Asking]:
        """Those with a first word or a failure. With nobody after a while, one more is asked."""
        hedge_after = self.job.deadlines_ms.hedge_after
        patience = None
        if hedge_after is not None and len(self._asking) == 1 and self._steps:
            patience = max(0, self._asking[0].begun + hedge_after / 1000 - asyncio.get_running_loop().time())
        await asyncio.wait(
            [asked.first for asked in self._asking], timeout=patience, return_when=asyncio.FIRST_COMPLETED
        )
        ready = [asked for asked in self._asking if asked.first.done()]
        if not ready:
            self._ask_next()
        return ready

    def _ask_next(self) -> bool:
        """Ask the next rung that is well; False where there is none, or no time for it."""
        while self._steps:
            rung = self._steps.popleft().rung
            model = self.models[rung]
            if asyncio.get_running_loop().time() >= self._ends:
                self.reasons[rung] = "deadline"
            elif not self.health.allows(model.name):
                self.reasons[rung] = "breaker"
            else:
                request = replace(self.call.request, priority=self.priority, adapter=self.adapters.get(rung))
                question = Question(
                    rung, request, self.prompt_tokens, self.job.deadlines_ms, self._ends, self.whole, self._repairs
                )
                self._asking.append(Asking(model, question, probe=self.health.begin(model.name)))
                return True
        return False

    def _fell(self, asked: Asking, failure: ModelFailed) -> None:
        self._asking.remove(asked)
        self.fallen.append(asked)
        self.reasons[asked.rung] = failure.reason
        if isinstance(failure, Unfit):
            self.unfit = failure.text
        is_ill = failure.reason != "refused" and not isinstance(failure, Unfit)
        self.health.end(asked, "ill" if is_ill else "well")
        self.log.warning(
            "rung_failed", job=self.call.job, rung=asked.rung, endpoint=asked.endpoint, reason=failure.reason,
            detail=str(failure),
        )  # fmt: skip

    async def _beat(self, winner: Asking) -> None:
        """Somebody speaks: the others are stopped. One that was asked earlier was too slow."""
        self.answered = winner
        losers = [asked for asked in self._asking if asked is not winner]
        self._asking = [winner]
        for loser in losers:
            await loser.stop()
            self.health.end(loser, "ill" if loser.begun < winner.begun else "untold")
            self.beaten.append(loser)

    async def _leave(self) -> None:
        """Nobody listens any more, or all is done."""
        for asked in self._asking:
            await asked.stop()
            self.health.end(asked, "untold")
            if asked is not self.answered:
                self.fallen.append(asked)
        self._asking.clear()


def _failure(asked: Asking) -> ModelFailed | None:
    """Why there is no first chunk; None where there is one. Raises what is no model's failure."""
    error = asked.first.exception()
    if error is None or isinstance(error, ModelFailed):
        return error
    raise error


def _speaking(asked: Asking) -> Speaking:
    return Speaking(asked.rung, asked.endpoint, asked.adapter)


def _fell(asked: Asking, failure: ModelFailed) -> Fell:
    return Fell(asked.rung, asked.endpoint, failure.reason, str(failure))


def _now_ms() -> int:
    return round(1000 * asyncio.get_running_loop().time())
