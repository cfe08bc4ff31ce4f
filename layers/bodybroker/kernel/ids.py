"""Identifiers. Accounts, worlds, branches and events are UUIDv7; entities are UUIDv8 drawn from the world's seed."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import NewType
from uuid import UUID

from bodybroker.kernel.clock import Clock
from bodybroker.kernel.errors import Malformed
from bodybroker.kernel.random import Stream

PlayerId = NewType("PlayerId", str)
WorldId = NewType("WorldId", str)
BranchId = NewType("BranchId", str)
EntityId = NewType("EntityId", str)
EventId = NewType("EventId", str)

PATTERN = r"^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$"
_SHAPE = re.compile(PATTERN[:-1] + r"\Z")


@dataclass(frozen=True, slots=True)
class WorldKey:
    """The tenant key: a world can only be addressed together with the player who owns it."""

    player: PlayerId
    world: WorldId


def uuid7(clock: Clock, entropy: Callable[[int], bytes]) -> str:
    """A UUIDv7 (RFC 9562): milliseconds since 1970, then 74 bits from `entropy(n) -> n bytes`, e.g. `os.urandom`."""
    milliseconds = int(clock.now().timestamp() * 1000)
    noise = int.from_bytes(entropy(10), "big")
    return _uuid(7, (milliseconds << 80) | noise)


def entity_id(stream: Stream) -> EntityId:
    """The next entity's id, a UUIDv8: the same stream gives the same id."""
    return EntityId(_uuid(8, (stream.u64() << 64) | stream.u64()))


def _uuid(version: int, bits: int) -> str:
    """128 bits with the version and the RFC 9562 variant written over their fields."""
    bits &= ~(0xF << 76) & ~(0x3 << 62)
    return str(UUID(int=bits | version << 76 | 0x2 << 62))


def parse_id(kind: str, text: str) -> str:
    """`text` when it is a UUID in canonical lower case; raises Malformed that names `kind` otherwise."""
    if _SHAPE.match(text) is None:
        raise Malformed(f"{kind} is not a UUID.", faults=[{"path": kind, "message": "must be a lower-case UUID"}])
    return text
