"""Use case: bring the read models of a world up to date with its log, and keep its log quick to load."""

from bodybroker.kernel.ids import WorldId, WorldKey
from bodybroker.ports.vault import Shredded
from bodybroker.ports.worlds import EventStore, Loaded, Projections, Summary

SNAPSHOT_EVERY = 50
"""Events that may lie on top of a snapshot before a new one is kept."""


def project_world(store: EventStore, projections: Projections, key: WorldKey) -> bool:
    """Summarise the world as it stands now; says whether that was news.

    Records of the stream only say that a world has changed, and what is stored comes from a consistent read of the
    log. So late, repeated, reordered and missing records all lead to the same summary, and an older one never wins.
    A world that is gone, or whose player is, has none.
    """
    try:
        loaded = store.load(key)
        if loaded is not None:
            if loaded.tail >= SNAPSHOT_EVERY:
                store.save_snapshot(key, loaded.head.ordinal, loaded.state)
            return projections.put(key.player, summarise(key.world, loaded))
    except Shredded:
        pass
    projections.remove(key.player, key.world)
    return False


def summarise(world: WorldId, loaded: Loaded) -> Summary:
    """A world's summary: a function of its log alone."""
    head, state = loaded.head, loaded.state
    return Summary(
        world_id=world,
        name=head.name,
        branch_id=head.branch_id,
        ordinal=head.ordinal,
        last_seq=head.version,
        created_at=head.created_at,
        updated_at=head.updated_at,
        seed=state.seed,
        minute=state.minute,
        phase=state.phase,
        money_cents=state.player.money_cents,
    )
