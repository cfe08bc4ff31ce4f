"""Two tasks of the state machine `rebuild_projections`: list the worlds page by page, and rebuild one of them."""

from typing import Any

from bodybroker.doors.log import LOG
from bodybroker.doors.wiring import event_store, projections
from bodybroker.kernel.ids import PlayerId, WorldId, WorldKey
from bodybroker.services.rebuild_projections import rebuild_world

ROWS_PER_PAGE = 1000


def lambda_handler(event: dict[str, Any], context: object) -> dict[str, Any]:
    """`{"task": "list", "cursor"}` or `{"task": "rebuild", "player", "world"}`; may raise Unavailable (retried)."""
    match event:
        case {"task": "list", "cursor": cursor}:
            keys, following = event_store().worlds(cursor, ROWS_PER_PAGE)
            return {"worlds": [{"player": key.player, "world": key.world} for key in keys], "cursor": following}
        case {"task": "rebuild", "player": player, "world": world}:
            key = WorldKey(PlayerId(player), WorldId(world))
            version = rebuild_world(event_store(), projections(), key)
            LOG.info("rebuilt", world=key.world, version=version)
            return {"version": version}
    raise ValueError("no such task")
