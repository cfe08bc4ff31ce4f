"""Prices in talk: what the player asks, what an NPC offers, and what it gives its word on."""

from bodybroker.kernel.errors import Refused
from bodybroker.kernel.ids import EntityId
from bodybroker.world.base import PLAYER
from bodybroker.world.bonds.changes import change
from bodybroker.world.conditions import carried
from bodybroker.world.draft import Draft
from bodybroker.world.market import haggling, prices, worth
from bodybroker.world.market.checks import check_buyer, check_deals
from bodybroker.world.market.commands import Haggle
from bodybroker.world.market.events import OfferMade
from bodybroker.world.market.state import Offer
from bodybroker.world.proposals import Accept, CounterOffer, MakeOffer, Refuse
from bodybroker.world.rules import Rules
from bodybroker.world.state import Npc, State
from bodybroker.world.talk import events, intents
from bodybroker.world.talk.state import Ask


def ask(draft: Draft, npc_id: EntityId, intent: intents.NamePrice) -> None:
    """The player names a price. More than the NPC would pay anyway costs what haggling costs; far too much insults."""
    state, rules = draft.state, draft.rules
    item = carried(state, intent.item_id)
    npc = check_buyer(state, npc_id, item, rules)
    usual, most = prices.quote(state, npc, item, rules)[0], most_cents(state, npc, intent.item_id, rules)
    if intent.price_cents * 1000 > most * rules.market.haggle.insult_per_mille:
        haggle = Haggle(type="haggle", npc_id=npc_id, item_id=intent.item_id, ask_cents=intent.price_cents)
        haggling.take_offence(draft, haggle, npc, item)
        return
    expires = state.minute + rules.talk.ask_minutes
    asked = Ask(npc_id, item.item_id, item.part, worth.quality(item), intent.price_cents, most, expires)
    draft.add(events.PriceAsked(asked))
    if intent.price_cents > usual:
        change(draft, npc_id, PLAYER, "haggled", trust=-rules.customers.trust.haggled)


def most_cents(state: State, npc: Npc, item_id: EntityId, rules: Rules) -> int:
    """The most that the NPC gives tonight for an item of the bag that it wants."""
    item = state.player.inventory[item_id]
    return max(prices.quote(state, npc, item, rules)[0], haggling.limit(state, npc, item, rules))


def on_the_table(state: State, npc_id: EntityId) -> Ask:
    """What the player asks of the NPC; raises Refused where he asks nothing, or has nothing to give for it."""
    asked = state.talk.asks.get(npc_id)
    if asked is None or asked.item_id not in state.player.inventory:
        raise Refused("nothing_asked", "The player has named no price.")
    return asked


def make_offer(draft: Draft, diff: MakeOffer) -> None:
    """An offer, for any part of that kind."""
    npc = draft.state.npcs[EntityId(diff.npc_id)]
    check_price(draft.state, npc, diff.part, diff.price_cents, draft.rules)
    _give_word(draft, npc, diff.part, diff.price_cents, quality=0)


def counter(draft: Draft, diff: CounterOffer) -> None:
    """Less than was asked, for what was shown."""
    npc = draft.state.npcs[EntityId(diff.npc_id)]
    asked = on_the_table(draft.state, npc.character.npc_id)
    if diff.price_cents >= asked.price_cents:
        raise Refused("not_lower", "A counter-offer is below what was asked.")
    check_price(draft.state, npc, asked.part, diff.price_cents, draft.rules)
    draft.add(events.AskEnded(asked.npc_id, "countered"))
    _give_word(draft, npc, asked.part, diff.price_cents, asked.quality)


def accept(draft: Draft, diff: Accept) -> None:
    """A deal: the NPC's word at the price of the player, who can hand over the goods for it."""
    state, npc = draft.state, draft.state.npcs[EntityId(diff.npc_id)]
    asked = on_the_table(state, npc.character.npc_id)
    check_deals(state, npc, draft.rules)
    if asked.price_cents > asked.most_cents:
        raise Refused("asked_too_much", f"{npc.character.name} does not pay that much tonight.")
    if asked.price_cents > npc.purse_cents:
        raise Refused("price_above_purse", f"{npc.character.name} does not have that much money.")
    draft.add(events.AskEnded(asked.npc_id, "accepted"))
    _give_word(draft, npc, asked.part, asked.price_cents, asked.quality)


def refuse(draft: Draft, diff: Refuse) -> None:
    """No deal: what the player asked is off the table."""
    asked = on_the_table(draft.state, EntityId(diff.npc_id))
    draft.add(events.AskEnded(asked.npc_id, "refused"))


def check_price(state: State, npc: Npc, part: str, cents: int, rules: Rules) -> None:
    """Raises Refused where the NPC would or could not pay that for such a part."""
    taste = npc.character.tastes.get(part)
    check_deals(state, npc, rules)
    if taste is None:
        raise Refused("part_not_wanted", f"{npc.character.name} does not want that part.")
    if cents <= 0:
        raise Refused("price_not_positive", "A price is above zero.")
    if cents < taste.floor_cents:
        raise Refused("price_below_floor", f"{npc.character.name} would not name a price that low.")
    if cents > taste.cap_cents:
        raise Refused("price_above_cap", f"{npc.character.name} would never pay that much.")
    if cents > npc.purse_cents:
        raise Refused("price_above_purse", f"{npc.character.name} does not have that much money.")


def _give_word(draft: Draft, npc: Npc, part: str, cents: int, quality: int) -> None:
    expires = draft.state.minute + draft.rules.market.offer_minutes
    draft.add(OfferMade(Offer(npc.character.npc_id, part, cents, expires, quality)))
