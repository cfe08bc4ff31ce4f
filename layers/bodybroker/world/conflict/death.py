"""Death and its price: the player comes back, with less."""

from bodybroker.world.base import MINUTES_PER_DAY
from bodybroker.world.city.difficulty import scaled
from bodybroker.world.conflict import events
from bodybroker.world.draft import Draft
from bodybroker.world.places import hideout_id


def die(draft: Draft) -> None:
    """The player dies, and will wake in the hideout; the time until then is for the caller to pass."""
    state, rule = draft.state, draft.rules.conflict.death
    player, before = state.player, state.conflict.deaths
    share = scaled(rule.cash_per_mille + before * rule.cash_per_mille_per_death, "death", state, draft.rules)
    humanity = scaled(rule.humanity + before * rule.humanity_per_death, "death", state, draft.rules)
    draft.add(
        events.PlayerDied(
            place_id=hideout_id(state),
            items=tuple(sorted(player.inventory)),
            cents=player.money_cents * min(1000, share) // 1000,
            health=rule.health,
            heat=player.heat * rule.heat_left_per_mille // 1000,
            humanity=max(0, player.humanity - humanity),
        )
    )


def minutes_to_dusk(draft: Draft) -> int:
    """Minutes until the next dusk."""
    dusk = draft.rules.clock.dusk_minute
    return (dusk - draft.state.minute - 1) % MINUTES_PER_DAY + 1
