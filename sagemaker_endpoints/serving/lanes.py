"""Who generates next: requests wait in the order of their priority, then of their arrival."""

from __future__ import annotations

import asyncio
import heapq
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from itertools import count
from typing import NamedTuple

FAR_BEHIND = 3
"""Who is so many lanes behind gives way: work ahead of time to a player who waits, no plan to another."""


class Turn:
    """A slot while it is held. `must_leave`: somebody far ahead waits for the machine; who can begin anew leaves."""

    def __init__(self, priority: int) -> None:
        self.priority = priority
        self.must_leave = False


class _Waiter(NamedTuple):
    model: str | None
    limit: int
    turn: asyncio.Future[Turn]


class Lanes:
    """Slots for `total` generations, over all models.

    As in vLLM a lower priority is served first. What already generates is asked to leave for those far ahead, since
    here all share the same few cores; what is far behind does not begin beside them.
    """

    def __init__(self, total: int) -> None:
        self._free = total
        self._running: Counter[str | None] = Counter()
        self._turns: set[Turn] = set()
        self._waiting: list[tuple[int, int, _Waiter]] = []
        self._arrivals = count()

    @asynccontextmanager
    async def slot(self, model: str | None, limit: int, priority: int) -> AsyncIterator[Turn]:
        """Wait for a slot and hold it; `model` itself has no more than `limit`."""
        turn: asyncio.Future[Turn] = asyncio.get_running_loop().create_future()
        heapq.heappush(self._waiting, (priority, next(self._arrivals), _Waiter(model, limit, turn)))
        for held in self._turns:
            held.must_leave |= held.priority - priority >= FAR_BEHIND
        self._admit()
        try:
            held = await turn
        except asyncio.CancelledError:
            if turn.done() and not turn.cancelled():  # admitted in the same moment
                self._leave(model, turn.result())
            raise
        try:
            yield held
        finally:
            self._leave(model, held)

    def _leave(self, model: str | None, held: Turn) -> None:
        self._turns.discard(held)
        self._free += 1
        self._running[model] -= 1
        self._admit()

    def _admit(self) -> None:
        """Give free slots to the first in order whose model is not full and who is not far behind."""
        passed_over = []
        while self._free and self._waiting:
            entry = heapq.heappop(self._waiting)
            priority, _, waiter = entry
            if waiter.turn.cancelled():
                continue
            is_far_behind = any(priority - held.priority >= FAR_BEHIND for held in self._turns)
            if is_far_behind or self._running[waiter.model] >= waiter.limit:
                passed_over.append(entry)
                continue
            self._free -= 1
            self._running[waiter.model] += 1
            held = Turn(priority)
            self._turns.add(held)
            waiter.turn.set_result(held)
        for entry in passed_over:
            heapq.heappush(self._waiting, entry)
