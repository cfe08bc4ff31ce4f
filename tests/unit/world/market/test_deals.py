"""Deals that go wrong."""

import pytest
from bodybroker.world import aftermath, known
from bodybroker.world.base import PLAYER
from bodybroker.world.bonds.between import bond
from bodybroker.world.bonds.state import Bond
from bodybroker.world.conflict.state import Danger, Fighter
from bodybroker.world.draft import Draft
from bodybroker.world.ledger import money_cents

RISKS = ("ambush", "false_money", "no_show")


@pytest.fixture
def risky(market_of, change):
    """A market in which one thing goes wrong for sure."""

    def make(kind, **sections):
        off = {"base": 0, "per_aggression": 0, "per_100_dollars": 0, "per_trust": 0, "high": 1000}
        risks = {name: off | {"base": 1000 if name == kind else 0} for name in RISKS}
        return market_of(change(market={"risks": risks}, **sections)).before("ghoul")

    return make


def test_an_ambush_threatens_the_goods_and_moves_nothing(risky, names):
    market = risky("ambush")
    item, before = market.give(), market.world.state
    made = market.sell(item)
    danger = market.world.state.conflict.danger
    assert names(made) == ["DealFailed", "DangerArose"] and made[0].how == "ambush"
    assert danger.kind == "customer" and danger.stakes == (item,)
    rule, foe = market.world.rules.customers.races["ghoul"], danger.foes[0]
    assert (foe.strength, foe.speed, foe.npc_id) == (rule.strength, rule.speed, market.npc_id)
    assert market.world.state.player == before.player and market.world.state.npcs == before.npcs


def test_a_customer_who_does_not_show_up_is_away_for_a_while(risky, refused):
    market = risky("no_show")
    item = market.give()
    (failed, *_) = market.sell(item)
    assert failed.how == "no_show" and item.item_id in market.world.state.player.inventory
    with refused("npc_not_here"):
        market.sell(item)


def test_false_money_is_found_by_daylight_and_not_before(risky):
    market = risky("false_money")
    total, cash = money_cents(market.world.state), market.world.state.player.money_cents
    price = market.sell(market.give())[0].price_cents
    assert market.world.state.player.money_cents == cash + price
    settled = market.found("DealSettled")
    assert settled.false_cents == price and "false" not in str(known.known(settled))
    market.world.wait_for("day")
    found = market.found("FalseMoneyFound")
    assert found.lost_cents == price and found.notes[0].npc_id == market.npc_id
    assert market.world.state.player.money_cents == cash and market.market.false_notes == ()
    assert money_cents(market.world.state) == total


def test_false_money_that_was_spent_is_no_loss(risky):
    market = risky("false_money")
    price = market.sell(market.give())[0].price_cents
    market.put(city_cents=market.world.state.city_cents + market.world.state.player.money_cents - 5)
    market.player_is(money_cents=5)
    market.world.wait_for("day")
    assert price > market.found("FalseMoneyFound").lost_cents == 5
    assert market.world.state.player.money_cents == 0


def test_the_police_wait_behind_the_curtain_of_a_hot_broker(risky, change):
    market = risky("none")
    sting = market.world.rules.market.risks.sting
    market.world.rules = change(market={"risks": {"sting": {"per_heat": 1000}}})
    market.player_is(heat=sting.heat)
    market.sell(market.give())
    assert market.world.state.conflict.danger is None
    market.player_is(heat=sting.heat + 1)
    item = market.give("skin")
    market.npc_is(character=market.npc.character, purse_cents=market.npc.character.purse_cents)
    item = item if item.part in market.npc.character.tastes else market.give()
    assert market.sell(item)[0].how == "sting"
    assert market.world.state.conflict.danger.kind == "police"


def test_risk_grows_with_aggression_and_money_and_falls_with_trust_and_fear(book):
    ambush = book.market.risks.ambush
    stranger, known, afraid = Bond(trust=0), Bond(trust=10), Bond(trust=0, fear=10)
    meek = ambush.per_mille(30, stranger, 50_000)
    assert ambush.per_mille(90, stranger, 50_000) > meek > ambush.per_mille(30, known, 50_000)
    assert meek > ambush.per_mille(30, afraid, 50_000)
    assert ambush.per_mille(50, stranger, 200_000) > ambush.per_mille(50, stranger, 10_000)
    assert ambush.per_mille(100, stranger, 10**9) == ambush.high and ambush.per_mille(0, Bond(trust=100), 0) == 0


@pytest.mark.parametrize(
    ("outcome", "trust", "fear", "respect"),
    [("won", -1, 1, 1), ("escaped", -1, 0, 0), ("beaten", -1, 0, -1), ("surrendered", -1, 0, -1)],
)
def test_a_fight_is_remembered(market, outcome, trust, fear, respect):
    market.before("ghoul")
    market.stands(trust=50, fear=50, respect=50)
    mood = market.npc.mood
    foe = Fighter("x", 1, 1, 1, 1, market.npc_id)
    draft = Draft(market.world.state, market.world.rules)
    aftermath.AFTERMATHS["customer"](draft, Danger("customer", market.world.state.player.place_id, (foe,)), outcome)
    after, rules = bond(draft.state, market.npc_id, PLAYER, draft.rules), market.world.rules.customers
    assert after.trust == 50 + trust * rules.trust.fought
    assert after.fear == 50 + fear * rules.standing.fear_of_winner
    gained = {1: rules.standing.respect_for_winner, 0: 0, -1: -rules.standing.scorn_for_loser}
    assert after.respect == 50 + gained[respect]
    assert draft.state.npcs[market.npc_id].mood == market.world.rules.market.moods[mood].insulted


def test_a_customer_who_fell_licks_its_wounds(market):
    market.before("ghoul")
    foe = Fighter("x", 1, 1, 1, 0, market.npc_id, standing="down")
    draft = Draft(market.world.state, market.world.rules)
    aftermath.AFTERMATHS["customer"](draft, Danger("customer", market.world.state.player.place_id, (foe,)), "won")
    back = market.world.state.minute + market.world.rules.customers.standing.fallen_minutes
    assert draft.state.npcs[market.npc_id].away_until == back
    market.world.state = draft.state
    assert market.hunt == market.world.rules.hunted.provocations.fallen


def test_a_lost_ambush_costs_the_goods(risky):
    market = risky("ambush")
    item = market.give()
    market.sell(item)
    market.world.do("surrender")
    assert item.item_id not in market.world.state.player.inventory
    assert market.world.state.conflict.danger is None and market.relation.respect == 0
