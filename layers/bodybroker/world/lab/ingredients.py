"""What the dealers have of an ingredient, and at what price: another supply from every dawn on, the seed's own."""

from dataclasses import dataclass

from bodybroker.kernel.random import Stream
from bodybroker.world.base import MINUTES_PER_DAY
from bodybroker.world.places import site_here
from bodybroker.world.rules import Rules
from bodybroker.world.state import State


@dataclass(frozen=True)
class Supply:
    """How many are left until the next dawn, and the price of one in cents."""

    left: int
    price_cents: int


def dealers_day(state: State, rules: Rules) -> int:
    """The day of the dealers: dawns since the world's first midnight."""
    return (state.minute - rules.clock.dawn_minute) // MINUTES_PER_DAY + 1


def supply(state: State, name: str, rules: Rules) -> Supply:
    """What there is of an ingredient now."""
    rule, swing = rules.ingredients.ingredients[name], rules.ingredients.price_swing_per_mille
    day = dealers_day(state, rules)
    stream = Stream(state.seed, "dealers", str(day)).substream(name)
    stock, swung = rule.stock.draw(stream), stream.between(1000 - swing, 1000 + swing)
    bought = state.lab.bought.get(name, 0) if state.lab.bought_day == day else 0
    return Supply(left=max(0, stock - bought), price_cents=max(1, rule.price_cents * swung // 1000))


def sold_here(state: State, rules: Rules) -> list[str]:
    """The ingredients that are sold where the player is, at this time of day."""
    here = site_here(state).kind
    return [
        name
        for name, rule in sorted(rules.ingredients.ingredients.items())
        if (rule.sold.place, rule.sold.phase) == (here, state.phase)
    ]
