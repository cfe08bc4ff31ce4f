"""What its events do to a state."""

from msgspec.structs import replace

from bodybroker.world.base import Applier, Changes
from bodybroker.world.powers import events
from bodybroker.world.powers.state import Power, PowersState
from bodybroker.world.state import State


def _with(state: State, name: str, power: Power) -> PowersState:
    return replace(state.powers, owned=state.powers.owned | {name: power})


def _power_bought(state: State, event: events.PowerBought) -> Changes:
    player = replace(state.player, money_cents=state.player.money_cents - event.price_cents, humanity=event.humanity)
    before = state.powers.owned.get(event.power)
    power = Power(event.level) if before is None else replace(before, level=event.level)
    return {
        "player": player,
        "city_cents": state.city_cents + event.price_cents,
        "powers": replace(_with(state, event.power, power), last_minute=event.minute),
    }


def _power_used(state: State, event: events.PowerUsed) -> Changes:
    used = replace(state.powers.owned[event.power], active_until=event.active_until, ready_minute=event.ready_minute)
    return {
        "player": replace(state.player, humanity=event.humanity, health=event.health),
        "powers": replace(_with(state, event.power, used), last_minute=event.minute),
    }


def _power_ended(state: State, event: events.PowerEnded) -> Changes:
    return {"powers": _with(state, event.power, replace(state.powers.owned[event.power], active_until=0))}


def _humanity_stirred(state: State, event: events.HumanityStirred) -> Changes:
    return {"player": replace(state.player, humanity=event.humanity, heat=event.heat)}


APPLIERS: dict[type, Applier] = {
    events.PowerBought: _power_bought,
    events.PowerUsed: _power_used,
    events.PowerEnded: _power_ended,
    events.HumanityStirred: _humanity_stirred,
}
