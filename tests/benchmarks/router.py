"""A routed call beside litellm's Router: CPU of the choice itself, since the models answer at once.

`python -m tests.benchmarks.router` prints it alone, `make bench` beside the rest. Both have three models in a row and
take the next where one fails; they go in turns, each in its own process, so that a noisy neighbour meets both. Ours
also reserves and settles the call's money, keeps circuit breakers and a ledger and writes its log; the tables behind
the budgets are left out, as is the network on the other side.
"""

import asyncio
import os
import statistics
import subprocess
import time
from collections.abc import AsyncGenerator, Callable
from contextlib import aclosing, redirect_stdout
from dataclasses import dataclass
from itertools import count
from pathlib import Path

from bodybroker.kernel.clock import SystemClock
from bodybroker.kernel.ids import PlayerId, WorldId
from bodybroker.models import prices, tiers
from bodybroker.models.calls import Call, Payer
from bodybroker.models.inference import ChatRequest, Chunk, Completion, ModelFailed
from bodybroker.models.ledger import Entry
from bodybroker.models.usage import Usage
from bodybroker.ports.budgets import Reservation
from bodybroker.services.call_model import Router
from bodybroker.services.recording import Recorder

ROOT = Path(__file__).parents[2]
PEER_PYTHON = ROOT / ".build/envs/litellm/bin/python"
PEER = Path(__file__).with_name("router_peer.py")
CALLS = 60
ROUNDS = 5
BUDGET_US = 1000
"""What a routed call may cost us."""

PAYER = Payer(PlayerId("01890000-0000-7000-8000-000000000001"), "premium", WorldId("w"))
REQUEST = ChatRequest(
    [{"role": "system", "content": "You are Grisel, a ghoul. " * 40}, {"role": "user", "content": "Good evening."}], 60
)


@dataclass
class Instant:
    """A model that has answered before it was asked, or is not there."""

    name: str
    works: bool = True

    def complete(self, request: ChatRequest) -> Completion:
        raise AssertionError("the router streams")

    async def stream(self, request: ChatRequest) -> AsyncGenerator[Chunk, None]:
        if not self.works:
            raise ModelFailed("unavailable", "not there")
        yield Chunk("Fresh meat tonight.")
        yield Chunk("", Usage(300, 290, 5), "tiny")


class Purse:
    """Budgets without a bottom and without a table."""

    def reserve(self, call_id: str, payer: Payer, job: str, layer: int, nanodollars: int) -> Reservation:
        return Reservation(call_id, payer, job, layer, "2026-11-23", nanodollars, 0)

    def settle(self, reservation: Reservation, entry: Entry) -> bool:
        return True

    def note(self, entry: Entry) -> None:
        """The house pays."""


def measure() -> str:
    """The table, in microseconds of CPU."""
    if not PEER_PYTHON.exists():
        return "a routed call: litellm is not installed; `make install` brings it"
    ours: dict[str, list[float]] = {}
    theirs: dict[str, list[float]] = {}
    with Path(os.devnull).open("w") as nowhere, redirect_stdout(nowhere), _Peer() as peer:
        for _ in range(ROUNDS):
            for name, broken in SCENARIOS.items():
                ours.setdefault(name, []).append(_routed(broken, stream=False))
                theirs.setdefault(name, []).append(peer.measure(broken))
            ours.setdefault(STREAMED, []).append(_routed((), stream=True))
    lines = [f"{'a routed call, µs of CPU':<44}{'this':>9}{'litellm':>9}{'ratio':>9}"]
    for name in SCENARIOS:
        mine, peers = statistics.median(ours[name]), statistics.median(theirs[name])
        lines.append(f"{name:<44}{mine:>9.0f}{peers:>9.0f}{mine / peers:>9.2f}")
    lines.append(f"{STREAMED:<44}{statistics.median(ours[STREAMED]):>9.0f}")
    worst = max(statistics.median(values) for values in ours.values())
    verdict = "" if worst <= BUDGET_US else "  TOO SLOW"
    lines.append(f"{f'the dearest, of at most {BUDGET_US}':<44}{worst:>9.0f}{verdict}")
    return "\n".join(lines)


SCENARIOS: dict[str, tuple[str, ...]] = {
    "the first of three answers": (),
    "the first fails, the second answers": ("gold",),
    "two fail, the third answers": ("gold", "silver"),
}
STREAMED = "the first answers, streamed"


def _routed(broken: tuple[str, ...], *, stream: bool) -> float:
    """Microseconds of CPU that one of our calls takes."""
    from bodybroker.doors.log import ServiceLog  # writes to where stdout goes when it is made

    policy = tiers.load()
    patient = policy.breaker.model_copy(update={"least": 10**9, "window": 10})  # a breaker would spare the failures
    router = Router(
        models={name: Instant(name, name not in broken) for name in ("gold", "silver", "cloud")},
        tiers=policy.model_copy(update={"breaker": patient}),
        prices=prices.load(),
        budgets=Purse(),
        recorder=Recorder(SystemClock()),
        log=ServiceLog(),
    )
    numbers = count()

    async def one() -> None:
        call = Call(f"call-{next(numbers)}", "line", PAYER, REQUEST)
        if not stream:
            await router.complete(call)
            return
        async with aclosing(router.stream(call)) as heard:
            async for _ in heard:
                pass

    return asyncio.run(_cpu_us(one))


async def _cpu_us(one: Callable[[], object]) -> float:
    for _ in range(20):
        await one()  # type: ignore[misc]
    begun = time.process_time()
    for _ in range(CALLS):
        await one()  # type: ignore[misc]
    return 1e6 * (time.process_time() - begun) / CALLS


class _Peer:
    """litellm's Router in a process of its own: it alone needs a quarter of a gigabyte."""

    def __enter__(self) -> "_Peer":
        environment = {"PATH": os.environ["PATH"], "LITELLM_LOCAL_MODEL_COST_MAP": "True"}
        self._process = subprocess.Popen(
            [PEER_PYTHON, PEER, str(CALLS)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            env=environment,
            text=True,
        )
        return self

    def measure(self, broken: tuple[str, ...]) -> float:
        """Microseconds of CPU that one of its calls takes."""
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.write(" ".join(broken) + "\n")
        self._process.stdin.flush()
        return float(self._process.stdout.readline())

    def __exit__(self, *_: object) -> None:
        self._process.terminate()
        self._process.wait()


if __name__ == "__main__":
    print(measure())
