"""Use case: a model is called. Every call has a ladder of rungs, a deadline, a price and a payer.

What the call can cost at most is reserved once; the rungs are asked in turn; what it did cost is settled once, however
the call ends. A player pays for the answer that was heard and for no other: what failed or lost a race, the house pays.
"""

import asyncio
from collections.abc import AsyncGenerator, Awaitable, Callable, Coroutine, Mapping
from contextlib import aclosing, suppress
from dataclasses import dataclass, field
from typing import Any, Protocol, TypeVar

from bodybroker.kernel.errors import BrokerError
from bodybroker.kernel.log import Log
from bodybroker.kernel.plans import Plan
from bodybroker.models import ladder as ladders
from bodybroker.models import lora
from bodybroker.models.calls import Answer, Call, Fell, OutOfRungs, Rung, Speaking
from bodybroker.models.inference import Chunk
from bodybroker.models.ladder import Ladder
from bodybroker.models.ledger import Entry, Verdict
from bodybroker.models.lora import Base
from bodybroker.models.prices import Price
from bodybroker.models.tiers import Tiers
from bodybroker.models.usage import Usage
from bodybroker.ports import Budgets, Model, OverBudget, Reservation, SpeakingAdapters
from bodybroker.services.asking import Asking
from bodybroker.services.climbing import Climb, Health
from bodybroker.services.recording import Recorder

T = TypeVar("T")
Heard = Speaking | Chunk | Fell | Answer


class OffLoop(Protocol):
    """Runs what blocks beside the event loop."""

    def __call__(self, blocking: Callable[..., T], /, *given: object) -> Awaitable[T]: ...


@dataclass(frozen=True, slots=True)
class Adapters:
    """Where adapters are found, and on which rungs of which base."""

    speaking: SpeakingAdapters
    bases: Mapping[Rung, Base]


@dataclass(frozen=True)
class Router:
    """Calls models. `models` are the rungs that are deployed, `lanes` the priority of each plan where one is full."""

    models: Mapping[Rung, Model]
    tiers: Tiers
    prices: Mapping[str, Price]
    budgets: Budgets
    recorder: Recorder
    log: Log
    lanes: Mapping[Plan, int] = field(default_factory=dict)
    adapters: Adapters | None = None
    off_loop: OffLoop = asyncio.to_thread
    health: Health = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "health", Health(self.tiers.breaker))

    async def complete(self, call: Call) -> Answer:
        """A whole answer, under its schema where the request has one; raises as `stream` does."""
        async with aclosing(self._heard(call, whole=True, said=lambda: True)) as heard:
            return [answer async for answer in heard if isinstance(answer, Answer)][-1]

    def complete_now(self, call: Call) -> Answer:
        """`complete` for who has no event loop."""
        return asyncio.run(self.complete(call))

    def stream(self, call: Call, said: Callable[[], bool] = lambda: True) -> AsyncGenerator[Heard, None]:
        """An answer while it is made: `Speaking`, then its chunks; `Fell` where a rung failed, whose words are void,
        and another `Speaking`; `Answer` at the end. Whoever closes the generator has left: the model is stopped.

        `said` tells at the end of a stream whether it held any words. Raises OverBudget before anybody is asked, and
        OutOfRungs where nobody answers, UnknownJob, or Unavailable where the budgets are.
        """
        return self._heard(call, whole=call.request.schema is not None, said=said)

    async def _heard(self, call: Call, *, whole: bool, said: Callable[[], bool]) -> AsyncGenerator[Heard, None]:
        begun = asyncio.get_running_loop().time()
        ill = [rung for rung, model in self.models.items() if not self.health.allows(model.name)]
        ladder = ladders.build(call, self.tiers, self.prices, self.models, ill)
        adapters, (reservation, ladder) = await asyncio.gather(self._choose(call, ladder), self._reserve(call, ladder))
        climb = Climb(
            call=call,
            job=self.tiers.job(call.job),
            ladder=ladder,
            models=self.models,
            adapters=adapters,
            health=self.health,
            prompt_tokens=ladders.prompt_tokens(call.request, self.tiers.estimate),
            priority=self.lanes.get(call.payer.plan),
            whole=whole,
            said=said,
            begun=begun,
            log=self.log,
        )
        verdict: Verdict = "failed"
        try:
            async with aclosing(climb.run()) as heard:
                async for each in heard:
                    yield each
            verdict = "procedural"
            if climb.answered is not None:
                yield self._answer(reservation, climb.answered)
        finally:
            await _surely(self._settle(reservation, climb, verdict))
        if climb.answered is None:
            raise OutOfRungs(call.job, climb.reasons, climb.unfit)

    async def _choose(self, call: Call, ladder: Ladder) -> dict[Rung, str]:
        """The adapter that speaks on each rung that has any; the base models answer while the registry is away."""
        adapters = self.adapters
        if adapters is None or not any(step.rung in adapters.bases for step in ladder.steps):
            return {}
        try:
            lineups = await self.off_loop(adapters.speaking.lineups)
        except BrokerError as error:
            self.log.warning("no_adapters", detail=error.detail)
            return {}
        subjects = (*call.subjects, call.job)
        chosen = {
            rung: lora.choose(lineups, subjects, base, call.payer.player) for rung, base in adapters.bases.items()
        }
        return {rung: name for rung, name in chosen.items() if name is not None}

    async def _reserve(self, call: Call, ladder: Ladder) -> tuple[Reservation, Ladder]:
        """Set the worst case aside; where a budget cannot pay for that, the ladder loses its dearest rungs."""
        if not ladder.steps:
            raise OutOfRungs(call.job, ladder.skipped)
        layer = self.tiers.job(call.job).layer
        refused: OverBudget | None = None
        for nanodollars in ladder.amounts:
            reserving = asyncio.ensure_future(
                self.off_loop(self.budgets.reserve, call.call_id, call.payer, call.job, layer, nanodollars)
            )
            try:
                return await asyncio.shield(reserving), ladder.within(nanodollars)
            except OverBudget as over:
                refused = over
                if over.scope in ("switch", "gone"):
                    break
            except asyncio.CancelledError:  # who asked is gone; what is set aside for nobody goes back
                await _surely(self._give_back(call, reserving))
                raise
        assert refused is not None
        raise refused

    async def _give_back(self, call: Call, reserving: "asyncio.Future[Reservation]") -> None:
        with suppress(OverBudget, BrokerError):
            reservation = await reserving
            await self.off_loop(self.budgets.settle, reservation, self._entry(call, "failed", call.call_id))

    def _cost(self, asked: Asking) -> int:
        """What an answer has cost: as its endpoint says, or by the price of the model that it names, or its tier's."""
        answer = asked.completion
        if answer.cost_nanodollars is not None:
            return answer.cost_nanodollars
        price = self.prices.get(answer.model) or self.prices[self.tiers.tiers[asked.rung].price]
        return price.cost_nanodollars(answer.usage)

    def _answer(self, reservation: Reservation, asked: Asking) -> Answer:
        charged = min(self._cost(asked), reservation.nanodollars)
        return Answer(asked.completion, asked.rung, asked.endpoint, asked.adapter, charged)

    async def _settle(self, reservation: Reservation, climb: Climb, verdict: Verdict) -> None:
        """Write down who pays for what. What cannot be written now, the sweeper of budgets finds."""
        call, answered = climb.call, climb.answered
        latency_ms = round(1000 * (asyncio.get_running_loop().time() - climb.begun))
        if answered is None:
            entry = self._entry(call, verdict, call.call_id, latency_ms=latency_ms)
        else:
            entry = self._entry(call, "answered", call.call_id, answered, reservation, latency_ms)
        house = [self._entry(call, "hedged", f"{call.call_id}/{each.rung}", each) for each in climb.beaten]
        house += [
            self._entry(call, "failed", f"{call.call_id}/{each.rung}", each)
            for each in climb.fallen
            if each.usage != Usage()
        ]
        try:
            if not await self.off_loop(self.budgets.settle, reservation, entry):
                self.log.warning("settled_before", call_id=call.call_id)
            for each in house:
                await self.off_loop(self.budgets.note, each)
        except BrokerError as error:
            self.log.error("not_settled", call_id=call.call_id, detail=error.detail)
        self.log.info(
            "model_call", job=call.job, tier=entry.tier, model=entry.model, verdict=entry.verdict,
            cost_nanodollars=entry.cost_nanodollars, latency_ms=latency_ms, first_token_ms=entry.first_token_ms,
        )  # fmt: skip

    def _entry(
        self,
        call: Call,
        verdict: Verdict,
        call_id: str,
        asked: Asking | None = None,
        reservation: Reservation | None = None,
        latency_ms: int = 0,
    ) -> Entry:
        """A line of the ledger: charged to the player where there is a reservation for it, else to the house."""
        cost = self._cost(asked) if asked else 0
        first_at = asked.first_at if asked else None
        return Entry(
            call_id=call_id,
            at=self.recorder.now(),
            player=call.payer.player,
            plan=call.payer.plan,
            world=call.payer.world,
            job=call.job,
            layer=self.tiers.job(call.job).layer,
            tier=asked.rung if asked else "procedural",
            model=asked.completion.model if asked else "",
            adapter=asked.adapter if asked else None,
            verdict=verdict,
            usage=asked.usage if asked else Usage(),
            cost_nanodollars=cost,
            charged_nanodollars=min(cost, reservation.nanodollars) if reservation else 0,
            latency_ms=latency_ms,
            first_token_ms=round(1000 * (first_at - asked.begun)) if asked and first_at is not None else None,
        )


_UNDER_WAY: set[asyncio.Future[None]] = set()


async def _surely(work: Coroutine[Any, Any, None]) -> None:
    """Do the work to its end, also where whoever waits for it is cancelled."""
    task = asyncio.ensure_future(work)
    _UNDER_WAY.add(task)
    task.add_done_callback(_UNDER_WAY.discard)
    await asyncio.shield(task)
