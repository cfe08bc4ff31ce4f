"""A router on scripted models, with budgets in memory and a clock that only waiting moves."""

from collections.abc import Iterator
from contextlib import aclosing
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from itertools import count
from typing import Any

import pytest
from bodybroker.kernel.clock import FixedClock
from bodybroker.kernel.ids import PlayerId, WorldId
from bodybroker.models import tiers
from bodybroker.models.calls import Answer, Call, Fell, Payer, Speaking
from bodybroker.models.inference import ChatRequest, Chunk
from bodybroker.models.ledger import Entry
from bodybroker.models.prices import Price
from bodybroker.models.usage import Usage
from bodybroker.services.call_model import Router
from bodybroker.services.recording import Recorder

from tests.fakes.budgets import MemoryBudgets
from tests.fakes.log import MemoryLog
from tests.fakes.models import ScriptedModel, Step, Timeless, at_once

PAYER = Payer(PlayerId("01890000-0000-7000-8000-000000000001"), "premium", WorldId("w"))
USAGE = Usage(90, 80, 3)
WELL: list[Step] = ["Fresh", " meat", " tonight.", USAGE]


def price(output: int) -> Price:
    return Price(input=1, cached=0, output=output, source="a test", as_of="2026-11-23")


PRICES = {"gold": price(10), "silver": price(20), "cloud": price(50)}
RUNGS = ("gold", "silver", "cloud")


@dataclass
class Stage:
    """The router and all that it talks to. `cost` is what an answer of USAGE costs on a rung."""

    time: Timeless = field(default_factory=Timeless)
    log: MemoryLog = field(default_factory=MemoryLog)
    models: dict[str, ScriptedModel] = field(
        default_factory=lambda: {rung: ScriptedModel(f"{rung}-endpoint", [WELL]) for rung in RUNGS}
    )
    router: Router = None  # type: ignore[assignment]
    heard: list[Any] = field(default_factory=list)
    numbers: Iterator[int] = field(default_factory=count)
    counted: list[tuple[str, float]] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.clock = FixedClock(datetime(2026, 11, 23, 12, tzinfo=UTC))
        self.budgets = MemoryBudgets(clock=self.clock)
        self.router = Router(
            models=self.models,
            tiers=tiers.load(),
            prices=PRICES,
            budgets=self.budgets,
            recorder=Recorder(self.clock),
            log=self.log,
            off_loop=at_once,
        )

    def script(self, **scripts: list[Step]) -> None:
        """What each rung does from now on."""
        for rung, script in scripts.items():
            self.models[rung].scripts = [script]

    def deadlines(self, job: str = "line", **changes: int | None) -> None:
        """Set some deadlines of a job."""
        shipped = self.router.tiers
        settings = shipped.jobs[job]
        changed = settings.model_copy(update={"deadlines_ms": settings.deadlines_ms.model_copy(update=changes)})
        self.router = replace(self.router, tiers=shipped.model_copy(update={"jobs": shipped.jobs | {job: changed}}))

    def call(self, **changes: Any) -> Call:
        request = ChatRequest([{"role": "user", "content": "Good evening."}], max_tokens=60)
        return replace(Call(f"call-{next(self.numbers)}", "line", PAYER, request), **changes)

    def stream(self, call: Call | None = None, said=lambda: True) -> list[Any]:
        """All that is heard; `heard` also has what came before a failure."""
        self.heard = []
        return self.time.run(self._stream(call or self.call(), said))

    async def _stream(self, call: Call, said) -> list[Any]:
        try:
            async with aclosing(self.router.stream(call, said)) as chunks:
                async for each in chunks:
                    self.heard.append(each)
        finally:
            await self.router.settled()
        return self.heard

    def complete(self, call: Call | None = None) -> Answer:
        return self.time.run(self.router.complete(call or self.call()))

    @property
    def entries(self) -> list[Entry]:
        return self.budgets.entries

    @property
    def charged(self) -> list[Entry]:
        return [entry for entry in self.entries if entry.charged_nanodollars]

    def breaker(self, rung: str) -> str:
        now = round(1000 * self.time.now)
        breakers, name = self.router.health.breakers, self.models[rung].name
        return breakers[name].state(now) if name in breakers else "closed"


def cost(rung: str, usage: Usage = USAGE) -> int:
    return PRICES[rung].cost_nanodollars(usage)


def words(heard: list[Any]) -> str:
    """What is left of the line when everything void is dropped."""
    text = ""
    for each in heard:
        text = "" if isinstance(each, Fell) else text + each.text if isinstance(each, Chunk) else text
    return text


def spoke(heard: list[Any]) -> list[str]:
    return [each.rung for each in heard if isinstance(each, Speaking)]


@pytest.fixture
def stage() -> Iterator[Stage]:
    made = Stage()
    yield made
    assert not made.budgets.open, "a reservation was never settled"
    made.time.loop.close()
