"""Models that follow a script, and an event loop on which time passes only while everybody waits."""

import asyncio
import selectors
from collections.abc import AsyncGenerator, Callable, Coroutine
from dataclasses import dataclass, field
from typing import Any, TypeVar

from bodybroker.models.inference import ChatRequest, Chunk, Completion, ModelFailed
from bodybroker.models.usage import Usage

T = TypeVar("T")

Step = str | float | Usage | Exception | Chunk
"""A token, seconds of silence, the report at the end, a failure, or a chunk as it is."""


@dataclass
class ScriptedModel:
    """`ports.Model`: each call follows the next of `scripts`, and all further ones the last.

    `requests` are those seen, `left` counts the listeners who hung up before the end.
    """

    name: str
    scripts: list[list[Step]]
    requests: list[ChatRequest] = field(default_factory=list)
    left: int = 0

    def complete(self, request: ChatRequest) -> Completion:
        raise AssertionError("the router streams")

    async def stream(self, request: ChatRequest) -> AsyncGenerator[Chunk, None]:
        script = self.scripts[min(len(self.requests), len(self.scripts) - 1)]
        self.requests.append(request)
        try:
            for step in script:
                if isinstance(step, Exception):
                    raise step
                if isinstance(step, float):
                    await asyncio.sleep(step)
                elif isinstance(step, Chunk):
                    yield step
                else:
                    yield Chunk(step) if isinstance(step, str) else Chunk(usage=step, model="")
        except (asyncio.CancelledError, GeneratorExit):
            self.left += 1
            raise


def failed(reason: Any) -> ModelFailed:
    return ModelFailed(reason, "as scripted")


class _Selector(selectors.DefaultSelector):
    """Sleeps by moving the clock."""

    now = 0.0

    def select(self, timeout: float | None = None) -> list[tuple[selectors.SelectorKey, int]]:
        if timeout is not None and timeout > 0:
            self.now += timeout
            timeout = 0
        return super().select(timeout)


class _Timeless(asyncio.SelectorEventLoop):
    """A loop whose clock jumps to the next timer as soon as nobody has anything to do."""

    def __init__(self) -> None:
        self._clock = _Selector()
        super().__init__(self._clock)

    def time(self) -> float:
        return round(self._clock.now, 6)


@dataclass
class Timeless:
    """Runs coroutines one after the other on one such loop; `now` is its clock, in seconds."""

    loop: asyncio.AbstractEventLoop = field(default_factory=_Timeless)

    @property
    def now(self) -> float:
        return self.loop.time()

    def run(self, work: Coroutine[Any, Any, T]) -> T:
        return self.loop.run_until_complete(work)

    def wait(self, seconds: float) -> None:
        self.run(asyncio.sleep(seconds))


async def at_once(blocking: Callable[..., T], /, *given: object) -> T:
    """In the place of a thread."""
    return blocking(*given)
