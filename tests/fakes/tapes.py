"""Tapes of turns in memory."""

from collections.abc import Sequence

from bodybroker.kernel.ids import WorldKey
from bodybroker.minds.floor import Floor
from bodybroker.ports.tapes import Page, Taken


class MemoryTapes:
    """`ports.Tapes`."""

    def __init__(self) -> None:
        self._floors: dict[WorldKey, Floor] = {}
        self._pages: dict[tuple[WorldKey, str], dict[int, Page]] = {}

    def floor(self, key: WorldKey) -> Floor:
        return self._floors.get(key, Floor())

    def put_floor(self, key: WorldKey, floor: Floor) -> None:
        before = self._floors.get(key)
        if before is not None and before.version != floor.version - 1:
            raise Taken
        self._floors[key] = floor

    def append(self, key: WorldKey, turn_id: str, page: Page) -> None:
        self._pages.setdefault((key, turn_id), {})[page.events[-1].number] = page

    def pages(self, key: WorldKey, turn_id: str, after: int) -> Sequence[Page]:
        found = self._pages.get((key, turn_id), {})
        return [found[number] for number in sorted(found) if number > after]
