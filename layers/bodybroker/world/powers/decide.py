"""What its commands bring about. `use_power` is decided in conflict, where it may cost a turn."""

from bodybroker.world.base import Decider
from bodybroker.world.draft import Draft
from bodybroker.world.passage import pass_time
from bodybroker.world.powers import commands, events
from bodybroker.world.powers.checks import next_level


def _buy_power(draft: Draft, command: commands.BuyPower) -> None:
    state, rules = draft.state, draft.rules.powers
    level = next_level(state, rules.powers[command.power], command.power)
    assert level is not None
    power = state.powers.owned.get(command.power)
    draft.add(
        events.PowerBought(
            power=command.power,
            level=1 if power is None else power.level + 1,
            price_cents=level.price_cents,
            humanity=state.player.humanity - level.humanity,
            minute=state.minute,
        )
    )
    pass_time(draft, rules.buying_minutes)


DECIDERS: dict[type, Decider] = {commands.BuyPower: _buy_power}
