"""Growths ripen and couriers arrive; at dawn rents fall due and couriers set out; at dawn and dusk parts decay."""

from bodybroker.generation.entities import Item
from bodybroker.kernel.ids import entity_id
from bodybroker.world.draft import Draft
from bodybroker.world.lab import couriers, events, routes, spoilage, warehouses
from bodybroker.world.lab.state import Growth
from bodybroker.world.state import State


def due(state: State) -> list[int]:
    """When growths are ready and couriers arrive."""
    lab = state.lab
    return [growth.ready_minute for growth in lab.growths.values()] + [trip.due_minute for trip in lab.trips.values()]


def step(draft: Draft) -> None:
    """What is ready, is grown; who is there, delivers."""
    for _, growth in sorted(draft.state.lab.growths.items()):
        if growth.item is None and growth.ready_minute <= draft.state.minute:
            draft.add(events.PartGrown(growth.growth_id, _grown(draft, growth)))
    couriers.arrive(draft)


def turn_phase(draft: Draft) -> None:
    """Half a day is over; dawn is when landlords and couriers start their day."""
    spoilage.age(draft)
    if draft.state.phase == "day":
        warehouses.collect_rents(draft)
        routes.serve(draft)


def _grown(draft: Draft, growth: Growth) -> Item:
    item_id = entity_id(draft.stream.substream(f"grown/{growth.growth_id}"))
    provenance = draft.provenance("lab")
    return Item(item_id, growth.part, growth.quality, provenance, contaminated=growth.contaminated)
