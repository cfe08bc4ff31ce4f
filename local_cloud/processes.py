"""Processes that may outlive whoever started them: known by pid and start time, so a reused pid is never touched."""

import contextlib
import ctypes
import signal
import sys
from collections.abc import Callable, Iterable
from dataclasses import dataclass

import psutil

_PR_SET_PDEATHSIG = 1


@dataclass(frozen=True)
class Identity:
    """A process: its pid and when it started (seconds since the epoch, as the system gives it)."""

    pid: int
    started: float

    @classmethod
    def of(cls, pid: int) -> "Identity":
        """The identity of a live process. Raises psutil.NoSuchProcess."""
        return cls(pid, psutil.Process(pid).create_time())

    def process(self) -> psutil.Process | None:
        """The process, or None when it has ended."""
        try:
            found = psutil.Process(self.pid)
            alive = found.create_time() == self.started and found.status() != psutil.STATUS_ZOMBIE
        except psutil.NoSuchProcess:
            return None
        return found if alive else None


def end(identities: Iterable[Identity], grace_s: float) -> None:
    """Terminate processes, wait, and kill those that are left after `grace_s`. Returns when all have ended."""
    alive = [process for identity in identities if (process := identity.process())]
    for process in alive:
        _send(process, signal.SIGTERM)
    _, left = psutil.wait_procs(alive, timeout=grace_s)
    for process in left:
        _send(process, signal.SIGKILL)
    psutil.wait_procs(left, timeout=10)


def die_with_parent() -> Callable[[], None] | None:
    """A `preexec_fn` that has the kernel terminate the child when its parent ends, where the kernel can."""
    if sys.platform != "linux":
        return None
    prctl = ctypes.CDLL(None).prctl

    def request() -> None:
        prctl(_PR_SET_PDEATHSIG, signal.SIGTERM)

    return request


def _send(process: psutil.Process, number: signal.Signals) -> None:
    with contextlib.suppress(psutil.NoSuchProcess):
        process.send_signal(number)
