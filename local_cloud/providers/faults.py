"""What goes wrong at a provider when a test asks for it, and what was asked of each."""

import threading
from collections import deque
from typing import Any, Literal

import msgspec

CALLS_KEPT = 1000

Kind = Literal["status", "slow", "garbage", "cut", "empty"]


class Fault(msgspec.Struct, forbid_unknown_fields=True):
    """One way to fail: `status` answers with that status; `slow` waits `delay_s` seconds and then answers well;
    `garbage` is a page with a status of 200, `cut` half of an answer, `empty` an answer without text. The next `times`
    calls."""

    provider: str
    kind: Kind
    status: int = 503
    delay_s: float = 5.0
    times: int = 1_000_000


class Orders(msgspec.Struct, forbid_unknown_fields=True):
    """All that shall go wrong from now on, and how many hidden tokens models think that may think."""

    faults: list[Fault] = []
    reasoning_tokens: int = 0


class Control:
    """The orders in force, and the calls since they came."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self.orders = Orders()
        self._calls: deque[dict[str, Any]] = deque(maxlen=CALLS_KEPT)

    def order(self, orders: Orders) -> None:
        """Replace the orders; the calls so far are forgotten."""
        with self._lock:
            self.orders = orders
            self._calls.clear()

    def fault(self, provider: str) -> Fault | None:
        """The fault that meets the next call of a provider; it is used up by one."""
        with self._lock:
            for fault in self.orders.faults:
                if fault.provider in (provider, "*") and fault.times > 0:
                    fault.times -= 1
                    return fault
        return None

    def note(self, call: dict[str, Any]) -> None:
        """Remember a call."""
        with self._lock:
            self._calls.append(call)

    def calls(self) -> list[dict[str, Any]]:
        """The calls since the last order."""
        with self._lock:
            return list(self._calls)
