"""The rows of the worlds' table. One partition per world, `W#<player>#<world>`, whose rows sort like this:

    B#<ordinal>             a stretch of a branch: what it follows, and at which version it was left
    BD#<branch id>          a deleted branch (kept for 7 days after its last row is gone)
    C#<command id>          the receipt of a finished command (kept for 7 days)
    E#<ordinal>#<seq>       an event
    E#<ordinal>#<seq>#S     a snapshot of the state right after that event
    H                       the head: active branch and version

The newest stretch is the one that is played, so reading backwards from the end meets the head, then the newest events,
then a snapshot. Under the player, `P#<player>`, lie the receipts of the commands that create worlds (they hold the
world's id) and, for each world, a row `W#<world>`, by which all that a player has can be found.

What the rows hold is sealed on its way to the table (`sealed_rows`).
"""

import zlib
from collections.abc import Iterator
from datetime import datetime, timedelta
from hashlib import sha256

import msgspec

from bodybroker.adapters.aws import Row
from bodybroker.adapters.sealed_rows import Item, SealedRows
from bodybroker.kernel.ids import BranchId, EventId, PlayerId, WorldId, WorldKey
from bodybroker.ports.worlds import Head, Receipt
from bodybroker.world import events, state
from bodybroker.world.branches import Stretch
from bodybroker.world.events import Recorded
from bodybroker.world.state import State

HEAD = "H"
EVENTS_FROM = "E#"
BRANCHES = ("B#", "BE")
DELETED_FROM = "BD#"
WORLDS = "W#"
SNAPSHOT = "#S"
RECEIPT_LIFETIME = timedelta(days=7)


class BadSnapshot(Exception):
    """The row holds no state that can be trusted: `seal`, `checksum`, `schema` or `content` is wrong."""


def partition(key: WorldKey) -> str:
    return f"W#{key.player}#{key.world}"


def world_key(partition: str) -> WorldKey:
    """The tenant key in a partition key."""
    _, player, world = partition.split("#")
    return WorldKey(PlayerId(player), WorldId(world))


def stretch_key(ordinal: int) -> str:
    return f"B#{ordinal:06d}"


def deletion_key(branch: BranchId) -> str:
    return f"{DELETED_FROM}{branch}"


def ranges_of_stretch(stretch: str) -> Iterator[tuple[str, str]]:
    """The ranges of all that a stretch (given by its sort key) has; its own row last: it tells what is still there."""
    ordinal = ordinal_of({"sk": stretch})
    yield f"E#{ordinal:06d}#", f"E#{ordinal:06d}$"
    yield stretch, stretch


def receipt_key(command_id: str) -> str:
    return f"C#{command_id}"


def event_key(ordinal: int, seq: int) -> str:
    return f"E#{ordinal:06d}#{seq:012d}"


def snapshot_key(ordinal: int, seq: int) -> str:
    return f"{event_key(ordinal, seq)}{SNAPSHOT}"


def ordinal_of(row: Row) -> int:
    """The stretch of an event's or a snapshot's row, or of its own."""
    return int(row["sk"].split("#")[1])


def is_snapshot(row: Row) -> bool:
    return bool(row["sk"].endswith(SNAPSHOT))


def opened(sealed: SealedRows, item: Item) -> Row:
    """The row in an item. The log can do without a snapshot, so one that does not open only counts as a bad one."""
    return sealed.row_or_keys(item) if item["sk"]["S"].endswith(SNAPSHOT) else sealed.row(item)


def world_row(world: WorldId) -> Row:
    return {"sk": f"{WORLDS}{world}"}


def world_of(sort_key: str) -> WorldId:
    """The world in the sort key of `world_row`."""
    return WorldId(sort_key.removeprefix(WORLDS))


def is_deletion(row: Row) -> bool:
    return bool(row["sk"] >= DELETED_FROM)


def event_row(ordinal: int, recorded: Recorded) -> Row:
    return {
        "sk": event_key(ordinal, recorded.seq),
        "event_id": recorded.event_id,
        "recorded_at": recorded.recorded_at,
        "command_id": recorded.command_id,
        "event": events.encode(recorded.event).decode(),
    }


def read_event(row: Row) -> Recorded:
    return Recorded(
        seq=int(row["sk"].split("#")[2]),
        event_id=EventId(row["event_id"]),
        recorded_at=row["recorded_at"],
        command_id=row["command_id"],
        event=events.decode(row["event"].encode()),
    )


def snapshot_row(ordinal: int, snapshot: State) -> Row:
    data = zlib.compress(state.encode(snapshot), level=1)
    return {
        "sk": snapshot_key(ordinal, snapshot.version),
        "schema_version": snapshot.schema_version,
        "data": data,
        "checksum": sha256(data).hexdigest(),
    }


def read_snapshot(row: Row) -> State:
    """The state in a snapshot's row; raises BadSnapshot."""
    if "data" not in row:
        raise BadSnapshot("seal")
    if sha256(row["data"]).hexdigest() != row["checksum"]:
        raise BadSnapshot("checksum")
    if row["schema_version"] != state.SCHEMA_VERSION:
        raise BadSnapshot("schema")
    try:
        return state.decode(zlib.decompress(row["data"]))
    except (zlib.error, msgspec.MsgspecError, state.UnknownSchema) as error:
        raise BadSnapshot("content") from error


def stretch_row(stretch: Stretch) -> Row:
    return {
        "sk": stretch_key(stretch.ordinal),
        "branch_id": stretch.branch_id,
        "parent": stretch.parent,
        "forked_at": stretch.forked_at,
        "name": stretch.name,
        "created_at": stretch.created_at,
        "tip": stretch.tip,
    }


def read_stretch(row: Row) -> Stretch:
    return Stretch(
        ordinal=ordinal_of(row),
        branch_id=BranchId(row["branch_id"]),
        parent=row.get("parent"),
        forked_at=row["forked_at"],
        name=row["name"],
        created_at=row["created_at"],
        tip=row.get("tip"),
    )


def deletion_row(branch: BranchId) -> Row:
    """`sweeps` counts how often rows of the branch have been removed: each change of it is news in the stream."""
    return {"sk": deletion_key(branch), "branch_id": branch, "sweeps": 0}


def swept_again(row: Row) -> Row:
    return row | {"sweeps": row["sweeps"] + 1}


def swept(row: Row, now: datetime) -> Row:
    """A deletion's row when nothing of the branch is left; until it expires it stops whoever still builds on it."""
    return row | {"expires_at": int((now + RECEIPT_LIFETIME).timestamp())}


def is_swept(row: Row) -> bool:
    return "expires_at" in row


def head_row(head: Head) -> Row:
    return {
        "sk": HEAD,
        "ordinal": head.ordinal,
        "branch_id": head.branch_id,
        "version": head.version,
        "name": head.name,
        "created_at": head.created_at,
        "updated_at": head.updated_at,
    }


def read_head(row: Row) -> Head:
    return Head(
        ordinal=row["ordinal"],
        branch_id=BranchId(row["branch_id"]),
        version=row["version"],
        name=row["name"],
        created_at=row["created_at"],
        updated_at=row["updated_at"],
    )


def first_head(found: Iterator[Row]) -> Head | None:
    """The head, where the next row is one: of a world that is being erased it goes first."""
    row = next(found, None)
    return read_head(row) if row is not None and row["sk"] == HEAD else None


def receipt_row(receipt: Receipt, now: datetime) -> Row:
    return {
        "sk": receipt_key(receipt.command_id),
        "payload_hash": receipt.payload_hash,
        "world_id": receipt.world,
        "ordinal": receipt.ordinal,
        "version": receipt.version,
        "events": receipt.events,
        "expires_at": int((now + RECEIPT_LIFETIME).timestamp()),
    }


def read_receipt(row: Row) -> Receipt:
    return Receipt(
        command_id=row["sk"].removeprefix("C#"),
        payload_hash=row["payload_hash"],
        world=WorldId(row["world_id"]),
        ordinal=row["ordinal"],
        version=row["version"],
        events=row["events"],
    )
