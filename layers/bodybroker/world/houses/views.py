"""The houses through the player's eyes: territory and heads are public; the rest takes spies."""

from collections.abc import Iterator

import msgspec

from bodybroker.world.base import View, ordered
from bodybroker.world.commands import Command
from bodybroker.world.houses import commands, double_cross, relations, rumours
from bodybroker.world.houses.checks import peace_price, receives
from bodybroker.world.houses.state import House
from bodybroker.world.rules import Rules
from bodybroker.world.state import State
from bodybroker.world.wording import a, dollars


def view(state: State, rules: Rules) -> View:
    """Houses, quarters and rumours; what a house keeps secret only while the player's news of it is fresh."""
    houses = state.houses
    return {
        "houses": [_house(state, house, rules) for house in ordered(houses.houses)],
        "quarters": [
            {
                "quarter_id": quarter.quarter_id,
                "name": quarter.name,
                "house_id": quarter.house_id,
                "is_home": quarter.quarter_id == houses.home_id,
            }
            for quarter in ordered(houses.quarters)
        ],
        "rumours": [{"day": rumour.day + 1, "text": rumours.tell(rumour)} for rumour in reversed(houses.rumours)],
    }


def _house(state: State, house: House, rules: Rules) -> View:
    tie = relations.tie(state, house.house_id)
    return {
        "house_id": house.house_id,
        "name": house.name,
        "race": house.race,
        "leader": house.leader,
        "leader_id": house.leader_id,
        "standing": tie.standing,
        "hunt": relations.stage(tie.hunt, rules),
        "allied_until_day": tie.allied_until + 1 if relations.is_allied(state, house.house_id) else None,
        "debt_cents": tie.debt_cents,
        "betrayals": tie.betrayals,
        "favour": None if tie.favour is None else {"part": tie.favour.part, "until_day": tie.favour.until_day + 1},
        "secrets": _secrets(state, house) if relations.is_informed(state, house.house_id) else None,
    }


def _secrets(state: State, house: House) -> View:
    houses, house_id = state.houses, house.house_id
    return {
        "fresh_until_day": relations.tie(state, house_id).spied_until + 1,
        "ambition": house.ambition,
        "honour": house.honour,
        "cunning": house.cunning,
        "strength": house.strength,
        "wealth_cents": house.wealth_cents,
        "grudges": dict(sorted(houses.grudges.get(house_id, {}).items())),
        "treaties": [msgspec.to_builtins(treaty) for treaty in houses.treaties if house_id in treaty.houses],
        "intrigues": [
            msgspec.to_builtins(intrigue) for intrigue in ordered(houses.intrigues) if intrigue.house_id == house_id
        ],
    }


def candidates(state: State, rules: Rules) -> Iterator[tuple[Command, str]]:
    """Every command worth showing, allowed or not, with a title."""
    for house in ordered(state.houses.houses):
        if receives(state, house.house_id):
            yield from _with_house(state, house, rules)


def _with_house(state: State, house: House, rules: Rules) -> Iterator[tuple[Command, str]]:
    house_id, name, tie = house.house_id, house.name, relations.tie(state, house.house_id)
    least = rules.houses.tribute.least_cents
    yield (
        commands.PayTribute(type="pay_tribute", house_id=house_id, cents=least),
        f"Pay tribute to {name} (from {dollars(least)})",
    )
    yield commands.Ally(type="ally", house_id=house_id), f"Make a treaty with {name}"
    yield commands.Spy(type="spy", house_id=house_id), f"Spy on {name} ({dollars(rules.houses.spying.cents)})"
    if tie.hunt:
        point = peace_price(tie.betrayals, rules)
        price = min(point * tie.hunt, max(point, state.player.money_cents))
        yield (
            commands.MakePeace(type="make_peace", house_id=house_id, cents=price),
            f"Make peace with {name} ({dollars(price)})",
        )
    for ally_id in relations.allies(state):
        if ally_id != house_id:
            ally = state.houses.houses[ally_id].name
            reward = dollars(double_cross.reward_cents(state, house_id, rules))
            yield (
                commands.DoubleCross(type="double_cross", house_id=ally_id, for_house_id=house_id),
                f"Sell {ally} to {name} (for {reward})",
            )
    if tie.favour is not None:
        for item in ordered(state.player.inventory):
            if item.part == tie.favour.part:
                yield (
                    commands.DoFavour(type="do_favour", house_id=house_id, item_id=item.item_id),
                    f"Give {name} {a(item.part)} of quality {item.quality} as a favour",
                )
