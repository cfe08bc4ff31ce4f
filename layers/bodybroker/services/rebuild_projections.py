"""Use case: make a world's read models again from its log, whatever they hold now, and tidy up behind it.

This is the cure where the stream has given up on a record: all that the projector would have done for it is done here.
"""

from bodybroker.kernel.errors import NotFound
from bodybroker.kernel.ids import WorldKey
from bodybroker.ports.worlds import EventStore, Projections
from bodybroker.services.delete_branch import sweep_world
from bodybroker.services.project_events import summarise
from bodybroker.services.read_world import read_world


def rebuild_world(store: EventStore, projections: Projections, key: WorldKey) -> int:
    """Replace the world's summary; returns the version that it shows, 0 where the world is gone, or its player.

    Rows of deleted branches go, too; what one run cannot remove the stream sees to, which then has work again.
    A summary that the projector stores meanwhile may be newer than ours, so we look again until the world stands still.
    """
    try:
        loaded = read_world(store, key)
        sweep_world(store, key)
        while True:
            projections.replace(key.player, summarise(key.world, loaded))
            newest = read_world(store, key)
            if newest.head == loaded.head:
                return newest.head.version
            loaded = newest
    except NotFound:
        projections.remove(key.player, key.world)
        return 0
