"""Decay and contamination: what half a day does to every part that lies about. Parts in morgues and vats keep."""

from collections.abc import Iterator

from bodybroker.generation.entities import Item
from bodybroker.kernel.ids import EntityId
from bodybroker.world.base import ordered
from bodybroker.world.city.weather import effects
from bodybroker.world.draft import Draft
from bodybroker.world.lab import events, parts, storage
from bodybroker.world.rules import Rules
from bodybroker.world.state import State


def age(draft: Draft) -> None:
    """Dawn or dusk: parts lose freshness, rot away, infect each other."""
    freshness: dict[EntityId, int] = {}
    infected: list[EntityId] = []
    rotten: list[EntityId] = []
    weather = effects(draft.state, draft.rules).spoilage_per_mille
    for name, lying in _piles(draft.state, draft.rules):
        for item, decay_per_mille in lying:
            lost = draft.rules.parts.parts[item.part].decay * decay_per_mille * weather // 1_000_000
            if item.freshness <= lost:
                rotten.append(item.item_id)
            elif lost:
                freshness[item.item_id] = item.freshness - lost
        infected += _infected(draft, name, [item for item, _ in lying], rotten)
    if freshness or infected or rotten:
        draft.add(events.PartsAged(freshness, tuple(infected), tuple(rotten)))


def _piles(state: State, rules: Rules) -> Iterator[tuple[str, list[tuple[Item, int]]]]:
    """What lies together, by the name of its place, each item with the share of its decay that is left there."""
    bag = rules.storage.bag_decay_per_mille
    yield "bag", [(item, bag) for item in ordered(state.player.inventory)]
    for trip_id, trip in sorted(state.lab.trips.items()):
        yield trip_id, [(item, bag) for item in ordered(trip.items)]
    for place_id, store in sorted(state.lab.stores.items()):
        yield place_id, _shelved(state, place_id, ordered(store.items), rules)
    ice = rules.storage.consigned_decay_per_mille
    for npc_id, seller in sorted(state.market.intermediaries.items()):
        yield npc_id, [(item, ice) for item in ordered(seller.stock)]


def _shelved(state: State, place_id: EntityId, items: list[Item], rules: Rules) -> list[tuple[Item, int]]:
    """The dearest parts lie coldest; what finds no room (a piece was lost) lies on the warmest shelf."""
    shelves = storage.shelves(state, place_id, rules)
    slots = [shelf.decay_per_mille for shelf in shelves for _ in range(shelf.room)]
    slots += [slots[-1]] * max(0, len(items) - len(slots))
    return list(zip(parts.by_worth(items, rules), slots, strict=False))


def _infected(draft: Draft, name: str, items: list[Item], rotten: list[EntityId]) -> list[EntityId]:
    """Those of a pile that catch the contamination of others in it."""
    rule = draft.rules.storage.contamination
    if not any(item.contaminated for item in items):
        return []
    gone = set(rotten)
    clean = sorted(item.item_id for item in items if not item.contaminated and item.item_id not in gone)
    if not clean:
        return []
    stream = draft.stream.substream(f"infection/{draft.state.minute}/{name}")
    exposed = stream.sample(clean, min(rule.spread_limit, len(clean)))
    return [item_id for item_id in exposed if stream.chance(rule.spread_per_mille)]
