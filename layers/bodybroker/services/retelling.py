"""Use case: a turn is told to somebody who was away: from its tape while that is kept, later from the log."""

import asyncio
from collections.abc import AsyncGenerator, Callable
from dataclasses import dataclass

import msgspec

from bodybroker.kernel.errors import Unavailable
from bodybroker.ports.tapes import Told
from bodybroker.services.open_turn import OpenDesk, RunningTurn
from bodybroker.services.read_world import read_outcome
from bodybroker.services.take_turn import ToldTurn, TurnDesk
from bodybroker.services.turn_events import Failed, Listener, TurnEvent, name_of

_encode = msgspec.json.Encoder().encode


@dataclass(frozen=True, slots=True)
class RetellDesk:
    """Tells turns again."""

    opening: OpenDesk
    turns: TurnDesk

    async def tell_into(
        self, heard: "asyncio.Queue[Told | None]", turn: RunningTurn | ToldTurn, failed: Callable[[Exception], Failed]
    ) -> None:
        """`tell` into a queue, which gets None at the end; a failure is the last event, as `failed` describes it."""
        number = turn.after
        try:
            async for told in self.tell(turn):
                number = told.number
                heard.put_nowait(told)
        except Exception as error:
            failure = failed(error)
            heard.put_nowait(Told(number + 1, name_of(failure), _encode(failure).decode()))
        finally:
            heard.put_nowait(None)

    async def tell(self, turn: RunningTurn | ToldTurn) -> AsyncGenerator[Told, None]:
        """The events that the player does not know yet, as they come; raises Unavailable `turn_lost` for a turn whose
        end nobody told."""
        if isinstance(turn, RunningTurn):
            known = turn.after
            async for told in self._play(turn):
                known = told.number
                yield told
            over = await asyncio.to_thread(self._outcome, turn, known)
            if over is None:
                return
            turn = over
        for told in await self._from_the_log(turn):
            yield told

    async def _play(self, turn: RunningTurn) -> AsyncGenerator[Told, None]:
        """What the tape holds and what is added to it, while the turn is under way."""
        known, is_live = turn.after, True
        while True:
            for page in await asyncio.to_thread(self.opening.tapes.pages, turn.key, turn.turn_id, known):
                for told in page.events:
                    if told.number > known:
                        known = told.number
                        yield told
                if page.is_last:
                    return
            if not is_live:
                return
            is_live = await asyncio.to_thread(self.opening.is_live, turn.key, turn.turn_id)
            if is_live:
                await asyncio.sleep(self.opening.settings.floor.watch_ms / 1000)

    def _outcome(self, turn: RunningTurn, known: int) -> ToldTurn | None:
        """What the log holds of a turn whose tape has no end; None where it has one."""
        pages = self.opening.tapes.pages(turn.key, turn.turn_id, 0)
        if pages and pages[-1].is_last:
            return None
        store = self.opening.commands.store
        receipt = store.receipt(turn.key, turn.turn_id)
        if receipt is None:
            raise Unavailable("The turn broke off; say it again.", code="turn_lost")
        return ToldTurn(turn.turn_id, read_outcome(store, turn.key, receipt), known)

    async def _from_the_log(self, turn: ToldTurn) -> list[Told]:
        events: list[TurnEvent] = []
        await self.turns.take(turn, Listener(events.append))
        return [
            Told(number, name_of(event), _encode(event).decode())
            for number, event in enumerate(events, start=turn.after + 1)
        ]
