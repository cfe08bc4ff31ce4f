"""Letting a power work."""

from bodybroker.world.draft import Draft
from bodybroker.world.powers import events

HEALTHIEST = 100


def use(draft: Draft, name: str) -> None:
    """The power works from now on; whether that costs a turn is for the fight to say."""
    state = draft.state
    power = state.powers.owned[name]
    level = draft.rules.powers.powers[name].at(power.level)
    draft.add(
        events.PowerUsed(
            power=name,
            minute=state.minute,
            active_until=state.minute + level.minutes if level.minutes else 0,
            ready_minute=state.minute + level.cooldown_minutes,
            humanity=state.player.humanity - level.use_humanity,
            health=min(HEALTHIEST, state.player.health + level.heals),
        )
    )
