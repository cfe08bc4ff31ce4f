"""Server-sent events, read as they arrive (WHATWG HTML, section 9.2.6)."""

import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class ServerEvent:
    """One event: its id (empty when the server sent none), its name and its JSON data."""

    id: str
    name: str
    data: dict[str, Any]


def parse(lines: Iterable[str]) -> Iterator[ServerEvent]:
    """Events from the lines of a stream; comments are dropped, an event cut off by the end of the stream too."""
    name, event_id, data = "message", "", list[str]()
    for line in lines:
        if not line:
            if data:
                yield ServerEvent(event_id, name, json.loads("\n".join(data)))
            name, data = "message", []
            continue
        field, _, value = line.partition(":")
        value = value.removeprefix(" ")
        if field == "event":
            name = value
        elif field == "data":
            data.append(value)
        elif field == "id":
            event_id = value
