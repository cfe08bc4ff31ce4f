"""The rules that forbid its commands."""

from bodybroker.kernel.errors import Refused
from bodybroker.kernel.ids import EntityId
from bodybroker.world.base import Check
from bodybroker.world.conditions import carried, check_money, check_phase, locals_of, met
from bodybroker.world.houses import commands, relations
from bodybroker.world.places import site_here
from bodybroker.world.rules import Rules
from bodybroker.world.state import State, today
from bodybroker.world.wording import a, words


def receives(state: State, house_id: EntityId) -> bool:
    """Whether somebody of a house can be met where the player is, at the right time of day."""
    if site_here(state).kind == "street":
        return True
    return any(relations.house_of(state, npc.character.npc_id) == house_id for npc in locals_of(state))


def _check_house(state: State, house_id: EntityId) -> None:
    if house_id not in state.houses.houses:
        raise Refused("unknown_house", "There is no house of that id in this city.")


def _check_audience(state: State, house_id: EntityId) -> None:
    """At night, in the street where envoys walk, or before a member of the house."""
    _check_house(state, house_id)
    check_phase(state, "night", "The houses receive at night only.")
    if site_here(state).kind == "street":
        return
    if all(relations.house_of(state, npc.character.npc_id) != house_id for npc in met(state)):
        name = state.houses.houses[house_id].name
        raise Refused("no_audience", f"Nobody of {name} is here; their envoys walk the street at night.")


def _pay_tribute(state: State, command: commands.PayTribute, rules: Rules) -> None:
    _check_audience(state, command.house_id)
    tribute, tie = rules.houses.tribute, relations.tie(state, command.house_id)
    if command.cents < tribute.least_cents:
        raise Refused("too_little", "An envoy does not open a purse that light.", least_cents=tribute.least_cents)
    if tie.standing >= tribute.standing_limit and not tie.debt_cents:
        raise Refused("money_impresses_nobody", "They think well of you; more money would not make it better.")
    check_money(state, command.cents)


def _ally(state: State, command: commands.Ally, rules: Rules) -> None:
    _check_audience(state, command.house_id)
    alliance, tie = rules.houses.alliance, relations.tie(state, command.house_id)
    name = state.houses.houses[command.house_id].name
    if relations.is_allied(state, command.house_id):
        raise Refused("already_allied", f"{name} has a treaty with you.", until_day=tie.allied_until)
    if state.rank in alliance.barred_ranks:
        raise Refused("rank_too_low", f"{name} does not treat with {a(state.rank)}.")
    if relations.stage(tie.hunt, rules) is not None:
        raise Refused("hunted", f"{name} hunts you: make peace first.")
    if tie.standing < alliance.standing:
        raise Refused("standing_too_low", f"{name} does not know you well enough.", least_standing=alliance.standing)
    if len(relations.allies(state)) >= alliance.limit:
        raise Refused("too_many_alliances", "Nobody can keep that many promises.", limit=alliance.limit)


def _spy(state: State, command: commands.Spy, rules: Rules) -> None:
    _check_audience(state, command.house_id)
    if relations.is_informed(state, command.house_id):
        raise Refused("already_informed", "Your spies' news is still fresh.")
    check_money(state, rules.houses.spying.cents)


def _double_cross(state: State, command: commands.DoubleCross, rules: Rules) -> None:
    _check_audience(state, command.for_house_id)
    _check_house(state, command.house_id)
    if command.house_id == command.for_house_id:
        raise Refused("same_house", "Nobody buys what they know already.")
    if not relations.is_allied(state, command.house_id):
        raise Refused("not_allied", "You can only sell those who trust you.")
    if relations.is_allied(state, command.for_house_id):
        raise Refused("buyer_allied", "A friend would wonder what you say of them.")
    buyer = relations.tie(state, command.for_house_id)
    if relations.stage(buyer.hunt, rules) not in (None, "watched"):
        raise Refused("hunted", "They would take your head and keep the money: make peace first.")


def _make_peace(state: State, command: commands.MakePeace, rules: Rules) -> None:
    _check_audience(state, command.house_id)
    tie = relations.tie(state, command.house_id)
    if not tie.hunt:
        raise Refused("not_hunted", f"{state.houses.houses[command.house_id].name} has nothing against you.")
    least = peace_price(tie.betrayals, rules)
    if command.cents < least:
        raise Refused("too_little", "That is no price for peace.", least_cents=least)
    check_money(state, min(command.cents, least * tie.hunt))


def peace_price(betrayals: int, rules: Rules) -> int:
    """Cents for one point of a hunt."""
    return rules.hunted.peace.cents_per_point * (1 + betrayals)


def _do_favour(state: State, command: commands.DoFavour, rules: Rules) -> None:
    item = carried(state, command.item_id)
    _check_audience(state, command.house_id)
    favour = relations.tie(state, command.house_id).favour
    if favour is None or favour.until_day <= today(state):
        raise Refused("no_favour", f"{state.houses.houses[command.house_id].name} has not asked you for anything.")
    if item.part != favour.part:
        raise Refused("part_not_wanted", f"They asked for {a(favour.part)}, not {a(words(item.part))}.")


CHECKS: dict[type, Check] = {
    commands.PayTribute: _pay_tribute,
    commands.Ally: _ally,
    commands.Spy: _spy,
    commands.DoubleCross: _double_cross,
    commands.MakePeace: _make_peace,
    commands.DoFavour: _do_favour,
}
