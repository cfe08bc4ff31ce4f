"""Tiers, trust and reputation: who deals with the player, and how they come to like or hate it."""

import pytest
from bodybroker.world.base import PLAYER
from bodybroker.world.bonds.between import bond
from bodybroker.world.market.reputation import access
from bodybroker.world.views import view

RACES = {1: "ghoul", 2: "vampire", 3: "lich"}


def test_strangers_trust_as_their_race_does(market):
    for npc_id, npc in market.world.state.npcs.items():
        known = market.world.rules.bonds.races[npc.character.race].player
        assert bond(market.world.state, npc_id, PLAYER, market.world.rules).trust == known.trust


@pytest.mark.parametrize("tier", [2, 3])
def test_a_tier_opens_at_its_reputation_and_is_on_the_fringe_just_below(market, tier):
    needed, fringe = market.world.rules.customers.tiers[tier - 1].reputation, market.world.rules.customers.fringe
    found = {}
    for reputation in (needed, needed - 1, needed - fringe.reputation, needed - fringe.reputation - 1):
        market.market_is(reputation=reputation)
        found[reputation] = access(market.world.state, RACES[tier], market.world.rules)
    assert list(found.values()) == ["open", "fringe", "fringe", "closed"]


def test_a_rank_opens_a_tier_whatever_the_reputation(market):
    for rank in market.world.rules.customers.tiers[2].ranks:
        market.put(rank=rank)
        assert access(market.world.state, "lich", market.world.rules) == "open"


def test_a_closed_tier_buys_nothing_haggles_nothing_and_promises_nothing(market, refused):
    market.before("lich")
    item = market.give()
    with refused("tier_closed"):
        market.sell(item)
    with refused("tier_closed"):
        market.haggle(item, 10**6)
    lich = market.npc.character
    price = lich.tastes[item.part].cap_cents
    made = market.world.say(lich, {"type": "make_offer", "part": item.part, "price_cents": price})
    assert [diff.code for diff in made[0].refused] == ["tier_closed"]


def test_a_tier_on_the_fringe_deals_but_cheats(market):
    market.before("vampire")
    rules = market.world.rules.customers
    item = market.give(quality=90)
    prices = {}
    for reputation in (rules.tiers[1].reputation, rules.tiers[1].reputation - 1):
        market.market_is(reputation=reputation)
        before = market.world.state
        prices[reputation] = market.sell(item)[0].price_cents
        market.put(**{name: getattr(before, name) for name in ("beliefs", "market", "player", "npcs")})
    full, cheated = prices.values()
    assert cheated * 1000 <= full * (rules.fringe.price_per_mille + 10)


def test_good_parts_earn_trust_and_reputation_and_poor_ones_lose_trust(market):
    rules = market.world.rules.customers
    for quality, change, reputation in (
        (rules.trust.good_quality, rules.trust.good, rules.tiers[0].deal_reputation),
        (rules.trust.good_quality - 1, rules.trust.fair, rules.tiers[0].deal_reputation),
        (rules.trust.poor_quality, rules.trust.fair, rules.tiers[0].deal_reputation),
        (rules.trust.poor_quality - 1, -rules.trust.poor, 0),
    ):
        market.before("ghoul")
        market.stands(trust=50)
        before = market.market.reputation
        market.sell(market.give(quality=quality))
        assert market.relation.trust == 50 + change
        assert market.market.reputation == before + reputation


@pytest.mark.parametrize("flaw", ["contaminated", "stale"])
def test_foul_parts_are_not_forgiven(market, flaw):
    rules = market.world.rules.customers
    market.before("ghoul")
    market.stands(trust=60)
    market.market_is(reputation=200)
    stale = rules.trust.foul_freshness - 1
    market.sell(
        market.give(quality=100, **({"contaminated": True} if flaw == "contaminated" else {"freshness": stale}))
    )
    assert market.relation.trust == 60 - rules.trust.foul
    assert market.hunt == market.world.rules.hunted.provocations.foul_part
    assert market.market.reputation == 200 - rules.standing.foul
    market.stands(trust=60)
    market.sell(market.give(quality=100, freshness=stale + 1))
    assert market.relation.trust > 60 - rules.trust.foul
    assert market.hunt == market.world.rules.hunted.provocations.foul_part


def test_reputation_stays_within_its_scale(market):
    market.before("ghoul")
    market.market_is(reputation=1000)
    market.sell(market.give(quality=95))
    assert market.market.reputation == 1000


def test_customers_are_seen_with_tier_access_and_trust_but_no_limit(market):
    market.before("vampire")
    market.stands(trust=61, fear=3, respect=9)
    (seen,) = [c for c in view(market.world.state, market.world.rules)["customers"] if c["npc_id"] == market.npc_id]
    assert seen == {
        "npc_id": market.npc_id,
        "tier": 2,
        "access": "closed",
        "trust": 61,
        "fear": 3,
        "respect": 9,
        "desire": 0,
        "debt_cents": 0,
    }


def test_new_customers_come_by_night_until_the_district_is_full(market_of, change):
    rules = change(customers={"arrivals": {"per_mille": 1000, "limit": 28}})
    market = market_of(rules)
    counts = [len(market.world.state.npcs)]
    for _ in range(60):
        market.world.do("wait", minutes=720)
        counts.append(len(market.world.state.npcs))
    assert counts == sorted(counts) and counts[0] < counts[-1] == 28
    names = [npc.character.name for npc in market.world.state.npcs.values()]
    assert len(set(names)) == len(names)
    for npc in market.world.state.npcs.values():
        haunts = {group.haunt for group in rules.district.residents if group.race == npc.character.race}
        assert market.world.state.places[npc.character.haunt_id].site.kind in haunts


def test_who_comes_depends_on_the_seed_and_not_on_what_the_player_does(market_of, change):
    rules = change(customers={"arrivals": {"per_mille": 1000}})
    idle, busy = market_of(rules), market_of(rules)
    busy.world.go("morgue")
    busy.world.go("hideout")
    for market in (idle, busy):
        market.world.wait_for("night")
    assert idle.found("CustomersArrived") == busy.found("CustomersArrived")
