"""What its events do to a state."""

from msgspec.structs import replace

from bodybroker.world.base import Applier, Changes, without
from bodybroker.world.lab import events
from bodybroker.world.state import State, paid


def _equipment_bought(state: State, event: events.EquipmentBought) -> Changes:
    lab = state.lab
    return {
        **paid(state, event.price_cents),
        "lab": replace(lab, equipment=lab.equipment | {event.equipment.equipment_id: event.equipment}),
    }


def _growth_started(state: State, event: events.GrowthStarted) -> Changes:
    growth, lab = event.growth, state.lab
    busy = replace(lab.equipment[growth.equipment_id], growth_id=growth.growth_id)
    return {
        **paid(state, event.price_cents),
        "lab": replace(
            lab,
            equipment=lab.equipment | {growth.equipment_id: busy},
            growths=lab.growths | {growth.growth_id: growth},
        ),
    }


def _part_grown(state: State, event: events.PartGrown) -> Changes:
    grown = replace(state.lab.growths[event.growth_id], item=event.item)
    tally = replace(state.tally, parts_grown=state.tally.parts_grown + 1)
    return {"lab": replace(state.lab, growths=state.lab.growths | {event.growth_id: grown}), "tally": tally}


def _part_collected(state: State, event: events.PartCollected) -> Changes:
    lab = state.lab
    growth = lab.growths[event.growth_id]
    assert growth.item is not None
    free = replace(lab.equipment[growth.equipment_id], growth_id=None)
    inventory = state.player.inventory | {event.item_id: growth.item}
    return {
        "lab": replace(
            lab,
            growths=without(lab.growths, [event.growth_id]),
            equipment=lab.equipment | {growth.equipment_id: free},
        ),
        "player": replace(state.player, inventory=inventory),
    }


APPLIERS: dict[type, Applier] = {
    events.EquipmentBought: _equipment_bought,
    events.GrowthStarted: _growth_started,
    events.PartGrown: _part_grown,
    events.PartCollected: _part_collected,
}
