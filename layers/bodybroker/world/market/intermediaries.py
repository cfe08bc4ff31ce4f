"""Intermediaries: NPCs who sell for the player by night, take a share, skim, and may make off with the goods."""

from bodybroker.generation.entities import Item
from bodybroker.kernel.ids import EntityId
from bodybroker.world.base import MINUTES_PER_DAY, PLAYER, ordered
from bodybroker.world.bonds.between import bond
from bodybroker.world.bonds.changes import change
from bodybroker.world.city.difficulty import scaled
from bodybroker.world.draft import Draft
from bodybroker.world.empire import crew
from bodybroker.world.houses import relations
from bodybroker.world.market import events, prices, worth
from bodybroker.world.market.state import Intermediary
from bodybroker.world.rules import Rules
from bodybroker.world.state import Npc, State

HIGHEST_TIER = 3
UNKNOWN = 100


def slots(state: State, rules: Rules) -> int:
    """How many intermediaries a player of this rank may have."""
    return rules.intermediaries.slots.get(state.rank, rules.intermediaries.slots_otherwise)


def asked_share(npc: Npc, rules: Rules) -> int:
    """The share that the NPC wants, per mille: the cleverer, the more."""
    share = rules.intermediaries.share_base_per_mille
    return min(share + npc.character.guide.intelligence * rules.intermediaries.share_per_intelligence, 1000)


def buyers(npc: Npc, part: str, rules: Rules) -> list[str]:
    """The races that the NPC can sell such a part to, those who pay most first."""
    tier = rules.customers.races[npc.character.race].tier
    if npc.character.guide.intelligence >= rules.intermediaries.reach_intelligence:
        tier = min(tier + 1, HIGHEST_TIER)
    races = rules.races.races
    wanting = [
        name
        for name, clientele in sorted(rules.customers.races.items())
        if clientele.tier <= tier and part in races[name].appetite
    ]
    return sorted(wanting, key=lambda name: -races[name].appetite[part])


def sell_by_night(draft: Draft) -> None:
    """At dawn: what all intermediaries sold, who made off, what the accountant found."""
    sales = [sale for seller in _sellers(draft.state) for sale in _sales(draft, seller)]
    left, paid = draft.state.city_cents, []
    for sale in sales:
        if sale.player_cents <= left:
            paid.append(sale)
            left -= sale.player_cents
    if paid:
        draft.add(_sold(draft, paid))
    for seller in _sellers(draft.state):
        _tempt(draft, seller)
    if crew.count(draft.state, "accountant"):
        _account(draft)


def _sellers(state: State) -> list[Intermediary]:
    return [seller for seller in ordered(state.market.intermediaries) if seller.npc_id in state.npcs]


def _sales(draft: Draft, seller: Intermediary) -> list[events.Sale]:
    rules, npc = draft.rules.intermediaries, draft.state.npcs[seller.npc_id]
    stream = draft.stream.substream(f"consigned/{seller.npc_id}")
    sold = [item for item in ordered(seller.stock) if buyers(npc, item.part, draft.rules)]
    skims = stream.chance((UNKNOWN - npc.character.guide.loyalty) * rules.skim_per_disloyalty)
    sales = []
    for item in sold[: rules.sales_per_night.draw(stream)]:
        price = _price(draft, npc, item) * rules.price_per_mille.draw(stream) // 1000
        skim = price * rules.skim_per_mille.draw(stream) // 1000 if skims else 0
        told = price - skim
        sales.append(events.Sale(seller.npc_id, item, told, told - told * seller.share_per_mille // 1000, skim))
    return sales


def _price(draft: Draft, npc: Npc, item: Item) -> int:
    rules = draft.rules
    race = buyers(npc, item.part, rules)[0]
    full = rules.parts.parts[item.part].price_cents * rules.races.races[race].appetite[item.part] // 1000
    price = full * worth.quality(item) // 100 * prices.demand(draft.state, race, item.part) // 1000
    price = price * worth.per_mille(item, race, rules) // 1000
    return scaled(price, "prices", draft.state, rules)


def _sold(draft: Draft, sales: list[events.Sale]) -> events.ConsignmentsSold:
    """Also those sales tire the customers, and make the player known."""
    state, rules = draft.state, draft.rules
    demand = dict(state.market.demand)
    for sale in sales:
        race = buyers(state.npcs[sale.npc_id], sale.item.part, rules)[0]
        key, left = f"{race}/{sale.item.part}", 1000 - rules.market.prices.glut_per_sale
        demand[key] = max(demand.get(key, prices.USUAL) * left // 1000, rules.market.prices.glut_lowest)
    known = min(state.market.reputation + rules.intermediaries.reputation * len(sales), 1000)
    return events.ConsignmentsSold(tuple(sales), known, demand)


def _tempt(draft: Draft, seller: Intermediary) -> None:
    """The more goods and the less loyalty and trust, the likelier the seller is gone by morning.

    Whoever hunts the player takes it in with the goods.
    """
    rules, npc = draft.rules.intermediaries, draft.state.npcs[seller.npc_id]
    if not seller.stock:
        return
    held = sum(_price(draft, npc, item) for item in seller.stock.values() if buyers(npc, item.part, draft.rules))
    chance = (UNKNOWN - npc.character.guide.loyalty) * rules.defect_per_disloyalty
    chance += held * rules.defect_per_100_dollars // 10_000
    chance -= bond(draft.state, seller.npc_id, PLAYER, draft.rules).trust * rules.defect_per_trust
    refuge = relations.fiercest(draft.state, draft.rules)
    if draft.stream.substream(f"defect/{seller.npc_id}").chance(chance):
        draft.add(
            events.IntermediaryDefected(
                npc_id=seller.npc_id,
                items=tuple(ordered(seller.stock)),
                away_until=draft.state.minute + rules.defect_days * MINUTES_PER_DAY,
                house_id=refuge,
                cents=min(held, draft.state.city_cents) if refuge else 0,
            )
        )
        change(draft, seller.npc_id, PLAYER, "defected", trust=-draft.rules.customers.trust.promise_broken)


def _account(draft: Draft) -> None:
    chance = draft.rules.intermediaries.accountant_per_mille
    for seller in _sellers(draft.state):
        stream = draft.stream.substream(f"account/{seller.npc_id}")
        if seller.skimmed_cents and stream.chance(chance):
            _read_books(draft, seller, seller.skimmed_cents)


def audit(draft: Draft, npc_id: EntityId) -> None:
    """What the player finds in the books: a clever cheat is seldom found out, an honest seller is offended."""
    rules, seller = draft.rules.intermediaries, draft.state.market.intermediaries[npc_id]
    intelligence = draft.state.npcs[npc_id].character.guide.intelligence
    chance = rules.audit_base - intelligence * rules.audit_per_intelligence
    found = draft.stream.substream("audit").chance(chance)
    _read_books(draft, seller, seller.skimmed_cents if found else 0)


def _read_books(draft: Draft, seller: Intermediary, found_cents: int) -> None:
    """What was skimmed and is no longer in the purse is owed."""
    npc_id, customers = seller.npc_id, draft.rules.customers
    repaid_cents = min(found_cents, draft.state.npcs[npc_id].purse_cents)
    draft.add(events.IntermediaryAudited(npc_id, found_cents, repaid_cents))
    if found_cents:
        fear, owed = customers.standing.fear_of_winner, found_cents - repaid_cents
        change(draft, npc_id, PLAYER, "caught_skimming", fear=fear, debt_cents=owed)
    else:
        change(draft, npc_id, PLAYER, "accused", trust=-customers.trust.accused)
