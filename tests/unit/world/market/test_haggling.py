"""Haggling: limits that nobody sees, and tempers."""

import json

import pytest
from bodybroker.world import known
from bodybroker.world.market import haggling, prices
from bodybroker.world.views import view


@pytest.fixture
def ghoul(market):
    market.before("ghoul").npc_is(mood="calm")
    return market


def limit(market, item):
    return haggling.limit(market.world.state, market.npc, item, market.world.rules)


def usual(market, item):
    return prices.quote(market.world.state, market.npc, item, market.world.rules)[0]


def test_up_to_the_limit_the_customer_gives_in(ghoul, names):
    item = ghoul.give()
    ghoul.stands(trust=60)
    ask = limit(ghoul, item)
    made = ghoul.haggle(item, ask)
    assert names(made) == ["Haggled", "BondChanged", "OfferMade", "TimePassed"] and made[0].outcome == "accepted"
    assert ghoul.relation.trust == 60 - ghoul.world.rules.customers.trust.haggled
    sold = ghoul.sell(item)[0]
    assert (sold.price_cents, sold.on_offer) == (ask, True)


def test_just_above_it_the_customer_meets_half_way(ghoul):
    item = ghoul.give()
    price, most = usual(ghoul, item), limit(ghoul, item)
    made = ghoul.haggle(item, most + 1)
    assert made[0].outcome == "countered"
    assert price < made[2].offer.price_cents == (price + most + 1) // 2 <= most


def test_far_above_it_the_customer_shakes_its_head_or_takes_offence(ghoul):
    item = ghoul.give()
    rules = ghoul.world.rules
    ghoul.stands(trust=60)
    edge = limit(ghoul, item) * rules.market.haggle.insult_per_mille // 1000
    assert ghoul.haggle(item, edge)[0].outcome == "refused" and not ghoul.market.offers
    ghoul.guide(aggression=0)
    trust, mood = ghoul.relation.trust, ghoul.npc.mood
    edge = limit(ghoul, item) * rules.market.haggle.insult_per_mille // 1000
    made = ghoul.haggle(item, edge + 1)
    assert made[0].outcome == "insulted" and ghoul.relation.trust == trust - rules.customers.trust.insulted
    assert ghoul.npc.mood == rules.market.moods[mood].insulted and ghoul.world.state.conflict.danger is None


def test_insults_end_in_fury_and_fury_in_no_trade(ghoul, refused):
    item = ghoul.give()
    ghoul.guide(aggression=0)
    for _ in range(2):
        ghoul.haggle(item, 2**53)
    assert ghoul.npc.mood == "furious"
    with refused("npc_will_not_trade"):
        ghoul.haggle(item, 2**53)


def test_by_the_next_dusk_tempers_have_cooled(ghoul):
    usual_mood = ghoul.world.rules.races.races["ghoul"].mood
    slept = []
    ghoul.npc_is(mood="furious")
    for _ in range(2):
        ghoul.world.wait_for("day")
        ghoul.world.wait_for("night")
        slept.append(ghoul.npc.mood)
    assert slept == [ghoul.world.rules.market.moods["furious"].next_day, usual_mood]


def test_a_violent_customer_attacks_for_an_insult(market_of, change):
    market = market_of(change(market={"haggle": {"violence_per_aggression": 10}})).before("ghoul")
    market.guide(aggression=100)
    item = market.give()
    market.haggle(item, 2**53)
    danger = market.world.state.conflict.danger
    assert danger.kind == "customer" and danger.stakes == (item,)
    assert [foe.npc_id for foe in danger.foes] == [market.npc_id]


def test_in_a_peaceful_world_nobody_attacks_for_an_insult(market_of, change):
    peace = {"levels": {"normal": {"violence": 1}}}
    market = market_of(change(market={"haggle": {"violence_per_aggression": 10}}, difficulty=peace)).before("ghoul")
    market.guide(aggression=100)
    market.haggle(market.give(), 2**53)
    assert market.world.state.conflict.danger is None


def test_the_limit_is_the_same_all_night_and_grows_with_trust_and_never_passes_cap_or_purse(ghoul):
    item = ghoul.give()
    found = []
    for trust in (0, 40, 80, 100):
        ghoul.stands(trust=trust)
        assert limit(ghoul, item) == limit(ghoul, item)
        found.append(limit(ghoul, item))
    assert found == sorted(set(found)) and found[-1] <= ghoul.npc.character.tastes[item.part].cap_cents
    before = limit(ghoul, item)
    ghoul.world.do("wait", minutes=30)
    assert limit(ghoul, item) == before
    ghoul.npc_is(purse_cents=before - 1)
    assert limit(ghoul, item) == before - 1


def test_greed_lowers_the_limit(ghoul):
    item = ghoul.give()
    character = ghoul.npc.character
    found = []
    for traits in (("polite",), ("greedy",), ("greedy", "haggling")):
        ghoul.npc_is(character=ghoul.npc.character.__class__(**_with(character, traits=traits)))
        found.append(limit(ghoul, item))
    assert found[0] > found[1] >= found[2]


def test_respect_raises_the_limit(ghoul):
    item, found = ghoul.give(), []
    for respect, humanity in ((0, 100), (20, 100), (20, 10)):
        ghoul.stands(trust=0, respect=respect)
        ghoul.player_is(humanity=humanity)
        found.append(limit(ghoul, item))
    assert found == sorted(set(found))


def test_charm_raises_the_limit(ghoul, monkeypatch):
    item = ghoul.give()
    plain = limit(ghoul, item)
    monkeypatch.setattr(haggling, "bonus", lambda state, rules, ability: 40 if ability == "charm" else 0)
    assert limit(ghoul, item) > plain


def _with(character, **fields):
    return {name: getattr(character, name) for name in character.__struct_fields__} | fields


def test_asking_for_less_than_the_price_is_refused(ghoul, refused):
    item = ghoul.give()
    with refused("ask_not_higher"):
        ghoul.haggle(item, usual(ghoul, item))
    unwanted = next(p for p in ghoul.world.rules.parts.parts if p not in ghoul.npc.character.tastes)
    with refused("part_not_wanted"):
        ghoul.haggle(ghoul.give(unwanted), 10**6)


def test_the_limit_shows_nowhere(ghoul):
    item = ghoul.give()
    most = limit(ghoul, item)
    ghoul.haggle(item, most * 2)
    seen = json.dumps(view(ghoul.world.state, ghoul.world.rules)) + str([known.known(e) for e in ghoul.world.log])
    assert str(most) not in seen
