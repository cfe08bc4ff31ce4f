"""The player among the houses: tribute, alliances, spies, double-crossing, peace, favours, trade."""

import pytest
from bodybroker.generation.entities import Item, Provenance
from bodybroker.kernel.errors import Refused
from bodybroker.world.draft import Draft
from bodybroker.world.houses import events, relations
from bodybroker.world.houses.state import Favour
from bodybroker.world.houses.trade import noticed
from bodybroker.world.known import known
from bodybroker.world.ledger import money_cents
from bodybroker.world.views import actions, view
from msgspec.structs import replace

COMMANDS = {
    "pay_tribute": {"cents": 100_000},
    "ally": {},
    "spy": {},
    "make_peace": {"cents": 100_000},
}


def carry(world, part, quality=80):
    item = Item("00000000-0000-8000-8000-000000000001", part, quality, Provenance(7, "test", 1))
    player = world.state.player
    world.state = replace(world.state, player=replace(player, inventory=player.inventory | {item.item_id: item}))
    return item


def standing(world, house):
    return relations.tie(world.state, house.house_id).standing


@pytest.mark.parametrize("kind", sorted(COMMANDS))
def test_houses_receive_by_night_in_the_street_or_by_a_member(world, house, refused, nobody, kind):
    court = house(world, "court").house_id
    with refused("unknown_house"):
        world.do(kind, house_id=nobody, **COMMANDS[kind])
    world.go("street")
    with refused("wrong_phase"):
        world.do(kind, house_id=court, **COMMANDS[kind])
    world.wait_for("night")
    world.go("hideout")
    with refused("no_audience"):
        world.do(kind, house_id=court, **COMMANDS[kind])


def test_tribute_moves_money_and_buys_standing_up_to_a_limit(night, book, house, refused):
    guild, rule, total = house(night, "guild"), book.houses.tribute, money_cents(night.state)
    with refused("too_little"):
        night.do("pay_tribute", house_id=guild.house_id, cents=rule.least_cents - 1)
    cents = rule.cents_per_point * 10
    paid, *_ = night.do("pay_tribute", house_id=guild.house_id, cents=cents)
    assert standing(night, guild) == 10 and paid.cents == cents
    assert house(night, "guild").wealth_cents == guild.wealth_cents + cents and money_cents(night.state) == total
    night.do("pay_tribute", house_id=guild.house_id, cents=rule.cents_per_point * rule.standing_limit)
    assert standing(night, guild) == rule.standing_limit
    with refused("money_impresses_nobody"):
        night.do("pay_tribute", house_id=guild.house_id, cents=rule.least_cents)


def test_tribute_pays_debts_first(night, book, house, tied):
    guild = house(night, "guild")
    tied(night, guild, debt_cents=book.houses.tribute.least_cents)
    night.do("pay_tribute", house_id=guild.house_id, cents=book.houses.tribute.least_cents)
    tie = relations.tie(night.state, guild.house_id)
    assert (tie.debt_cents, tie.standing) == (0, 0)


def test_an_alliance_takes_rank_standing_and_peace(night, book, house, tied, refused):
    court, rule = house(night, "court"), book.houses.alliance
    with refused("standing_too_low"):
        night.do("ally", house_id=court.house_id)
    tied(night, court, standing=rule.standing, hunt=book.hunted.stages["watched"].points)
    with refused("hunted"):
        night.do("ally", house_id=court.house_id)
    tied(night, court, hunt=0)
    rank, night.state = night.state.rank, replace(night.state, rank="street_level")
    with refused("rank_too_low"):
        night.do("ally", house_id=court.house_id)
    night.state = replace(night.state, rank=rank)
    night.do("ally", house_id=court.house_id)
    assert relations.allies(night.state) == [court.house_id]
    assert standing(night, house(night, "pack")) == -rule.enemy_standing
    with refused("already_allied"):
        night.do("ally", house_id=court.house_id)


def test_nobody_keeps_more_promises_than_the_limit(night, book, house, tied, refused):
    kinds = ["court", "guild", "unburied", "conclave"]
    for kind in kinds[: book.houses.alliance.limit]:
        tied(night, house(night, kind), allied_until=50)
    other = house(night, kinds[book.houses.alliance.limit])
    tied(night, other, standing=1000)
    with refused("too_many_alliances"):
        night.do("ally", house_id=other.house_id)


def test_dues_are_paid_at_dusk_and_debts_are_resented(world, book, house, tied):
    court, rule = house(world, "court"), book.houses.alliance
    tied(world, court, standing=500, allied_until=50)
    player = world.state.player
    world.state = replace(
        world.state,
        player=replace(player, money_cents=rule.dues_cents + 7),
        city_cents=world.state.city_cents + player.money_cents - rule.dues_cents - 7,
    )
    total = money_cents(world.state)
    world.wait_for("night")
    assert world.state.player.money_cents == 7 and relations.tie(world.state, court.house_id).debt_cents == 0
    world.wait_for("day")
    before = relations.tie(world.state, court.house_id)
    world.wait_for("night")
    after = relations.tie(world.state, court.house_id)
    assert world.state.player.money_cents == 0 and after.debt_cents == rule.dues_cents - 7
    assert after.standing == before.standing - rule.debt_standing - book.houses.standing_fading
    assert after.hunt == before.hunt + rule.debt_hunt - book.hunted.cooling
    assert money_cents(world.state) == total


@pytest.mark.parametrize("caught", [0, 1000])
def test_spies_bring_secrets_or_trouble(make_world, change, house, caught, refused):
    world = make_world(rules=change(houses={"spying": {"caught": {"low": caught, "high": caught}}}))
    world.wait_for("night")
    world.go("street")
    court, rule = house(world, "court"), world.rules.houses.spying
    before, *_ = (seen for seen in view(world.state, world.rules)["houses"] if seen["house_id"] == court.house_id)
    assert before["secrets"] is None
    world.do("spy", house_id=court.house_id)
    (seen,) = (seen for seen in view(world.state, world.rules)["houses"] if seen["house_id"] == court.house_id)
    tie = relations.tie(world.state, court.house_id)
    if caught:
        assert seen["secrets"] is None and (tie.standing, tie.hunt) == (-rule.caught_standing, rule.caught_hunt)
    else:
        assert seen["secrets"]["wealth_cents"] == house(world, "court").wealth_cents
        with refused("already_informed"):
            world.do("spy", house_id=court.house_id)


def test_a_double_cross_pays_once_and_is_remembered(night, book, house, tied, refused):
    court, pack, guild = (house(night, kind) for kind in ("court", "pack", "guild"))
    rule, total = book.houses.double_cross, money_cents(night.state)
    with refused("not_allied"):
        night.do("double_cross", house_id=court.house_id, for_house_id=pack.house_id)
    tied(night, court, standing=300, allied_until=50)
    with refused("same_house"):
        night.do("double_cross", house_id=court.house_id, for_house_id=court.house_id)
    cash = night.state.player.money_cents
    sold, *_ = night.do("double_cross", house_id=court.house_id, for_house_id=pack.house_id)
    reward = min(rule.most_cents, pack.wealth_cents * rule.reward_per_mille // 1000)
    assert sold.cents == reward and night.state.player.money_cents == cash + reward
    assert money_cents(night.state) == total
    tie = relations.tie(night.state, court.house_id)
    assert (tie.betrayals, tie.hunt, tie.standing) == (1, rule.betrayed_hunt, 300 - rule.betrayed_standing)
    assert not relations.allies(night.state) and standing(night, pack) == rule.standing
    assert standing(night, guild) == -(guild.honour * rule.per_honour // 100)
    assert house(night, "court").strength == court.strength - rule.strength
    assert relations.highest_standing(book, 1) == 1000 - book.houses.betrayal_limit
    with refused("not_allied"):
        night.do("double_cross", house_id=court.house_id, for_house_id=pack.house_id)


def test_neither_an_ally_nor_a_hunter_buys_another_ally(night, book, house, tied, refused):
    court, pack = house(night, "court"), house(night, "pack")
    tied(night, court, allied_until=50)
    tied(night, pack, allied_until=50)
    with refused("buyer_allied"):
        night.do("double_cross", house_id=court.house_id, for_house_id=pack.house_id)
    tied(night, pack, allied_until=0, hunt=book.hunted.stages["stalked"].points)
    with refused("hunted"):
        night.do("double_cross", house_id=court.house_id, for_house_id=pack.house_id)


@pytest.mark.parametrize("betrayals", [0, 2])
def test_peace_has_its_price_and_takes_no_more(night, book, house, tied, refused, betrayals):
    court, price = house(night, "court"), book.hunted.peace.cents_per_point * (1 + betrayals)
    with refused("not_hunted"):
        night.do("make_peace", house_id=court.house_id, cents=price)
    tied(night, court, hunt=300, betrayals=betrayals)
    with refused("too_little"):
        night.do("make_peace", house_id=court.house_id, cents=price - 1)
    night.do("make_peace", house_id=court.house_id, cents=price * 100 + 1)
    assert relations.tie(night.state, court.house_id).hunt == 200
    cash = night.state.player.money_cents
    night.do("make_peace", house_id=court.house_id, cents=price * 1000)
    assert relations.tie(night.state, court.house_id).hunt == 0
    assert night.state.player.money_cents == cash - price * 200


def test_a_favour_is_a_part_for_standing(night, book, house, tied, refused):
    court, rule = house(night, "court"), book.houses.favours
    item = carry(night, "heart")
    with refused("no_favour"):
        night.do("do_favour", house_id=court.house_id, item_id=item.item_id)
    tied(night, court, favour=Favour("eye", 99))
    with refused("part_not_wanted"):
        night.do("do_favour", house_id=court.house_id, item_id=item.item_id)
    tied(night, court, favour=Favour("heart", 99))
    night.do("do_favour", house_id=court.house_id, item_id=item.item_id)
    assert standing(night, court) == rule.base + item.quality * rule.per_quality // 100
    assert item.item_id not in night.state.player.inventory
    assert relations.tie(night.state, court.house_id).favour is None


def test_houses_ask_for_favours_of_their_kind(make_world, change):
    world = make_world(rules=change(houses={"favours": {"per_mille": 1000}}))
    world.wait_for("night")
    for house in world.state.houses.houses.values():
        favour = relations.tie(world.state, house.house_id).favour
        assert favour.part in world.rules.houses.houses[house.kind].favours


def test_trade_is_seen_by_the_buyers_house_and_its_enemies(night, book, house):
    draft, rule = Draft(night.state, night.rules), book.houses.trade
    vampire = night.npc("vampire").character
    noticed(draft, vampire.npc_id)
    ties = draft.state.houses.ties
    enemies = relations.enemies(night.state, house(night, "court").house_id, book)
    assert house(night, "pack").house_id in enemies
    before = night.state.houses.ties
    for house_id, tie in ties.items():
        was = before[house_id].standing if house_id in before else 0
        gained = rule.standing if house_id == house(night, "court").house_id else 0
        assert tie.standing - was == gained - (rule.enemy_standing if house_id in enemies else 0)


def test_allies_pay_more_and_hunters_less(world, book, house, tied):
    npc_id = world.npc("ghoul").character.npc_id
    assert relations.price_per_mille(world.state, book, npc_id) == 1000
    tied(world, house(world, "guild"), allied_until=50)
    assert relations.price_per_mille(world.state, book, npc_id) == book.houses.prices.ally_per_mille
    tied(world, house(world, "guild"), hunt=book.hunted.stages["stalked"].points)
    assert relations.price_per_mille(world.state, book, npc_id) == book.houses.prices.hunter_per_mille


def test_standing_fades_and_a_disliked_ally_is_dropped(world, book, house, tied):
    court, pack = house(world, "court"), house(world, "pack")
    tied(world, court, standing=-50, allied_until=99)
    tied(world, pack, standing=50)
    world.wait_for("night")
    assert standing(world, court) == -50 + book.houses.standing_fading
    assert standing(world, pack) == 50 - book.houses.standing_fading
    assert not relations.allies(world.state)


def test_an_evening_is_known_by_its_rumours_only(world):
    world.wait_for("night")
    (evening,) = [event for event in world.log if isinstance(event, events.HousesAdvanced)]
    assert not hasattr(known(evening), "happenings") and not hasattr(known(evening), "attempt")


def test_what_the_view_offers_is_what_decide_allows(night, house, tied):
    tied(night, house(night, "court"), standing=500, allied_until=50)
    tied(night, house(night, "pack"), hunt=200)
    offered = [act for act in actions(night.state, night.rules) if "house_id" in act["command"]]
    assert {"pay_tribute", "ally", "spy", "double_cross", "make_peace"} <= {act["command"]["type"] for act in offered}
    start = night.state
    for act in offered:
        night.state = start
        try:
            night.do(**act["command"])
            assert act["allowed"]
        except Refused as refusal:
            assert not act["allowed"] and act["rule"] == refusal.code
