"""Buying powers: from whom, from which rank on, for what."""

import msgspec
import pytest
from bodybroker.world.ledger import money_cents
from bodybroker.world.rules import InvalidRules
from bodybroker.world.views import view
from msgspec.structs import replace


def titles(world, type):
    return [a["command"]["power"] for a in view(world.state, world.rules)["actions"] if a["command"]["type"] == type]


def test_a_power_costs_cash_and_humanity(buyer):
    level = buyer.rules.powers.powers["speed"].levels[0]
    before, all_money = buyer.state, money_cents(buyer.state)
    buyer.do("buy_power", power="speed")
    player = buyer.state.player
    assert player.money_cents == before.player.money_cents - level.price_cents
    assert player.humanity == before.player.humanity - level.humanity
    assert money_cents(buyer.state) == all_money
    assert buyer.state.minute == before.minute + buyer.rules.powers.buying_minutes
    assert buyer.state.powers.owned["speed"].level == 1


def test_each_further_purchase_is_an_upgrade_until_there_is_no_more(buyer, refused):
    levels = buyer.rules.powers.powers["strength"].levels
    for number, level in enumerate(levels, 1):
        cash = buyer.state.player.money_cents
        buyer.do("buy_power", power="strength")
        assert buyer.state.powers.owned["strength"].level == number
        assert cash - buyer.state.player.money_cents == level.price_cents
    with refused("power_at_its_height"):
        buyer.do("buy_power", power="strength")
    assert "strength" not in titles(buyer, "buy_power")


def test_an_upgrade_does_not_rest_a_power(buyer):
    buyer.do("buy_power", power="speed")
    buyer.do("use_power", power="speed")
    ready = buyer.state.powers.owned["speed"].ready_minute
    buyer.do("buy_power", power="speed")
    assert buyer.state.powers.owned["speed"].ready_minute == ready


def test_who_sells_must_stand_there_by_night(world, refused, with_player):
    with_player(world, money_cents=5_000_000)
    with refused("wrong_phase"):
        world.do("buy_power", power="speed")
    world.wait_for("night")
    with refused("no_seller_here"):
        world.do("buy_power", power="speed")
    assert titles(world, "buy_power") == []
    world.meet("vampire")
    assert "speed" in titles(world, "buy_power")
    world.do("buy_power", power="speed")


def test_only_races_that_have_it_sell_it(world, refused, with_player):
    world.meet("ghoul")
    with_player(world, money_cents=5_000_000)
    world.state = replace(world.state, rank="baron")
    with refused("no_seller_here"):
        world.do("buy_power", power="invisibility")
    world.do("buy_power", power="night_sight")


def test_rank_cash_and_humanity_are_needed(buyer, refused, with_player):
    rich = buyer.state
    buyer.state = replace(rich, rank="street_level")
    with refused("rank_too_low"):
        buyer.do("buy_power", power="glamour")
    buyer.state = rich
    price = buyer.rules.powers.powers["glamour"].levels[0]
    with_player(buyer, money_cents=price.price_cents - 1)
    with refused("not_enough_money"):
        buyer.do("buy_power", power="glamour")
    with_player(buyer, money_cents=price.price_cents, humanity=price.humanity - 1)
    with refused("not_human_enough"):
        buyer.do("buy_power", power="glamour")
    with_player(buyer, humanity=price.humanity)
    buyer.do("buy_power", power="glamour")
    assert buyer.state.player.humanity == 0 and buyer.state.player.money_cents == 0


def test_there_is_no_power_of_any_name(buyer, refused):
    for type in ("buy_power", "use_power"):
        with refused("unknown_power"):
            buyer.do(type, power="flight")


@pytest.mark.parametrize(
    ("values", "fault"),
    [
        ({"powers": {"speed": {"rank": "emperor"}}}, "powers.speed.rank: emperor is not in world/ranks"),
        ({"powers": {"speed": {"sold_by": ["elf"]}}}, "powers.speed.sold_by: elf is not in world/races"),
        ({"powers": {"speed": {"levels": []}}}, "powers.speed.levels"),
        ({"powers": {"night_sight": {"phase": "noon"}}}, "powers.night_sight.phase"),
    ],
)
def test_powers_that_nobody_could_buy_are_faults(change, values, fault):
    with pytest.raises(InvalidRules, match="world/powers") as caught:
        change(powers=values)
    assert any(fault in found for found in caught.value.faults)


@pytest.mark.parametrize(
    "level",
    [
        {"minutes": 30},
        {"minutes": 0, "effects": {"speed": 1}},
        {"minutes": 30, "effects": {"speed": 101}},
        {"minutes": 90, "effects": {"speed": 10}, "cooldown_minutes": 80},
        {"minutes": 0},
    ],
)
def test_levels_make_sense(change, book, level):
    usual = {"price_cents": 1, "humanity": 1, "use_humanity": 0, "cooldown_minutes": 100}
    with pytest.raises(InvalidRules):
        change(powers={"powers": {"speed": {"levels": [{**usual, **level}]}}})


def test_stages_fall_and_end_at_nothing(change, book):
    stages = msgspec.to_builtins([stage.model_dump() for stage in book.powers.stages])
    for wrong in (stages[::-1], stages[:-1], [*stages, stages[-1]]):
        with pytest.raises(InvalidRules, match="stages"):
            change(powers={"stages": wrong})
