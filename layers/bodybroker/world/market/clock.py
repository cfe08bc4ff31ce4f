"""Offers run out; at dusk the market opens, at dawn the night's accounts are made up."""

from bodybroker.kernel.ids import EntityId
from bodybroker.world.draft import Draft
from bodybroker.world.market import arrivals, events, intermediaries, orders, prices
from bodybroker.world.rules import Rules
from bodybroker.world.state import State


def due(state: State) -> list[int]:
    """When offers run out."""
    return [offer.expires_minute for offer in state.market.offers.values()]


def step(draft: Draft) -> None:
    """Offers whose time has come are void."""
    for _, offer in sorted(draft.state.market.offers.items()):
        if offer.expires_minute <= draft.state.minute:
            draft.add(events.OfferWithdrawn(offer.npc_id, "expired"))


def turn_phase(draft: Draft) -> None:
    """At dusk moods, wages, newcomers and orders; at dawn what the night has brought."""
    if draft.state.phase == "night":
        if draft.state.market.demand:
            draft.add(events.DemandRecovered(prices.recovered(draft.state, draft.rules)))
        _cool_tempers(draft)
        _fill_purses(draft)
        arrivals.arrive(draft)
        orders.place(draft)
    else:
        intermediaries.sell_by_night(draft)
        orders.lapse(draft)
        _find_false_money(draft)


def _cool_tempers(draft: Draft) -> None:
    after: dict[tuple[str, str], str] = {}
    moods: dict[EntityId, str] = {}
    for npc_id, npc in draft.state.npcs.items():
        temper = npc.mood, npc.character.race
        if temper not in after:
            after[temper] = _next_mood(*temper, draft.rules)
        if after[temper] != npc.mood:
            moods[npc_id] = after[temper]
    if moods:
        draft.add(events.TempersCooled(dict(sorted(moods.items()))))


def _next_mood(mood: str, race: str, rules: Rules) -> str:
    rule, usual = rules.market.moods.get(mood), rules.races.races.get(race)
    if rule is not None and rule.next_day is not None:
        return rule.next_day
    return usual.mood if usual else mood


def _fill_purses(draft: Draft) -> None:
    wants: dict[EntityId, int] = {}
    for npc_id, npc in draft.state.npcs.items():
        lacks = npc.character.purse_cents - npc.purse_cents
        if lacks > 0 and npc.character.wage_cents > 0:
            wants[npc_id] = min(lacks, npc.character.wage_cents)
    left = draft.state.city_cents
    amounts: dict[EntityId, int] = {}
    for npc_id in sorted(wants):
        amount = min(wants[npc_id], left)
        if amount > 0:
            amounts[npc_id] = amount
            left -= amount
    if amounts:
        draft.add(events.PursesFilled(amounts))


def _find_false_money(draft: Draft) -> None:
    """By daylight the player sees what he was paid with."""
    notes = draft.state.market.false_notes
    if notes:
        lost_cents = min(sum(note.cents for note in notes), draft.state.player.money_cents)
        draft.add(events.FalseMoneyFound(notes, lost_cents))
