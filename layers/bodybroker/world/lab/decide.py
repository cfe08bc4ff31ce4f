"""What its commands bring about."""

from bodybroker.kernel.ids import entity_id
from bodybroker.world.base import Decider
from bodybroker.world.draft import Draft
from bodybroker.world.lab import (
    commands,
    couriers,
    craft,
    equipment,
    events,
    ingredients,
    routes,
    treatment,
    warehouses,
)
from bodybroker.world.lab.state import Growth
from bodybroker.world.passage import pass_time


def _repair_equipment(draft: Draft, command: commands.RepairEquipment) -> None:
    price = craft.repair_cents(draft.state.lab.equipment[command.equipment_id], draft.rules)
    draft.add(events.EquipmentRepaired(command.equipment_id, price))
    pass_time(draft, draft.rules.equipment.repair.minutes)


def _clean_equipment(draft: Draft, command: commands.CleanEquipment) -> None:
    rule = draft.rules.equipment.cleaning
    draft.add(events.EquipmentCleaned(command.equipment_id, rule.price_cents))
    pass_time(draft, rule.minutes)


def _sell_equipment(draft: Draft, command: commands.SellEquipment) -> None:
    piece = draft.state.lab.equipment[command.equipment_id]
    draft.add(events.EquipmentSold(command.equipment_id, craft.resale_cents(piece, draft.rules)))
    pass_time(draft, draft.rules.equipment.buying_minutes)


def _grow_part(draft: Draft, command: commands.GrowPart) -> None:
    state, rules = draft.state, draft.rules
    rule = rules.parts.parts[command.part].growth
    assert rule is not None
    piece = equipment.best_free(state, rule.equipment, rules)
    assert piece is not None
    stream = draft.stream.substream("growth")
    growth = Growth(
        growth_id=entity_id(stream),
        equipment_id=piece.equipment_id,
        part=command.part,
        quality=craft.quality(rule.quality.draw(stream), craft.with_crew(state, piece, rules)),
        started_minute=state.minute,
        ready_minute=state.minute + rule.minutes,
        item=None,
        contaminated=craft.contaminates(piece, rules, stream),
    )
    draft.add(events.GrowthStarted(growth, rule.cost_cents, *craft.used(piece, rules)))
    pass_time(draft, rules.equipment.starting_minutes)


def _collect_part(draft: Draft, command: commands.CollectPart) -> None:
    item = draft.state.lab.growths[command.growth_id].item
    assert item is not None
    draft.add(events.PartCollected(command.growth_id, item.item_id))
    pass_time(draft, draft.rules.equipment.collecting_minutes)


def _buy_ingredient(draft: Draft, command: commands.BuyIngredient) -> None:
    state, rules = draft.state, draft.rules
    price = ingredients.supply(state, command.ingredient, rules).price_cents * command.count
    day = ingredients.dealers_day(state, rules)
    draft.add(events.IngredientsBought(command.ingredient, command.count, price, day))
    pass_time(draft, rules.ingredients.buying_minutes)


def _store_item(draft: Draft, command: commands.StoreItem) -> None:
    draft.add(events.ItemsStored(draft.state.player.place_id, tuple(command.item_ids)))
    pass_time(draft, draft.rules.storage.handling_minutes)


def _take_item(draft: Draft, command: commands.TakeItem) -> None:
    draft.add(events.ItemsTaken(draft.state.player.place_id, tuple(command.item_ids)))
    pass_time(draft, draft.rules.storage.handling_minutes)


def _send_courier(draft: Draft, command: commands.SendCourier) -> None:
    couriers.send(draft, command)
    pass_time(draft, draft.rules.storage.handling_minutes)


def _close_supply_route(draft: Draft, command: commands.CloseSupplyRoute) -> None:
    draft.add(events.RouteClosed(command.route_id))


DECIDERS: dict[type, Decider] = {
    commands.BuyEquipment: equipment.buy,
    commands.RepairEquipment: _repair_equipment,
    commands.CleanEquipment: _clean_equipment,
    commands.SellEquipment: _sell_equipment,
    commands.GrowPart: _grow_part,
    commands.CollectPart: _collect_part,
    commands.BuyIngredient: _buy_ingredient,
    commands.TreatPart: treatment.treat,
    commands.StoreItem: _store_item,
    commands.TakeItem: _take_item,
    commands.RentWarehouse: warehouses.rent,
    commands.BuyWarehouse: warehouses.buy,
    commands.LeaveWarehouse: warehouses.leave,
    commands.SendCourier: _send_courier,
    commands.OpenSupplyRoute: routes.open_route,
    commands.CloseSupplyRoute: _close_supply_route,
}
