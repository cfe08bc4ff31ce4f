"""Who still stands in a danger, on whose side, and what the player brings to it."""

from collections.abc import Iterable

from bodybroker.world.city import weather
from bodybroker.world.conflict.resolution import weakened
from bodybroker.world.conflict.rules import Terrain
from bodybroker.world.conflict.state import Danger, Fighter
from bodybroker.world.places import site_here
from bodybroker.world.powers import effects
from bodybroker.world.powers.rules import Ability
from bodybroker.world.rules import Rules
from bodybroker.world.state import State

YOU = "you"
"""The player's name among blows."""


def fighting(fighters: Iterable[Fighter]) -> list[Fighter]:
    """Those who still fight."""
    return [fighter for fighter in fighters if fighter.standing == "fighting"]


def fallen(danger: Danger) -> list[Fighter]:
    """The foes who lie there for good."""
    return [foe for foe in danger.foes if foe.standing == "down"]


def by_side(danger: Danger) -> list[list[Fighter]]:
    """The foes by side, sides in the order in which they appear."""
    sides: dict[str, list[Fighter]] = {}
    for foe in danger.foes:
        sides.setdefault(foe.side or danger.kind, []).append(foe)
    return list(sides.values())


def ability(state: State, rules: Rules, name: Ability) -> int:
    """Points of the player's ability: what the body can do with powers, before wounds."""
    own: int = getattr(rules.conflict.player, name)
    return own + effects.bonus(state, rules, name)


def hurt_ability(state: State, rules: Rules, name: Ability) -> int:
    """Points of the player's ability as far as wounds leave it."""
    return weakened(ability(state, rules, name), state.player.health, rules.conflict.combat)


def player_fighter(state: State, rules: Rules) -> Fighter:
    """The player as one who fights, and never runs without being told to."""
    return Fighter(
        name=YOU,
        strength=ability(state, rules, "strength"),
        speed=ability(state, rules, "speed"),
        nerve=100,
        health=state.player.health,
    )


def terrain(state: State, rules: Rules) -> Terrain:
    """What the place where the player is, the hour and the weather do to a fight."""
    kind, book = site_here(state).kind, rules.conflict
    place, hour = book.terrain[kind], book.phases[state.phase]
    unseen = 1000 - weather.effects(state, rules).visibility_per_mille if kind in book.open_air else 0
    return Terrain.model_construct(
        hide=place.hide + hour.hide + unseen * book.murk.hide // 1000,
        run=place.run + hour.run + unseen * book.murk.run // 1000,
        aim=place.aim + hour.aim + unseen * book.murk.aim // 1000,
        witnesses=place.witnesses + hour.witnesses + unseen * book.murk.witnesses // 1000,
    )


def asking_price_cents(state: State, rules: Rules, danger: Danger) -> int | None:
    """What they want for letting the player go; None where they cannot be bought."""
    price = rules.conflict.kinds[danger.kind].price_cents
    if price is None:
        return None
    charm = min(100, ability(state, rules, "charm"))
    total = price * len(fighting(danger.foes)) * (1000 - charm * rules.conflict.charm_discount_per_mille) // 1000
    return max(1, total + danger.stakes_cents)
