"""The houses watch whom the player trades with."""

from bodybroker.kernel.ids import EntityId
from bodybroker.world.draft import Draft
from bodybroker.world.houses import events, relations
from bodybroker.world.houses.ties import befriended


def noticed(draft: Draft, npc_id: EntityId) -> None:
    """After a sale to an NPC: its house thinks better of the player, the enemies of its house worse."""
    house_id = relations.house_of(draft.state, npc_id)
    if house_id is None:
        return
    trade = draft.rules.houses.trade
    ties = befriended(draft.state, house_id, trade.standing, trade.enemy_standing, draft.rules)
    changed = {other: tie for other, tie in ties.items() if tie != relations.tie(draft.state, other)}
    if changed:
        draft.add(events.StandingsChanged(changed))
