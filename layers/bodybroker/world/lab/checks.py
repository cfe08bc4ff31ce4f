"""The rules that forbid its commands."""

from collections.abc import Collection

from bodybroker.kernel.errors import Refused
from bodybroker.kernel.ids import EntityId
from bodybroker.world.base import Check
from bodybroker.world.conditions import check_bag, check_hideout, check_money, check_phase, check_street_by_day
from bodybroker.world.lab import commands, craft, equipment, ingredients, storage, supply_checks, treatment
from bodybroker.world.lab.state import Equipment
from bodybroker.world.places import hideout_id, site_here
from bodybroker.world.rules import Rules
from bodybroker.world.state import State
from bodybroker.world.wording import words


def _buy_equipment(state: State, command: commands.BuyEquipment, rules: Rules) -> None:
    wanted = rules.equipment.equipment.get(command.equipment)
    if wanted is None:
        raise Refused("unknown_equipment", "Nobody sells equipment of that name.")
    if command.grade not in rules.equipment.grades:
        raise Refused("unknown_grade", "Nobody sells equipment of that grade.")
    check_street_by_day(state, "Lab equipment is sold")
    if sum(piece.kind == command.equipment for piece in state.lab.equipment.values()) >= wanted.limit:
        raise Refused("equipment_limit", "The hideout has no room for another one.")
    check_money(state, equipment.price_cents(command.equipment, command.grade, rules))


def _idle_piece(state: State, equipment_id: EntityId) -> Equipment:
    """A piece of the lab that one may take apart; the player stands in front of it."""
    piece = state.lab.equipment.get(equipment_id)
    if piece is None:
        raise Refused("unknown_equipment", "There is no equipment of that id in the lab.")
    check_hideout(state)
    if piece.growth_id is not None:
        raise Refused("equipment_busy", "Something grows in it.")
    return piece


def _repair_equipment(state: State, command: commands.RepairEquipment, rules: Rules) -> None:
    piece = _idle_piece(state, command.equipment_id)
    if piece.wear == 0:
        raise Refused("not_worn", f"The {words(piece.kind)} needs no repair.")
    check_money(state, craft.repair_cents(piece, rules))


def _clean_equipment(state: State, command: commands.CleanEquipment, rules: Rules) -> None:
    piece = _idle_piece(state, command.equipment_id)
    if piece.dirt == 0:
        raise Refused("not_dirty", f"The {words(piece.kind)} is clean.")
    check_money(state, rules.equipment.cleaning.price_cents)


def _sell_equipment(state: State, command: commands.SellEquipment, rules: Rules) -> None:
    piece = _idle_piece(state, command.equipment_id)
    cold = rules.equipment.equipment[piece.kind].cold
    if cold is not None and storage.room(state, hideout_id(state), rules) < cold.room:
        raise Refused("stash_full", "What lies cold in it would find no room.")


def _grow_part(state: State, command: commands.GrowPart, rules: Rules) -> None:
    part = rules.parts.parts.get(command.part)
    if part is None:
        raise Refused("unknown_part", "There is no body part of that name.")
    if part.growth is None:
        raise Refused("part_not_growable", "That part cannot be grown in a lab.")
    check_hideout(state)
    equipment.check_free(state, part.growth.equipment, rules)
    check_money(state, part.growth.cost_cents)


def _collect_part(state: State, command: commands.CollectPart, rules: Rules) -> None:
    growth = state.lab.growths.get(command.growth_id)
    if growth is None:
        raise Refused("unknown_growth", "Nothing of that id grows in the lab.")
    check_hideout(state)
    if growth.item is None:
        minutes = growth.ready_minute - state.minute
        raise Refused("growth_not_ready", f"It needs another {minutes} minutes.", ready_minute=growth.ready_minute)
    check_bag(state, rules)


def _buy_ingredient(state: State, command: commands.BuyIngredient, rules: Rules) -> None:
    rule = rules.ingredients.ingredients.get(command.ingredient)
    if rule is None:
        raise Refused("unknown_ingredient", "Nobody sells an ingredient of that name.")
    if site_here(state).kind != rule.sold.place:
        raise Refused("not_sold_here", f"That is sold at the {rule.sold.place}.")
    check_phase(state, rule.sold.phase, f"That is sold by {rule.sold.phase} only.")
    if command.count > rules.ingredients.buying_limit:
        raise Refused("too_many", f"At most {rules.ingredients.buying_limit} at a time.")
    supply = ingredients.supply(state, command.ingredient, rules)
    if command.count > supply.left:
        raise Refused("sold_out", f"There are {supply.left} left until the next dawn.", left=supply.left)
    check_money(state, supply.price_cents * command.count)


def _treat_part(state: State, command: commands.TreatPart, rules: Rules) -> None:
    recipe = rules.recipes.recipes.get(command.recipe)
    if recipe is None:
        raise Refused("unknown_recipe", "There is no recipe of that name.")
    item = treatment.at_hand(state, command.item_id)
    if item is None:
        raise Refused("unknown_item", "Neither your bag nor the hideout's stash holds anything of that id.")
    check_hideout(state)
    if item.treated_for is not None:
        raise Refused("already_treated", f"It was treated for a {item.treated_for} already.")
    _check_ingredients(recipe.ingredients, state)
    equipment.check_free(state, recipe.equipment, rules)


def _check_ingredients(needed: dict[str, int], state: State) -> None:
    missing: Collection[str] = [
        f"{count} {words(name)}" for name, count in sorted(needed.items()) if state.lab.ingredients.get(name, 0) < count
    ]
    if missing:
        raise Refused("ingredients_missing", f"The recipe asks for {', '.join(missing)}.")


CHECKS: dict[type, Check] = {
    commands.BuyEquipment: _buy_equipment,
    commands.RepairEquipment: _repair_equipment,
    commands.CleanEquipment: _clean_equipment,
    commands.SellEquipment: _sell_equipment,
    commands.GrowPart: _grow_part,
    commands.CollectPart: _collect_part,
    commands.BuyIngredient: _buy_ingredient,
    commands.TreatPart: _treat_part,
    **supply_checks.CHECKS,
}
