"""At dawn, new bodies come in and alarms calm down."""

from bodybroker.generation.district import make_item
from bodybroker.kernel.ids import EntityId
from bodybroker.world.crime import events
from bodybroker.world.draft import Draft
from bodybroker.world.state import State


def due(state: State) -> list[int]:
    """Nothing between dawns."""
    return []


def step(draft: Draft) -> None:
    """Nothing between dawns."""


def turn_phase(draft: Draft) -> None:
    """At dawn, every morgue restocks."""
    if draft.state.phase == "day":
        for place_id, place in sorted(draft.state.places.items()):
            if place.site.kind == "morgue":
                _restock(draft, place_id)


def _restock(draft: Draft, place_id: EntityId) -> None:
    rule, recipe = draft.rules.morgue, draft.rules.recipe
    place = draft.state.places[place_id]
    stream = draft.stream.substream(f"restock/{draft.state.minute}/{place_id}")
    room = max(0, rule.capacity - len(place.stock))
    items = tuple(
        make_item(stream, recipe.weights, rule.quality, draft.provenance("morgue"))
        for _ in range(min(rule.restock.draw(stream), room))
    )
    resting = place.site.alarm
    alarm = resting + (place.alarm - resting) * rule.alarm_left_per_mille // 1000
    if items or alarm != place.alarm:
        draft.add(events.MorgueRestocked(place_id, items, alarm))
