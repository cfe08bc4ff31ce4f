"""Records of the worlds' stream: what each is about."""

from typing import Any, NamedTuple

from bodybroker.adapters import event_rows as rows
from bodybroker.kernel.ids import WorldKey


class Subject(NamedTuple):
    """A world that a record is about, and whether a branch of it is to be removed."""

    key: WorldKey
    is_deletion: bool


def subject(record: dict[str, Any]) -> Subject | None:
    """Every commit writes the head, and its other rows tell nothing more, but for a deletion's."""
    keys = record["dynamodb"]["Keys"]
    partition, sort_key = keys["pk"]["S"], keys["sk"]["S"]
    if sort_key == rows.HEAD:
        return Subject(rows.world_key(partition), is_deletion=False)
    if sort_key.startswith(rows.DELETED_FROM) and record["eventName"] != "REMOVE":
        return Subject(rows.world_key(partition), is_deletion=True)
    return None
