"""What its commands bring about."""

from bodybroker.kernel.ids import entity_id
from bodybroker.world.base import Decider
from bodybroker.world.draft import Draft
from bodybroker.world.lab import commands, events
from bodybroker.world.lab.checks import free_equipment
from bodybroker.world.lab.state import Equipment, Growth
from bodybroker.world.passage import pass_time


def _buy_equipment(draft: Draft, command: commands.BuyEquipment) -> None:
    rule = draft.rules.equipment
    bought = Equipment(
        equipment_id=entity_id(draft.stream.substream("equipment")),
        kind=command.equipment,
        growth_id=None,
        provenance=draft.provenance("shop"),
    )
    draft.add(events.EquipmentBought(bought, rule.equipment[command.equipment].price_cents))
    pass_time(draft, rule.buying_minutes)


def _grow_part(draft: Draft, command: commands.GrowPart) -> None:
    rule = draft.rules.parts.parts[command.part].growth
    assert rule is not None
    piece = free_equipment(draft.state, rule.equipment)
    assert piece is not None
    growth = Growth(
        growth_id=entity_id(draft.stream.substream("growth")),
        equipment_id=piece.equipment_id,
        part=command.part,
        quality=rule.quality.draw(draft.stream.substream("quality")),
        started_minute=draft.state.minute,
        ready_minute=draft.state.minute + rule.minutes,
        item=None,
    )
    draft.add(events.GrowthStarted(growth, rule.cost_cents))
    pass_time(draft, draft.rules.equipment.starting_minutes)


def _collect_part(draft: Draft, command: commands.CollectPart) -> None:
    item = draft.state.lab.growths[command.growth_id].item
    assert item is not None
    draft.add(events.PartCollected(command.growth_id, item.item_id))
    pass_time(draft, draft.rules.equipment.collecting_minutes)


DECIDERS: dict[type, Decider] = {
    commands.BuyEquipment: _buy_equipment,
    commands.GrowPart: _grow_part,
    commands.CollectPart: _collect_part,
}
