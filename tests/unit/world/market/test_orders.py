"""Orders: asked for by night, promised, delivered or missed."""

import pytest
from bodybroker.world.ledger import items, money_cents
from bodybroker.world.market.state import Order
from bodybroker.world.views import actions
from msgspec.structs import replace


@pytest.fixture
def ordered(market):
    """A ghoul by night who has ordered what it pays most for; nothing is promised yet."""
    market.before("ghoul")
    return lambda **fields: _order(market, **fields)


def _order(market, **fields):
    usual = Order(
        order_id="00000000-0000-8000-8000-00000000abcd",
        npc_id=market.npc_id,
        part=market.dearest,
        quality=50,
        treated_for=None,
        price_cents=9_000,
        deadline_minute=market.world.state.minute + 2_000,
    )
    order = replace(usual, **fields)
    market.market_is(orders={order.order_id: order})
    return order


def promise(market, order):
    return market.world.do("promise_delivery", order_id=order.order_id)


def deliver(market, order, item):
    return market.world.do("deliver_order", order_id=order.order_id, item_id=item.item_id)


def test_customers_order_by_night_what_they_like_at_a_premium(market_of, change):
    market = market_of(change(orders={"per_night": {"low": 2, "high": 2}}))
    market.world.wait_for("night")
    rules, minute = market.world.rules.orders, market.world.state.minute
    orders = market.market.orders
    assert len(orders) == 2 and len({order.npc_id for order in orders.values()}) == 2
    for order in orders.values():
        character = market.world.state.npcs[order.npc_id].character
        taste = character.tastes[order.part]
        assert market.world.rules.customers.races[character.race].tier == 1
        assert rules.quality.low <= order.quality <= rules.quality.high and not order.promised
        assert order.treated_for in (None, character.race)
        usual = taste.floor_cents + (taste.cap_cents - taste.floor_cents) * order.quality // 100
        assert order.price_cents >= usual * rules.premium_per_mille.low // 1000
        assert minute + 1440 * (rules.days.low - 1) < order.deadline_minute <= minute + 1440 * rules.days.high
        assert order.deadline_minute % 1440 == market.world.rules.clock.dawn_minute


def test_a_hard_world_orders_for_less(make_world, book):
    prices = []
    for level in sorted(book.difficulty.levels.values(), key=lambda level: level.prices):
        usual = {"default": "usual", "levels": {"usual": level.model_dump()}}
        world = make_world(rules=book.model_copy(update={"difficulty": type(book.difficulty).model_validate(usual)}))
        world.wait_for("night")
        prices.append(sum(order.price_cents for order in world.state.market.orders.values()))
    assert prices == sorted(set(prices))


def test_orders_are_bounded_and_nobody_orders_twice(market_of, change):
    market = market_of(change(orders={"per_night": {"low": 4, "high": 4}, "days": {"low": 9, "high": 9}}))
    for _ in range(10):
        market.world.do("wait", minutes=720)
    orders = market.market.orders
    assert len(orders) == market.world.rules.orders.limit == len({order.npc_id for order in orders.values()})


def test_a_kept_promise_pays_and_is_remembered(market, ordered, names):
    order = ordered()
    item = market.give(order.part, 50)
    trust = market.world.rules.bonds.races["ghoul"].player.trust
    promise(market, order)
    before = market.world.state
    made = deliver(market, order, item)
    rules = market.world.rules.customers
    assert (
        names(made) == ["OrderDelivered", "BondChanged", "StandingsChanged", "TimePassed", "BeliefsFormed"]
        and not market.market.orders
    )
    assert market.world.state.player.money_cents == before.player.money_cents + order.price_cents
    assert market.npc.purse_cents == before.npcs[market.npc_id].purse_cents - order.price_cents
    assert market.relation.trust == trust + rules.trust.promise_kept
    assert market.market.reputation == rules.standing.promise_kept
    assert item.item_id not in {left.item_id for left in items(market.world.state)}


def test_what_the_purse_lacks_comes_from_the_kin(market, ordered):
    order = ordered()
    item = market.give(order.part)
    promise(market, order)
    market.npc_is(purse_cents=1_000)
    total, city = money_cents(market.world.state), market.world.state.city_cents
    (delivered, *_) = deliver(market, order, item)
    assert delivered.kin_cents == order.price_cents - 1_000 and market.npc.purse_cents == 0
    assert market.world.state.city_cents == city - delivered.kin_cents
    assert money_cents(market.world.state) == total


def test_a_broken_promise_costs_trust_and_reputation_and_an_unpromised_order_nothing(market, ordered):
    for promised in (True, False):
        market.stands(trust=60)
        market.market_is(reputation=100)
        ordered(promised=promised, deadline_minute=market.world.state.minute)
        market.world.wait_for("day")
        rules = market.world.rules.customers
        assert not market.market.orders
        assert market.relation.trust == 60 - promised * rules.trust.promise_broken
        assert market.market.reputation == 100 - promised * rules.standing.promise_broken
        assert market.hunt == (market.world.rules.hunted.provocations.broken_promise if promised else 0)
        market.world.wait_for("night")
        market.market_is(orders={})
        market.put(houses=replace(market.world.state.houses, ties={}))


def test_orders_refuse_what_is_not_as_ordered(market, ordered, refused, nobody):
    order = ordered(treated_for="ghoul")
    good = market.give(order.part, 50, treated_for="ghoul")
    with refused("unknown_order"):
        market.world.do("promise_delivery", order_id=nobody)
    with refused("not_promised"):
        deliver(market, order, good)
    promise(market, order)
    with refused("already_promised"):
        promise(market, order)
    with refused("unknown_item"):
        market.world.do("deliver_order", order_id=order.order_id, item_id=nobody)
    other = next(part for part in market.world.rules.parts.parts if part != order.part)
    worse = (
        market.give(order.part, 49, treated_for="ghoul"),
        market.give(order.part, 50, treated_for="ghoul", freshness=900),
        market.give(order.part, 90, treated_for="vampire"),
        market.give(order.part, 90),
        market.give(order.part, 90, treated_for="ghoul", contaminated=True),
        market.give(other, 90, treated_for="ghoul"),
    )
    for item in worse:
        with refused("not_as_ordered"):
            deliver(market, order, item)
    market.npc_is(mood="furious")
    with refused("npc_will_not_trade"):
        deliver(market, order, good)
    market.npc_is(mood="calm")
    deliver(market, order, good)


def test_only_so_many_promises_are_believed(market, ordered, refused):
    order = ordered()
    limit = market.world.rules.orders.promises
    many = {
        f"00000000-0000-8000-8000-{number:012d}": replace(
            order, order_id=f"00000000-0000-8000-8000-{number:012d}", promised=number < limit
        )
        for number in range(limit + 1)
    }
    market.market_is(orders=many)
    with refused("too_many_promises"):
        promise(market, many[f"00000000-0000-8000-8000-{limit:012d}"])


def test_promising_and_delivering_are_offered(market, ordered):
    order = ordered()
    market.give(order.part)
    for kind in ("promise_delivery", "deliver_order"):
        (command,) = [
            action["command"]
            for action in actions(market.world.state, market.world.rules)
            if action["command"]["type"] == kind and action["allowed"]
        ]
        market.world.do(**command)
    assert not market.market.orders
