"""Records of memory: who remembers what, since which event, and how it came to know."""

from hashlib import blake2b
from typing import Literal

from msgspec import Struct

from bodybroker.kernel.ids import EntityId

Kind = Literal["present", "told", "reflection"]
"""How the NPC knows: it was there, somebody told it, or it is what several memories come down to."""

_SEQ_BITS = 32
_SEQ_MASK = 2**32 - 1


def place(ordinal: int, seq: int) -> int:
    """An event's place in a world as one integer: event `seq` of stretch `ordinal`; below 2**53, so exact in JSON.

    Raises ValueError outside those bounds.
    """
    if not 0 <= ordinal < 2**21 or not 0 <= seq < 2**_SEQ_BITS:
        raise ValueError(f"no place in a world: stretch {ordinal}, event {seq}")
    return ordinal << _SEQ_BITS | seq


def seq_of(at: int) -> int:
    """The version of the event at a place."""
    return at & _SEQ_MASK


class Record(Struct, frozen=True, omit_defaults=True):
    """One memory of one NPC.

    `place` is that of the newest event that it rests on, `minute` when that was, `first_minute` when the oldest was.
    `text` is a short sentence, `slots` its facts by name (`part`, `cents`, `who`, `where`, `count` …), `topic` what it
    is about in a word, `about` who and what it names: ids of entities, words of the rules (`heart`). `teller` told it,
    to be trusted by `trust` in 0..100; `importance` in 0..100. `sources` are the versions of the events that it rests
    on, of a reflection the newest ones.
    """

    record_id: str
    npc_id: EntityId
    place: int
    minute: int
    first_minute: int
    kind: Kind
    topic: str
    text: str
    slots: dict[str, str]
    about: tuple[str, ...]
    importance: int
    sources: tuple[int, ...]
    trust: int = 100
    teller: EntityId | None = None

    @property
    def seq(self) -> int:
        """The version of the newest event that it rests on."""
        return seq_of(self.place)


class Changes(Struct, frozen=True):
    """What one event does to the memories of a world: `records` begin, those in `ended` (by id) hold no more.

    Both happen at `place`: where the lineage does not reach it, neither is so. Written twice they are as good as once.
    """

    place: int
    records: tuple[Record, ...] = ()
    ended: tuple[str, ...] = ()


def record_id(npc_id: EntityId, at: int, topic: str, nth: int) -> str:
    """The id of the `nth` record that `npc_id` has of an event's place: the same event gives the same ids again."""
    return blake2b(f"{npc_id}/{at}/{topic}/{nth}".encode(), digest_size=16).hexdigest()
