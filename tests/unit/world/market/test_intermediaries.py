"""Intermediaries: engaged, supplied, cheating, found out, gone."""

import pytest
from bodybroker.world import known
from bodybroker.world.empire.state import CrewMember
from bodybroker.world.houses.state import Tie
from bodybroker.world.ledger import items, money_cents
from bodybroker.world.market import intermediaries
from bodybroker.world.market.state import Intermediary
from bodybroker.world.views import actions, view
from msgspec import to_builtins
from msgspec.structs import replace

HONEST = {"skim_per_disloyalty": 0, "defect_per_disloyalty": 0, "defect_per_100_dollars": 0}


@pytest.fixture
def seller(market_of, change, safe):
    """A ghoul of some wit who trusts the player and may be engaged, under the given numbers for intermediaries."""

    def make(**numbers):
        market = market_of(change(market=safe.model_dump(mode="json")["market"], intermediaries=HONEST | numbers))
        market.before("ghoul")
        market.guide(intelligence=45, loyalty=50)
        market.stands(trust=60)
        return market

    return make


def engage(market, share=None):
    share = intermediaries.asked_share(market.npc, market.world.rules) if share is None else share
    return market.world.do("engage_intermediary", npc_id=market.npc_id, share_per_mille=share)


def consign(market, *goods):
    return market.world.do("consign", npc_id=market.npc_id, item_ids=[item.item_id for item in goods])


def book_of(market):
    return market.market.intermediaries[market.npc_id]


def test_one_engages_whoever_is_clever_and_trusts_for_the_share_that_is_asked(seller, refused):
    market = seller()
    asked = intermediaries.asked_share(market.npc, market.world.rules)
    with refused("share_too_low"):
        engage(market, asked - 1)
    market.stands(trust=market.world.rules.intermediaries.trust - 1)
    with refused("not_trusted"):
        engage(market)
    market.stands(trust=60)
    market.guide(intelligence=market.world.rules.intermediaries.intelligence - 1)
    with refused("not_clever_enough"):
        engage(market)
    market.guide(intelligence=45)
    engage(market)
    assert book_of(market) == Intermediary(market.npc_id, asked)
    with refused("already_engaged"):
        engage(market)


def test_a_rank_has_so_many_and_no_more(seller, refused, nobody):
    market = seller()
    market.market_is(intermediaries={nobody: Intermediary(nobody, 100)})
    with refused("no_slot"):
        engage(market)
    market.put(rank="king_pimp")
    engage(market)


def test_consigned_goods_leave_the_bag_and_can_be_taken_back(seller, refused):
    market = seller()
    engage(market)
    goods = [market.give(), market.give()]
    before = sorted(item.item_id for item in items(market.world.state))
    consign(market, *goods)
    assert not market.world.state.player.inventory and len(book_of(market).stock) == 2
    assert sorted(item.item_id for item in items(market.world.state)) == before
    market.world.do("dismiss_intermediary", npc_id=market.npc_id)
    assert len(market.world.state.player.inventory) == 2 and not market.market.intermediaries
    assert sorted(item.item_id for item in items(market.world.state)) == before


def test_what_cannot_be_consigned_is_refused(seller, refused, nobody):
    market = seller(stock_limit=2)
    item = market.give()
    with refused("not_an_intermediary"):
        consign(market, item)
    engage(market)
    with refused("unknown_item"):
        market.world.do("consign", npc_id=market.npc_id, item_ids=[nobody])
    with refused("item_named_twice"):
        consign(market, item, item)
    with refused("stock_full"):
        consign(market, item, market.give(), market.give())
    consign(market, item)
    bag = market.world.rules.player.bag_size
    for _ in range(bag):
        market.give()
    with refused("bag_full"):
        market.world.do("dismiss_intermediary", npc_id=market.npc_id)


def test_by_dawn_they_have_sold_and_paid_all_but_their_share(seller):
    market = seller(sales_per_night={"low": 2, "high": 2})
    engage(market, 300)
    goods = [market.give("bone", 80), market.give("bone", 80), market.give("bone", 80)]
    consign(market, *goods)
    before = market.world.state
    market.world.wait_for("day")
    sold = market.found("ConsignmentsSold")
    rules, appetite = market.world.rules, market.world.rules.races.races["ghoul"].appetite["bone"]
    full = rules.parts.parts["bone"].price_cents * appetite * 80 // 100_000
    spread = rules.intermediaries.price_per_mille
    assert len(sold.sales) == 2 and len(book_of(market).stock) == 1
    for sale in sold.sales:
        assert full * spread.low // 1000 - 1 <= sale.price_cents <= full * spread.high // 1000
        assert sale.player_cents == sale.price_cents - sale.price_cents * 300 // 1000 and sale.skim_cents == 0
    earned = sum(sale.player_cents for sale in sold.sales)
    state = market.world.state
    assert state.player.money_cents == before.player.money_cents + earned
    assert state.tally.parts_sold == before.tally.parts_sold + 2
    assert market.market.reputation == before.market.reputation + 2 * rules.intermediaries.reputation
    assert market.market.demand["ghoul/bone"] < 1000
    assert money_cents(state) == money_cents(before)


def test_the_clever_reach_the_tier_above_and_nobody_sells_what_nobody_wants(seller):
    market = seller()
    rules = market.world.rules
    assert "vampire" not in intermediaries.buyers(market.npc, "heart", rules)
    market.guide(intelligence=rules.intermediaries.reach_intelligence)
    assert intermediaries.buyers(market.npc, "heart", rules)[0] == "werewolf"
    assert "lich" not in intermediaries.buyers(market.npc, "brain", rules)
    market.guide(intelligence=45)
    engage(market)
    consign(market, market.give("heart"))
    market.world.wait_for("day")
    assert len(book_of(market).stock) == 1


def test_the_disloyal_skim_and_nobody_sees_it(seller):
    market = seller(skim_per_disloyalty=1000, sales_per_night={"low": 1, "high": 1})
    engage(market)
    consign(market, market.give("bone", 90))
    market.world.wait_for("day")
    sold = market.found("ConsignmentsSold")
    skim = sold.sales[0].skim_cents
    assert skim > 0 and book_of(market).skimmed_cents == skim
    shown = to_builtins(known.known(sold))
    assert shown["sales"][0]["price_cents"] == sold.sales[0].price_cents and "skim" not in str(shown)
    assert "skim" not in str(view(market.world.state, market.world.rules))


def test_an_audit_finds_what_was_skimmed_and_gets_back_what_is_there(seller):
    market = seller(audit_base=1000, audit_per_intelligence=0)
    engage(market)
    market.market_is(intermediaries={market.npc_id: replace(book_of(market), skimmed_cents=5_000)})
    market.npc_is(purse_cents=3_000)
    before = market.world.state
    (audited, *_) = market.world.do("audit_intermediary", npc_id=market.npc_id)
    assert (audited.found_cents, audited.repaid_cents) == (5_000, 3_000)
    assert book_of(market).skimmed_cents == 0 and market.npc.purse_cents == 0
    assert market.world.state.player.money_cents == before.player.money_cents + 3_000
    assert market.relation.fear == market.world.rules.customers.standing.fear_of_winner
    assert market.relation.debt_cents == 2_000


def test_an_audit_offends_the_honest_and_a_clever_cheat_is_not_found(seller):
    market = seller(audit_base=0)
    engage(market)
    for skimmed in (0, 5_000):
        market.stands(trust=60)
        market.market_is(intermediaries={market.npc_id: replace(book_of(market), skimmed_cents=skimmed)})
        (audited, *_) = market.world.do("audit_intermediary", npc_id=market.npc_id)
        assert (audited.found_cents, audited.repaid_cents) == (0, 0)
        assert market.relation.trust == 60 - market.world.rules.customers.trust.accused
        assert book_of(market).skimmed_cents == skimmed


@pytest.mark.parametrize("accountants", [0, 1])
def test_an_accountant_of_the_crew_finds_it_unasked(seller, accountants):
    market = seller(accountant_per_mille=1000)
    engage(market)
    market.market_is(intermediaries={market.npc_id: replace(book_of(market), skimmed_cents=700)})
    role = "accountant" if accountants else "runner"
    member = CrewMember(**_member(role))
    market.put(empire=replace(market.world.state.empire, crew={member.member_id: member}))
    market.world.wait_for("day")
    assert book_of(market).skimmed_cents == (0 if accountants else 700)


def _member(role):
    wanted = {"member_id": "00000000-0000-8000-8000-00000000aaaa", "name": "Ada", "role": role}
    rest = {name: 50 for name in CrewMember.__struct_fields__ if name not in wanted}
    return wanted | rest


def test_the_disloyal_make_off_with_the_goods(seller, refused):
    market = seller(defect_per_disloyalty=1000, sales_per_night={"low": 1, "high": 1})
    engage(market)
    goods = [market.give("heart"), market.give("heart")]
    consign(market, *goods)
    market.world.wait_for("day")
    gone = market.found("IntermediaryDefected")
    assert {item.item_id for item in gone.items} == {item.item_id for item in goods}
    assert not market.market.intermediaries
    assert not {item.item_id for item in goods} & {item.item_id for item in items(market.world.state)}
    assert market.relation.trust == 60 - market.world.rules.customers.trust.promise_broken
    assert market.npc.away_until == gone.away_until > market.world.state.minute
    assert not hasattr(known.known(gone), "away_until")


def test_the_goods_enrich_the_house_that_hunts_the_player(seller):
    market = seller(defect_per_disloyalty=1000, sales_per_night={"low": 1, "high": 1})
    engage(market)
    consign(market, market.give(), market.give())
    houses = market.world.state.houses
    foe, watcher = sorted(houses.houses)[:2]
    market.put(houses=replace(houses, ties={foe: Tie(hunt=900), watcher: Tie(hunt=200)}))
    money = money_cents(market.world.state)
    market.world.wait_for("day")
    gone = market.found("IntermediaryDefected")
    assert gone.house_id == foe and gone.cents > 0
    assert money_cents(market.world.state) == money
    assert market.world.state.houses.houses[foe].wealth_cents == houses.houses[foe].wealth_cents + gone.cents
    assert not hasattr(known.known(gone), "house_id")


def test_what_they_hold_spoils_on_ice(seller):
    market = seller()
    engage(market)
    iced, carried = market.give("heart"), market.give("heart")
    consign(market, iced)
    market.world.wait_for("day")
    cold = book_of(market).stock[iced.item_id].freshness
    assert market.world.state.player.inventory[carried.item_id].freshness < cold < 1000


def test_a_trusting_seller_stays(seller):
    market = seller(defect_per_disloyalty=1, defect_per_trust=1)
    market.guide(intelligence=45, loyalty=50)
    market.stands(trust=100)
    engage(market)
    consign(market, market.give("heart"))
    for _ in range(8):
        market.world.do("wait", minutes=720)
    assert market.npc_id in market.market.intermediaries


def test_all_of_it_is_offered(seller):
    market = seller()
    market.give("heart")
    for kind in ("engage_intermediary", "consign", "audit_intermediary", "dismiss_intermediary"):
        command = next(
            action["command"]
            for action in actions(market.world.state, market.world.rules)
            if action["command"]["type"] == kind and action["allowed"] and action["command"]["npc_id"] == market.npc_id
        )
        market.world.do(**command)
    assert not market.market.intermediaries and len(market.world.state.player.inventory) == 1


def test_all_of_a_night_is_one_event(seller):
    market = seller()
    market.put(rank="king_pimp")
    ghouls = [npc_id for npc_id, npc in market.world.state.npcs.items() if npc.character.race == "ghoul"]
    bone = market.give("bone")
    sellers = {
        npc_id: Intermediary(npc_id, 100, {f"{number}": replace(bone, item_id=f"{number}")})
        for number, npc_id in enumerate(ghouls)
    }
    market.market_is(intermediaries=sellers)
    market.world.wait_for("day")
    assert len(market.found("ConsignmentsSold").sales) == len(ghouls) > 1
