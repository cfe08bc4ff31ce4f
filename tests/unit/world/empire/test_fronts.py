import pytest
from bodybroker.world.base import MINUTES_PER_DAY
from bodybroker.world.empire import events
from bodybroker.world.ledger import money_cents
from msgspec.structs import replace


@pytest.fixture
def owner(world):
    """A boss with cash and a laundromat, on the street."""
    player = replace(world.state.player, money_cents=2_000_000)
    world.state = replace(
        world.state, player=player, city_cents=world.state.city_cents - 2_000_000 + 60_000, rank="boss"
    )
    world.go("street")
    world.do("buy_front", front="laundromat")
    (world.front,) = world.state.empire.fronts
    return world


def next_dawn(world, kind):
    before = len(world.log)
    world.wait_for("night")
    world.wait_for("day")
    return [event for event in world.log[before:] if isinstance(event, kind)]


def test_a_front_launders_its_capacity_every_dawn_for_a_cut(owner, book):
    kind = book.fronts.fronts["laundromat"]
    total = money_cents(owner.state)
    owner.do("deposit", front_id=owner.front, cents=kind.capacity_cents + 1000)
    (day,) = next_dawn(owner, events.MoneyLaundered)
    cut = kind.capacity_cents * kind.cut_per_mille // 1000
    assert day.fronts == {owner.front: events.Laundered(kind.capacity_cents, cut)}
    assert owner.state.player.clean_cents == kind.capacity_cents - cut
    assert owner.state.empire.fronts[owner.front].till_cents == 1000
    assert money_cents(owner.state) == total


def test_a_greedy_till_draws_exposure(owner, change):
    owner.rules = change(fronts={"exposure_cooling": 0})
    kind = owner.rules.fronts.fronts["laundromat"]
    owner.do("deposit", front_id=owner.front, cents=kind.capacity_cents * owner.rules.fronts.till_days)
    (day,) = next_dawn(owner, events.MoneyLaundered)
    assert day.fronts[owner.front].cents == kind.capacity_cents * 2
    assert day.exposure == kind.exposure + 10 * owner.rules.fronts.greed_exposure_per_tenth


def test_tills_have_a_limit_and_closed_fronts_take_nothing(owner, book, refused, nobody):
    room = book.fronts.fronts["laundromat"].capacity_cents * book.fronts.till_days
    with refused("till_full"):
        owner.do("deposit", front_id=owner.front, cents=room + 1)
    owner.do("deposit", front_id=owner.front, cents=room)
    with refused("till_full"):
        owner.do("deposit", front_id=owner.front, cents=1)
    with refused("unknown_front"):
        owner.do("deposit", front_id=nobody, cents=1)
    front = owner.state.empire.fronts[owner.front]
    closed = {owner.front: replace(front, closed_until=owner.state.minute + 60)}
    owner.state = replace(owner.state, empire=replace(owner.state.empire, fronts=closed))
    with refused("front_closed"):
        owner.do("deposit", front_id=owner.front, cents=1)


def test_an_audit_takes_the_till_closes_the_front_and_cools(owner, change):
    owner.rules = change(fronts={"audit_chance_per_point": 1000})
    owner.do("deposit", front_id=owner.front, cents=40_000)
    owner.state = replace(owner.state, empire=replace(owner.state.empire, exposure=90))
    total = money_cents(owner.state)
    (audit,) = next_dawn(owner, events.FrontAudited)
    assert audit.seized_cents == 40_000 - owner.rules.fronts.fronts["laundromat"].capacity_cents
    front = owner.state.empire.fronts[owner.front]
    assert (front.till_cents, owner.state.empire.exposure) == (0, audit.exposure)
    assert audit.closed_until % MINUTES_PER_DAY == owner.rules.clock.dawn_minute
    assert money_cents(owner.state) == total
    assert next_dawn(owner, events.FrontAudited) == []


def test_a_lax_police_audits_nobody(owner, change):
    owner.rules = change(fronts={"audit_chance_per_point": 1000}, difficulty={"levels": {"normal": {"police": 1}}})
    owner.do("deposit", front_id=owner.front, cents=40_000)
    owner.state = replace(owner.state, empire=replace(owner.state.empire, exposure=90))
    assert next_dawn(owner, events.FrontAudited) == []


def test_no_audit_below_its_exposure(owner, change):
    owner.rules = change(fronts={"audit_chance_per_point": 1000})
    calm = owner.rules.fronts.audit_exposure - 1
    owner.state = replace(owner.state, empire=replace(owner.state.empire, exposure=calm))
    assert next_dawn(owner, events.FrontAudited) == []


def test_accountants_cool_exposure(owner, book):
    owner.state = replace(owner.state, empire=replace(owner.state.empire, exposure=40))
    owner.do("hire", role="accountant")
    (day,) = next_dawn(owner, events.MoneyLaundered)
    kind = book.fronts.fronts["laundromat"]
    assert day.exposure == 40 + kind.exposure - book.fronts.exposure_cooling - book.fronts.accountant_cooling


def test_a_sale_gives_a_share_of_the_price_and_the_till(owner, book):
    owner.do("deposit", front_id=owner.front, cents=500)
    before = owner.state
    sold = owner.do("sell_front", front_id=owner.front)[0]
    assert sold.price_cents == book.fronts.fronts["laundromat"].price_cents * book.fronts.resale_per_mille // 1000
    assert owner.state.player.money_cents - before.player.money_cents == sold.price_cents + 500
    assert money_cents(owner.state) == money_cents(before) and not owner.state.empire.fronts


def test_the_rank_limits_fronts_and_clean_money_can_be_spent_as_cash(owner, book, refused):
    limit = next(rank.fronts for rank in book.ranks.ranks if rank.name == "boss")
    for _ in range(limit - 1):
        owner.do("buy_front", front="butcher_shop")
    with refused("fronts_full"):
        owner.do("buy_front", front="laundromat")
    with refused("unknown_front"):
        owner.do("buy_front", front="cathedral")
    with refused("not_enough_clean_money"):
        owner.do("withdraw", cents=1)
    owner.state = replace(owner.state, player=replace(owner.state.player, clean_cents=700))
    before = owner.state.player.money_cents
    assert owner.do("withdraw", cents=600) == [events.CashWithdrawn(600)]
    assert (owner.state.player.clean_cents, owner.state.player.money_cents) == (100, before + 600)
