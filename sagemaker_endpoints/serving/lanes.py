"""Who generates next: requests wait in the order of their priority, then of their arrival."""

from __future__ import annotations

import asyncio
import heapq
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from itertools import count
from typing import NamedTuple


class _Waiter(NamedTuple):
    model: str | None
    limit: int
    turn: asyncio.Future[None]


class Lanes:
    """Slots for `total` generations, over all models.

    As in vLLM a lower priority is served first. What already generates is never interrupted.
    """

    def __init__(self, total: int) -> None:
        self._free = total
        self._running: Counter[str | None] = Counter()
        self._waiting: list[tuple[int, int, _Waiter]] = []
        self._arrivals = count()

    @asynccontextmanager
    async def slot(self, model: str | None, limit: int, priority: int) -> AsyncIterator[None]:
        """Wait for a slot and hold it; `model` itself has no more than `limit`."""
        turn: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        heapq.heappush(self._waiting, (priority, next(self._arrivals), _Waiter(model, limit, turn)))
        self._admit()
        try:
            await turn
        except asyncio.CancelledError:
            if turn.done() and not turn.cancelled():  # admitted in the same moment
                self._leave(model)
            raise
        try:
            yield
        finally:
            self._leave(model)

    def _leave(self, model: str | None) -> None:
        self._free += 1
        self._running[model] -= 1
        self._admit()

    def _admit(self) -> None:
        """Give free slots to the first in order whose model is not full."""
        passed_over = []
        while self._free and self._waiting:
            entry = heapq.heappop(self._waiting)
            waiter = entry[-1]
            if waiter.turn.cancelled():
                continue
            if self._running[waiter.model] >= waiter.limit:
                passed_over.append(entry)
                continue
            self._free -= 1
            self._running[waiter.model] += 1
            waiter.turn.set_result(None)
        for entry in passed_over:
            heapq.heappush(self._waiting, entry)
