"""Use case: a model is called. Every call has a ladder of rungs, a deadline, a price and a payer.

What the call can cost at most is reserved once; the rungs are asked in turn; what it did cost is settled once, however
the call ends. A player pays for the answer that was heard and for no other: what failed or lost a race, the house pays.
"""

import asyncio
from collections.abc import AsyncGenerator, Callable, Container, Mapping
from contextlib import aclosing
from dataclasses import dataclass, field

from bodybroker.kernel.errors import BrokerError
from bodybroker.kernel.log import Log
from bodybroker.kernel.plans import Plan
from bodybroker.models import ladder as ladders
from bodybroker.models import lora
from bodybroker.models.calls import Answer, Call, Fell, OutOfRungs, Rung, Speaking
from bodybroker.models.inference import Chunk
from bodybroker.models.ladder import Ladder
from bodybroker.models.ledger import Verdict
from bodybroker.models.lora import Base
from bodybroker.models.prices import Price
from bodybroker.models.tiers import Tiers
from bodybroker.ports.budgets import Budgets
from bodybroker.ports.caches import ContentCache
from bodybroker.ports.lora import SpeakingAdapters
from bodybroker.ports.models import Model
from bodybroker.services.accounting import Accounts, OffLoop
from bodybroker.services.climbing import Climb, Health
from bodybroker.services.recording import Recorder
from bodybroker.services.remembering import Kept, Measure, Memory

Heard = Speaking | Chunk | Fell | Answer
Said = Callable[[], bool]


@dataclass(frozen=True, slots=True)
class Adapters:
    """Where adapters are found, and on which rungs of which base."""

    speaking: SpeakingAdapters
    bases: Mapping[Rung, Base]


def _nowhere(name: str, value: float) -> None:
    """Counts nothing."""


@dataclass(frozen=True)
class Router:
    """Calls models. `models` are the rungs that are deployed, `lanes` the priority of each plan where one is full;
    `cache` keeps the answers that may be given again."""

    models: Mapping[Rung, Model]
    tiers: Tiers
    prices: Mapping[str, Price]
    budgets: Budgets
    recorder: Recorder
    log: Log
    lanes: Mapping[Plan, int] = field(default_factory=dict)
    adapters: Adapters | None = None
    cache: ContentCache | None = None
    measure: Measure = _nowhere
    off_loop: OffLoop = asyncio.to_thread
    health: Health = field(init=False)
    _accounts: Accounts = field(init=False)
    _memory: Memory | None = field(init=False)
    _settling: set[asyncio.Future[None]] = field(init=False, default_factory=set)

    def __post_init__(self) -> None:
        accounts = Accounts(self.budgets, self.tiers, self.prices, self.recorder, self.log, self.off_loop)
        memory = Memory(self.cache, self.tiers, self.log, self.measure) if self.cache is not None else None
        for name, part in (("health", Health(self.tiers.breaker)), ("_accounts", accounts), ("_memory", memory)):
            object.__setattr__(self, name, part)

    async def complete(self, call: Call) -> Answer:
        """A whole answer, under its schema where the request has one; raises as `stream` does."""
        try:
            async with aclosing(self._hear(call, whole=True, said=lambda: True)) as heard:
                return [answer async for answer in heard if isinstance(answer, Answer)][-1]
        except OutOfRungs:
            await self.settled()
            raise

    def complete_now(self, call: Call) -> Answer:
        """`complete` for who has no event loop."""
        return asyncio.run(self.complete(call))

    def stream(self, call: Call, said: Said = lambda: True) -> AsyncGenerator[Heard, None]:
        """An answer while it is made: `Speaking`, then its chunks; `Fell` where a rung failed, whose words are void,
        and another `Speaking`; `Answer` at the end. Whoever closes the generator has left: the model is stopped.

        `said` tells at the end of a stream whether it held any words. Raises OverBudget before anybody is asked, and
        OutOfRungs where nobody answers, UnknownJob, or Unavailable where the budgets are. OutOfRungs comes at once, so
        that the procedural layer need not wait for a table: whoever gets it awaits `settled` later.
        """
        return self._hear(call, whole=call.request.schema is not None, said=said)

    async def settled(self) -> None:
        """Wait until every call that ended without an answer is settled."""
        if self._settling:
            await asyncio.wait(self._settling)

    def _hear(self, call: Call, *, whole: bool, said: Said) -> AsyncGenerator[Heard, None]:
        if self._memory is not None and call.cacheable:
            return self._remember(self._memory, call, whole=whole, said=said)
        return self._ask(call, whole=whole, said=said)

    async def _remember(self, memory: Memory, call: Call, *, whole: bool, said: Said) -> AsyncGenerator[Heard, None]:
        """An answer that was given before, for nothing and whoever is ill, or a new one, which is kept."""
        begun = asyncio.get_running_loop().time()
        ladder = self._ladder(call, ill=())
        adapters = await self._choose(call, ladder)
        keys = memory.keys(call, ladder, self.models, adapters)
        if keys and (kept := await self.off_loop(memory.recall, call, keys, self.models, adapters)) is not None:
            yield Speaking(kept.rung, kept.endpoint, kept.adapter)
            yield Chunk(kept.completion.text)
            yield Answer(kept.completion, kept.rung, kept.endpoint, kept.adapter, 0, cached=True)
            await self._accounts.note_cached(call, kept, begun)
            return
        answer: Answer | None = None
        async with aclosing(self._ask(call, whole=whole, said=said)) as heard:
            async for each in heard:
                answer = each if isinstance(each, Answer) else None
                yield each
        if answer is not None and (key := keys.get(answer.rung)) is not None:
            fresh = Kept(answer.rung, answer.endpoint, answer.adapter, answer.completion)
            await self.off_loop(memory.keep, call, key, fresh)

    async def _ask(self, call: Call, *, whole: bool, said: Said) -> AsyncGenerator[Heard, None]:
        """A new answer, reserved for and settled."""
        begun = asyncio.get_running_loop().time()
        ladder = self._ladder(call, ill=self._ill())
        adapters, (reservation, ladder) = await asyncio.gather(
            self._choose(call, ladder), self._accounts.reserve(call, ladder)
        )
        climb = Climb(
            call=call,
            job=self.tiers.job(call.job),
            ladder=ladder,
            models=self.models,
            adapters=adapters,
            health=self.health,
            prompt_tokens=ladders.prompt_tokens(call.request, self.tiers.estimate),
            priority=self._lane(call),
            whole=whole,
            said=said,
            begun=begun,
            log=self.log,
        )
        is_told = False
        try:
            async with aclosing(climb.run()) as heard:
                async for each in heard:
                    yield each
            is_told = True
            if (asked := climb.answered) is not None:
                charged = self._accounts.charge(reservation, asked)
                yield Answer(asked.completion, asked.rung, asked.endpoint, asked.adapter, charged)
        finally:
            verdict: Verdict = "procedural" if is_told else "failed"
            settling = asyncio.ensure_future(self._accounts.settle(reservation, climb, verdict))
            self._settling.add(settling)
            settling.add_done_callback(self._settling.discard)
            if not is_told or climb.answered is not None:
                await asyncio.shield(settling)  # to its end, also where who waits is cancelled
        if climb.answered is None:
            raise OutOfRungs(call.job, climb.reasons, climb.unfit)

    def _lane(self, call: Call) -> int | None:
        """Where a call waits while an endpoint is full; what nobody listens to waits behind what is listened to."""
        lane = self.lanes.get(call.payer.plan)
        return None if lane is None else lane + self.tiers.job(call.job).behind

    def _ladder(self, call: Call, ill: Container[Rung]) -> Ladder:
        return ladders.build(call, self.tiers, self.prices, self.models, ill)

    def _ill(self) -> list[Rung]:
        return [rung for rung, model in self.models.items() if not self.health.allows(model.name)]

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
