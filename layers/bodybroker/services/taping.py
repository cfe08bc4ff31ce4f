"""A turn while it is told: who listens hears each event at once, who comes back later finds it on tape."""

import asyncio
from collections.abc import Awaitable, Callable
from contextlib import suppress
from dataclasses import dataclass, field
from functools import partial

import msgspec

from bodybroker.kernel.errors import BrokerError
from bodybroker.kernel.ids import WorldKey
from bodybroker.kernel.log import Log
from bodybroker.minds.floor import Floor, Stop
from bodybroker.minds.turns import FloorSettings
from bodybroker.ports.tapes import Page, Taken, Tapes, Told
from bodybroker.services.open_turn import RunningTurn
from bodybroker.services.take_turn import Joined
from bodybroker.services.turn_events import Done, Failed, Listener, TurnEvent, name_of

_encode = msgspec.json.Encoder().encode


@dataclass
class Telling:
    """One turn as it is told, on tape. `heard` gets its events, then None.

    While the turn lasts the tape grows page by page, and whoever changes the `floor` stops the turn. The last event is
    heard when it is on tape, so a turn that the player has heard to its end is over for everybody.
    """

    tapes: Tapes
    key: WorldKey
    floor: Floor
    settings: FloorSettings
    log: Log
    heard: "asyncio.Queue[Told | None]" = field(default_factory=asyncio.Queue)
    listener: Listener = field(init=False)
    _numbers: int = 0
    _untaped: list[Told] = field(default_factory=list)
    _last: Told | None = None
    _over: asyncio.Event = field(default_factory=asyncio.Event)

    def __post_init__(self) -> None:
        self.listener = Listener(self._tell)

    async def run(
        self, take: Callable[[Listener], Awaitable[None]], failed: Callable[[Exception], Failed]
    ) -> RunningTurn | None:
        """Take the turn and tell it; a failure is its last event, as `failed` describes it. Returns a turn that is told
        elsewhere, with how much of it was heard here: tape, floor and the end belong to whoever takes it."""
        watching, is_joined = asyncio.ensure_future(self._watch()), False
        try:
            await take(self.listener)
        except Joined:
            is_joined = True
        except Exception as error:
            self.listener.emit(failed(error))
        finally:
            self._over.set()
            await asyncio.wait({watching})
            if not is_joined:
                await self._finish()
        return RunningTurn(self.key, self.floor.turn_id, self._numbers) if is_joined else None

    async def _finish(self) -> None:
        await asyncio.to_thread(self._end)
        if self._last is not None:
            self.heard.put_nowait(self._last)
        self.heard.put_nowait(None)

    def _tell(self, event: TurnEvent) -> None:
        self._numbers += 1
        told = Told(self._numbers, name_of(event), _encode(event).decode())
        if isinstance(event, Done | Failed):
            self._last = told
        else:
            self._untaped.append(told)
            self.heard.put_nowait(told)

    async def _watch(self) -> None:
        """Every now and then put on tape what was told since, and see whether somebody has stopped the turn."""
        while not self._over.is_set():
            with suppress(TimeoutError):
                async with asyncio.timeout(self.settings.watch_ms / 1000):
                    await self._over.wait()
                    return
            if (why := await asyncio.to_thread(self._look)) is not None:
                self.listener.stop(why)

    def _look(self) -> Stop | None:
        try:
            self._write(is_last=False)
            return self.floor.stop(self.tapes.floor(self.key))
        except BrokerError as error:
            self.log.warning("tape", detail=error.detail)
            return None

    def _end(self) -> None:
        """The tape has its end and the floor is left: each also where the other cannot be."""
        for step in (partial(self._write, is_last=True), self._leave_floor):
            try:
                step()
            except BrokerError as error:
                self.log.warning("tape", detail=error.detail)

    def _leave_floor(self) -> None:
        """Who interrupted has the floor already; who cancelled has changed it and left it to the turn."""
        with suppress(Taken):
            self.tapes.put_floor(self.key, self.floor.left())
            return
        seen = self.tapes.floor(self.key)
        if seen.turn_id == self.floor.turn_id:
            with suppress(Taken):
                self.tapes.put_floor(self.key, seen.left())

    def _write(self, *, is_last: bool) -> None:
        told = tuple(self._untaped)
        page = (*told, self._last) if is_last and self._last is not None else told
        if page:
            self.tapes.append(self.key, self.floor.turn_id, Page(page, is_last))
            del self._untaped[: len(told)]
