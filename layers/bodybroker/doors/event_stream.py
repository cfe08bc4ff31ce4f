"""Server-sent events (WHATWG HTML, section 9.2): what is written, and from where somebody wants to go on."""

import asyncio
from collections.abc import AsyncIterator, Mapping

from bodybroker.kernel.errors import Malformed
from bodybroker.ports.tapes import Told

MOST_EVENTS = 999_999


def last_event_id(headers: Mapping[str, str]) -> int:
    """The number in the header `Last-Event-ID`, 0 without one; raises Malformed `last_event_id_invalid`."""
    given = headers.get("last-event-id", "0")
    if not (given.isascii() and given.isdigit() and int(given[:7]) <= MOST_EVENTS):
        raise Malformed(f"Last-Event-ID is a number up to {MOST_EVENTS}.", code="last_event_id_invalid")
    return int(given)


async def written(heard: "asyncio.Queue[Told | None]", ping_ms: int) -> AsyncIterator[bytes]:
    """The events of a queue, to the None at its end, with a comment whenever it has been silent for `ping_ms`."""
    while True:
        try:
            async with asyncio.timeout(ping_ms / 1000):
                told = await heard.get()
        except TimeoutError:
            yield b": ping\n\n"
            continue
        if told is None:
            return
        yield b"id: %d\nevent: %s\ndata: %s\n\n" % (told.number, told.name.encode(), told.data.encode())
