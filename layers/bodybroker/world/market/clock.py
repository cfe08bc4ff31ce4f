"""Offers run out; at dusk the city's paymasters fill the NPCs' purses."""

from bodybroker.kernel.ids import EntityId
from bodybroker.world.draft import Draft
from bodybroker.world.market import events
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
    """At dusk, wages."""
    if draft.state.phase == "night":
        _fill_purses(draft)


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
