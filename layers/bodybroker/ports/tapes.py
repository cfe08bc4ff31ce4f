"""What was told in turns, for those who come back to one; and who has the floor."""

from collections.abc import Sequence
from typing import Protocol

from msgspec import Struct

from bodybroker.kernel.ids import WorldKey
from bodybroker.minds.floor import Floor


class Told(Struct, frozen=True):
    """An event of a turn as the player was told it: its number in the turn, from 1 on, its name and its JSON."""

    number: int
    name: str
    data: str


class Page(Struct, frozen=True):
    """Events of a turn that were told after each other; `is_last` when none follows."""

    events: tuple[Told, ...]
    is_last: bool = False


class Taken(Exception):
    """Somebody else has changed the floor meanwhile."""


class Tapes(Protocol):
    """The floor of each world, and the tapes of its turns, which fade after some minutes. All may raise Unavailable."""

    def floor(self, key: WorldKey) -> Floor:
        """Who has the floor, or had it last."""

    def put_floor(self, key: WorldKey, floor: Floor) -> None:
        """Change the floor; raises Taken unless the one stored is of the version before."""

    def append(self, key: WorldKey, turn_id: str, page: Page) -> None:
        """Add a page to the tape of a turn."""

    def pages(self, key: WorldKey, turn_id: str, after: int) -> Sequence[Page]:
        """The pages of a turn's tape, in their order, from the first that holds an event beyond number `after`."""
