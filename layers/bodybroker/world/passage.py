"""The passage of game time: growths ripen, offers run out, day turns to night, heat cools, wounds heal."""

from bodybroker.generation.district import make_item
from bodybroker.generation.entities import Item, Phase
from bodybroker.kernel.ids import EntityId, entity_id
from bodybroker.world import events
from bodybroker.world.draft import Draft
from bodybroker.world.rules import Clock
from bodybroker.world.state import Growth, State

MINUTES_PER_DAY = 1440


def phase_at(minute: int, clock: Clock) -> Phase:
    """Day or night at a minute of the game."""
    return "day" if clock.dawn_minute <= minute % MINUTES_PER_DAY < clock.dusk_minute else "night"


def pass_time(draft: Draft, minutes: int, *, hiding: bool = False) -> None:
    """Lets `minutes` pass, in steps from one happening to the next, each in its order. `hiding` cools and heals."""
    end = draft.state.minute + minutes
    while draft.state.minute < end:
        _advance(draft, min(end, _next_happening(draft.state, draft.rules.clock)), hiding)
        _ripen(draft)
        _expire(draft)
        _turn_phase(draft)


def _next_happening(state: State, clock: Clock) -> int:
    midnight = state.minute - state.minute % MINUTES_PER_DAY
    minutes = [midnight + clock.dawn_minute, midnight + clock.dusk_minute, midnight + MINUTES_PER_DAY]
    minutes += [growth.ready_minute for growth in state.growths.values()]
    minutes += [offer.expires_minute for offer in state.offers.values()]
    return min(minute for minute in minutes if minute > state.minute)


def _advance(draft: Draft, minute: int, hiding: bool) -> None:
    state, rules = draft.state, draft.rules
    cooling = rules.police.hiding_minutes_per_point if hiding else rules.police.cooling_minutes_per_point
    healed = _points(state.minute, minute, rules.player.healing_minutes_per_point) if hiding else 0
    draft.add(
        events.TimePassed(
            minutes=minute - state.minute,
            minute=minute,
            heat=max(0, state.player.heat - _points(state.minute, minute, cooling)),
            health=min(100, state.player.health + healed),
        )
    )


def _points(start: int, end: int, minutes_per_point: int) -> int:
    """Points gained between two minutes, counted on the world's clock: many short steps give what a long one gives."""
    return end // minutes_per_point - start // minutes_per_point


def _ripen(draft: Draft) -> None:
    for _, growth in sorted(draft.state.growths.items()):
        if growth.item is None and growth.ready_minute <= draft.state.minute:
            draft.add(events.PartGrown(growth.growth_id, _grown(draft, growth)))


def _grown(draft: Draft, growth: Growth) -> Item:
    item_id = entity_id(draft.stream.substream(f"grown/{growth.growth_id}"))
    return Item(item_id, growth.part, growth.quality, draft.provenance("lab"))


def _expire(draft: Draft) -> None:
    for _, offer in sorted(draft.state.offers.items()):
        if offer.expires_minute <= draft.state.minute:
            draft.add(events.OfferWithdrawn(offer.npc_id, "expired"))


def _turn_phase(draft: Draft) -> None:
    phase = phase_at(draft.state.minute, draft.rules.clock)
    if phase == draft.state.phase:
        return
    draft.add(events.PhaseChanged(phase, draft.state.minute))
    if phase == "night":
        _fill_purses(draft)
    else:
        for place_id, place in sorted(draft.state.places.items()):
            if place.site.kind == "morgue":
                _restock(draft, place_id)


def _fill_purses(draft: Draft) -> None:
    left = draft.state.city_cents
    amounts: dict[EntityId, int] = {}
    for npc_id, npc in sorted(draft.state.npcs.items()):
        amount = min(npc.character.wage_cents, npc.character.purse_cents - npc.purse_cents, left)
        if amount > 0:
            amounts[npc_id] = amount
            left -= amount
    if amounts:
        draft.add(events.PursesFilled(amounts))


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
