"""Growths ripen."""

from bodybroker.generation.entities import Item
from bodybroker.kernel.ids import entity_id
from bodybroker.world.draft import Draft
from bodybroker.world.lab import events
from bodybroker.world.lab.state import Growth
from bodybroker.world.state import State


def due(state: State) -> list[int]:
    """When growths are ready."""
    return [growth.ready_minute for growth in state.lab.growths.values()]


def step(draft: Draft) -> None:
    """What is ready, is grown."""
    for _, growth in sorted(draft.state.lab.growths.items()):
        if growth.item is None and growth.ready_minute <= draft.state.minute:
            draft.add(events.PartGrown(growth.growth_id, _grown(draft, growth)))


def turn_phase(draft: Draft) -> None:
    """A lab knows no night."""


def _grown(draft: Draft, growth: Growth) -> Item:
    item_id = entity_id(draft.stream.substream(f"grown/{growth.growth_id}"))
    return Item(item_id, growth.part, growth.quality, draft.provenance("lab"))
