"""Morgues and hospitals: what they hold and how it is guarded."""

from bodybroker.generation.district import make_item
from bodybroker.generation.entities import PlaceKind
from bodybroker.kernel.ids import EntityId
from bodybroker.world.base import MINUTES_PER_DAY
from bodybroker.world.crime import events
from bodybroker.world.crime.rules import StoreRules
from bodybroker.world.draft import Draft
from bodybroker.world.rules import Rules
from bodybroker.world.state import Place


def rules_of(rules: Rules, kind: PlaceKind) -> StoreRules | None:
    """The rules of that kind of place; None where nothing is stored."""
    match kind:
        case "morgue":
            return rules.morgue
        case "hospital":
            return rules.hospital
        case _:
            return None


def restock(draft: Draft) -> None:
    """At dawn new bodies come in everywhere, by the day of the week, and alarms calm down."""
    deliveries = {}
    for place_id, place in sorted(draft.state.places.items()):
        rule = rules_of(draft.rules, place.site.kind)
        if rule is not None:
            delivery = _delivery(draft, place_id, place, rule)
            if delivery.items or delivery.alarm != place.alarm:
                deliveries[place_id] = delivery
    if deliveries:
        draft.add(events.StoresRestocked(deliveries))


def _delivery(draft: Draft, place_id: EntityId, place: Place, rule: StoreRules) -> events.Delivery:
    minute = draft.state.minute
    stream = draft.stream.substream(f"restock/{minute}/{place_id}")
    supply = rule.supply_per_mille[minute // MINUTES_PER_DAY % len(rule.supply_per_mille)]
    count = min(rule.restock.draw(stream) * supply // 1000, max(0, rule.capacity - len(place.stock)))
    provenance = draft.provenance(place.site.kind)
    items = tuple(make_item(stream, draft.rules.recipe.weights, rule.quality, provenance) for _ in range(count))
    resting = place.site.alarm
    return events.Delivery(items, resting + (place.alarm - resting) * rule.alarm_left_per_mille // 1000)
