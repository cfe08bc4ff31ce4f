"""What beliefs make customers do."""

import pytest
from bodybroker.world.base import PLAYER
from bodybroker.world.beliefs.opinions import price_per_mille, refuses
from bodybroker.world.beliefs.state import Claim

from tests.unit.world.beliefs.conftest import Minds
from tests.unit.world.market.conftest import Market


def price(minds, npc_id):
    return price_per_mille(minds.world.state, minds.world.rules, npc_id)


def test_prices_follow_what_is_believed_of_the_player_the_surer_the_more(minds):
    npc_id, cheats = minds.people("ghoul")[0], minds.of("cheats")
    worst = minds.rules.predicates["cheats"].believed.price_per_mille
    assert price(minds, npc_id) == 1000
    minds.sees(npc_id, cheats, 50)
    unsure = price(minds, npc_id)
    minds.sees(npc_id, cheats, 100, version=2)
    assert worst <= price(minds, npc_id) < unsure < 1000


def test_what_is_said_of_others_moves_no_price(minds):
    npc_id, other = minds.people("ghoul")[:2]
    minds.sees(npc_id, minds.of("cheats", subject=other), 100)
    minds.sees(npc_id, minds.of("informs_police", subject=other), 100)
    assert price(minds, npc_id) == 1000 and not refuses(minds.world.state, minds.world.rules, npc_id)


def test_prices_stay_within_their_bounds(minds):
    npc_id = minds.people("ghoul")[0]
    for predicate in ("cheats", "informs_police", "lies"):
        minds.sees(npc_id, minds.of(predicate), 100)
    for part in ("heart", "liver", "skin"):
        minds.sees(npc_id, minds.of("sold_foul_part", part), 100)
    assert price(minds, npc_id) == minds.rules.prices.low_per_mille


def test_what_fades_stops_counting(minds):
    npc_id = minds.people("ghoul")[0]
    minds.sees(npc_id, minds.of("informs_police"), minds.rules.predicates["informs_police"].believed.least)
    assert refuses(minds.world.state, minds.world.rules, npc_id)
    minds.pass_minutes(1440)
    assert not refuses(minds.world.state, minds.world.rules, npc_id)


def test_nobody_deals_with_whom_it_takes_for_an_informer(market, refused):
    market.before("ghoul")
    item = market.give("liver", 90)
    believe(market.world, market.npc_id, Claim(PLAYER, "informs_police"))
    with refused("npc_thinks_ill"):
        market.sell(item)


def test_a_rumour_costs_money(market):
    market.before("ghoul")
    market.world.state, paid = market.world.state, []
    for believed in (False, True):
        before = market.world.state
        if believed:
            believe(market.world, market.npc_id, Claim(PLAYER, "cheats"))
        paid.append(market.sell(market.give("liver", 90))[0].price_cents)
        market.world.state = before
    assert paid[1] < paid[0]


def believe(world, npc_id, claim):
    Minds(world).sees(npc_id, claim, 100)


@pytest.fixture
def market(make_world, safe):
    return Market(make_world(rules=safe))
