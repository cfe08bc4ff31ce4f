"""Who pays for a call: the worst case is reserved once and settled once; all that was spent is in the ledger."""

import asyncio
from collections.abc import Awaitable, Callable, Coroutine, Mapping
from contextlib import suppress
from dataclasses import dataclass
from typing import Any, Protocol, TypeVar

from bodybroker.kernel.errors import BrokerError
from bodybroker.kernel.log import Log
from bodybroker.models.calls import Call, OutOfRungs
from bodybroker.models.ladder import Ladder
from bodybroker.models.ledger import Entry, Verdict
from bodybroker.models.prices import Price
from bodybroker.models.tiers import Tiers
from bodybroker.models.usage import Usage
from bodybroker.ports.budgets import Budgets, OverBudget, Reservation
from bodybroker.services.asking import Asking
from bodybroker.services.climbing import Climb
from bodybroker.services.recording import Recorder
from bodybroker.services.remembering import Kept

T = TypeVar("T")


class OffLoop(Protocol):
    """Runs what blocks beside the event loop."""

    def __call__(self, blocking: Callable[..., T], /, *given: object) -> Awaitable[T]: ...


@dataclass(frozen=True, slots=True)
class Accounts:
    """Reserves, settles and writes the ledger."""

    budgets: Budgets
    tiers: Tiers
    prices: Mapping[str, Price]
    recorder: Recorder
    log: Log
    off_loop: OffLoop

    async def reserve(self, call: Call, ladder: Ladder) -> tuple[Reservation, Ladder]:
        """Set the worst case aside; where a budget cannot pay for that, the ladder loses its dearest rungs.

        Raises OutOfRungs where there are none, OverBudget where a budget cannot pay for any, Unavailable.
        """
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

    def charge(self, reservation: Reservation, asked: Asking) -> int:
        """What the player pays for an answer: its cost, and never more than was reserved."""
        return min(self._cost(asked), reservation.nanodollars)

    async def settle(self, reservation: Reservation, climb: Climb, verdict: Verdict) -> None:
        """Write down who pays for what. What cannot be written now, the sweeper of budgets finds.

        `verdict` is that of a call without an answer.
        """
        call, answered = climb.call, climb.answered
        latency_ms = _since(climb.begun)
        if answered is None:
            entry = self._entry(call, call.call_id, verdict, latency_ms=latency_ms)
        else:
            charged = self.charge(reservation, answered)
            entry = self._entry(call, call.call_id, "answered", answered, charged=charged, latency_ms=latency_ms)
        lost: list[tuple[Asking, Verdict]] = [(each, "hedged") for each in climb.beaten]
        lost += [(each, "failed") for each in climb.fallen if each.usage != Usage()]
        house = [self._entry(call, f"{call.call_id}/{each.rung}", verdict, each) for each, verdict in lost]
        try:
            if not await self.off_loop(self.budgets.settle, reservation, entry):
                self.log.warning("settled_before", call_id=call.call_id)
            for each in house:
                await self.off_loop(self.budgets.note, each)
        except BrokerError as error:
            self.log.error("not_settled", call_id=call.call_id, detail=error.detail)
        self._tell(entry)

    async def note_cached(self, call: Call, kept: Kept, begun: float) -> None:
        """An answer was given again, for nothing."""
        entry = Entry(
            **self._whose(call),
            call_id=call.call_id,
            tier=kept.rung,
            model=kept.completion.model,
            adapter=kept.adapter,
            verdict="cached",
            usage=Usage(),
            cost_nanodollars=0,
            charged_nanodollars=0,
            latency_ms=_since(begun),
        )
        try:
            await self.off_loop(self.budgets.note, entry)
        except BrokerError as error:
            self.log.error("not_settled", call_id=call.call_id, detail=error.detail)
        self._tell(entry)

    async def _give_back(self, call: Call, reserving: "asyncio.Future[Reservation]") -> None:
        with suppress(OverBudget, BrokerError):
            reservation = await reserving
            await self.off_loop(self.budgets.settle, reservation, self._entry(call, call.call_id, "failed"))

    def _cost(self, asked: Asking) -> int:
        """What an answer has cost: as its endpoint says, or by the price of the model that it names, or its tier's."""
        answer = asked.completion
        if answer.cost_nanodollars is not None:
            return answer.cost_nanodollars
        price = self.prices.get(answer.model) or self.prices[self.tiers.tiers[asked.rung].price]
        return price.cost_nanodollars(answer.usage)

    def _entry(
        self,
        call: Call,
        call_id: str,
        verdict: Verdict,
        asked: Asking | None = None,
        *,
        charged: int = 0,
        latency_ms: int | None = None,
    ) -> Entry:
        """A line of the ledger; what is not `charged` to the player, the house pays."""
        first_at = asked.first_at if asked else None
        return Entry(
            **self._whose(call),
            call_id=call_id,
            tier=asked.rung if asked else "procedural",
            model=asked.completion.model if asked else "",
            adapter=asked.adapter if asked else None,
            verdict=verdict,
            usage=asked.usage if asked else Usage(),
            cost_nanodollars=self._cost(asked) if asked else 0,
            charged_nanodollars=charged,
            latency_ms=latency_ms if latency_ms is not None else _since(asked.begun) if asked else 0,
            first_token_ms=round(1000 * (first_at - asked.begun)) if asked and first_at is not None else None,
        )

    def _whose(self, call: Call) -> dict[str, Any]:
        payer = call.payer
        return {
            "at": self.recorder.now(),
            "player": payer.player,
            "plan": payer.plan,
            "world": payer.world,
            "job": call.job,
            "layer": self.tiers.job(call.job).layer,
        }

    def _tell(self, entry: Entry) -> None:
        self.log.info(
            "model_call",
            job=entry.job,
            tier=entry.tier,
            model=entry.model,
            verdict=entry.verdict,
            cost_nanodollars=entry.cost_nanodollars,
            latency_ms=entry.latency_ms,
            first_token_ms=entry.first_token_ms,
        )


_UNDER_WAY: set[asyncio.Future[None]] = set()


async def _surely(work: Coroutine[Any, Any, None]) -> None:
    """Do the work to its end, also where whoever waits for it is cancelled."""
    task = asyncio.ensure_future(work)
    _UNDER_WAY.add(task)
    task.add_done_callback(_UNDER_WAY.discard)
    await asyncio.shield(task)


def _since(begun: float) -> int:
    """Milliseconds since a reading of the event loop's clock."""
    return round(1000 * (asyncio.get_running_loop().time() - begun))
