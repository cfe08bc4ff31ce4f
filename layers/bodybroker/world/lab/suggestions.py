"""The commands of the lab that are worth showing: what concerns this place and what is owned."""

from collections.abc import Iterable, Iterator

from bodybroker.generation.entities import Item
from bodybroker.kernel.ids import EntityId
from bodybroker.world.base import ordered
from bodybroker.world.commands import Command
from bodybroker.world.lab import commands, craft, ingredients, parts, routes, storage
from bodybroker.world.lab.equipment import price_cents
from bodybroker.world.places import site_here
from bodybroker.world.rules import Rules
from bodybroker.world.state import State
from bodybroker.world.wording import a, dollars, words

Suggestions = Iterator[tuple[Command, str]]


def lab(state: State, rules: Rules) -> Suggestions:
    """Equipment and what grows in it."""
    for kind in sorted(rules.equipment.equipment):
        for grade in sorted(rules.equipment.grades) if site_here(state).kind == "street" else ["standard"]:
            title = f"Buy {a(grade)} {words(kind)} for {dollars(price_cents(kind, grade, rules))}"
            yield commands.BuyEquipment(type="buy_equipment", equipment=kind, grade=grade), title
    for part, rule in sorted(rules.parts.parts.items()):
        if rule.growth is not None:
            title = f"Grow {a(part)} ({rule.growth.minutes} min, {dollars(rule.growth.cost_cents)})"
            yield commands.GrowPart(type="grow_part", part=part), title
    for growth in ordered(state.lab.growths):
        title = f"Collect the {words(growth.part)}"
        yield commands.CollectPart(type="collect_part", growth_id=growth.growth_id), title
    if site_here(state).kind == "hideout":
        yield from _upkeep(state, rules)


def _upkeep(state: State, rules: Rules) -> Suggestions:
    for piece in ordered(state.lab.equipment):
        if piece.wear:
            title = (
                f"Repair the {words(piece.kind)} (wear {piece.wear}) for {dollars(craft.repair_cents(piece, rules))}"
            )
            yield commands.RepairEquipment(type="repair_equipment", equipment_id=piece.equipment_id), title
        if piece.dirt:
            price = dollars(rules.equipment.cleaning.price_cents)
            title = f"Scrub the {words(piece.kind)} (dirt {piece.dirt}) for {price}"
            yield commands.CleanEquipment(type="clean_equipment", equipment_id=piece.equipment_id), title
        title = f"Sell the {words(piece.kind)} for {dollars(craft.resale_cents(piece, rules))}"
        yield commands.SellEquipment(type="sell_equipment", equipment_id=piece.equipment_id), title


def treatments(state: State, rules: Rules) -> Suggestions:
    """Ingredients that are sold here, and recipes for which there is equipment."""
    for name in ingredients.sold_here(state, rules):
        supply = ingredients.supply(state, name, rules)
        title = f"Buy {words(name)} for {dollars(supply.price_cents)} ({supply.left} left)"
        yield commands.BuyIngredient(type="buy_ingredient", ingredient=name, count=1), title
    if site_here(state).kind != "hideout":
        return
    kinds = {piece.kind for piece in state.lab.equipment.values()}
    known = [(name, recipe) for name, recipe in sorted(rules.recipes.recipes.items()) if recipe.equipment in kinds]
    at_hand = [*ordered(state.player.inventory), *storage.in_hideout(state)]
    for item in _best_of_each(item for item in at_hand if item.treated_for is None):
        for name, recipe in known:
            title = f"Treat the {words(item.part)} (quality {item.quality}) for {a(recipe.race)}: {words(name)}"
            yield commands.TreatPart(type="treat_part", item_id=item.item_id, recipe=name), title


def _best_of_each(items: Iterable[Item]) -> list[Item]:
    """Of each kind of part the one in the best condition: a stash may hold hundreds."""
    best: dict[str, tuple[int, Item]] = {}
    for item in items:
        condition = parts.condition(item)
        if item.part not in best or condition > best[item.part][0]:
            best[item.part] = condition, item
    return [best[part][1] for part in sorted(best)]


def stashes(state: State, rules: Rules) -> Suggestions:
    """Putting away and taking out, and warehouses."""
    here = state.player.place_id
    if site_here(state).kind == "warehouse":
        rent, price = dollars(rules.storage.rent_cents), dollars(rules.storage.price_cents)
        yield commands.RentWarehouse(type="rent_warehouse", place_id=here), f"Rent this warehouse for {rent} a day"
        yield commands.BuyWarehouse(type="buy_warehouse", place_id=here), f"Buy this warehouse for {price}"
        yield commands.LeaveWarehouse(type="leave_warehouse", place_id=here), "Give up this warehouse"
    if not storage.is_store(state, here):
        return
    bag = ordered(state.player.inventory)
    everything = tuple(item.item_id for item in bag)[: rules.storage.handling_limit]
    if len(everything) > 1:
        yield commands.StoreItem(type="store_item", item_ids=everything), f"Put away {len(everything)} parts"
    for item in bag:
        yield commands.StoreItem(type="store_item", item_ids=(item.item_id,)), f"Put away the {_described(item)}"
    for item in _best_of_each(storage.stored(state, here)):
        yield commands.TakeItem(type="take_item", item_ids=(item.item_id,)), f"Take the {_described(item)}"


def _described(item: Item) -> str:
    return f"{words(item.part)} (quality {parts.condition(item)}{', contaminated' if item.contaminated else ''})"


def supply(state: State, rules: Rules) -> Suggestions:
    """Couriers between stashes, and supply routes."""
    own, here = storage.stashes(state), state.player.place_id
    load = rules.couriers.load
    for from_place in own:
        carried = tuple(item.item_id for item in storage.stored(state, from_place)[:load])
        for to_place in own:
            if from_place != to_place and carried:
                title = f"Send a courier with {len(carried)} parts {_way(state, from_place, to_place)}"
                yield (
                    commands.SendCourier(
                        type="send_courier", from_place=from_place, to_place=to_place, item_ids=carried
                    ),
                    title,
                )
    contacts = [here] if site_here(state).kind in routes.CONTACTS else []
    running = {(route.from_place, route.to_place) for route in state.lab.routes.values()}
    for from_place in [*contacts, *own]:
        for to_place in own:
            if from_place != to_place and (from_place, to_place) not in running:
                price = dollars(routes.contact_cents(state, from_place, rules))
                title = f"Have parts brought every dawn {_way(state, from_place, to_place)} ({price})"
                yield (
                    commands.OpenSupplyRoute(
                        type="open_supply_route", from_place=from_place, to_place=to_place, count=load
                    ),
                    title,
                )
    for route in ordered(state.lab.routes):
        title = f"Close the supply route {_way(state, route.from_place, route.to_place)}"
        yield commands.CloseSupplyRoute(type="close_supply_route", route_id=route.route_id), title


def _way(state: State, from_place: EntityId, to_place: EntityId) -> str:
    return f"from {state.places[from_place].site.name} to {state.places[to_place].site.name}"
