"""Parts grow over time, in equipment, for money."""

import pytest
from bodybroker.world import events


@pytest.fixture
def lab(world):
    """A world with one nutrient bath, the player at home."""
    world.go("street")
    world.do("buy_equipment", equipment="nutrient_bath")
    world.go("hideout")
    return world


def test_a_part_grows_over_time_and_is_collected(lab, book, refused):
    rule = book.parts.parts["skin"].growth
    money = lab.state.player.money_cents
    lab.do("grow_part", part="skin")
    (growth,) = lab.state.lab.growths.values()
    assert lab.state.player.money_cents == money - rule.cost_cents
    assert growth.ready_minute - growth.started_minute == rule.minutes
    assert next(iter(lab.state.lab.equipment.values())).growth_id == growth.growth_id
    with refused("growth_not_ready"):
        lab.do("collect_part", growth_id=growth.growth_id)
    made = lab.do("wait", minutes=rule.minutes)
    (grown,) = [event for event in made if isinstance(event, events.PartGrown)]
    assert lab.state.tally.parts_grown == 1
    lab.do("collect_part", growth_id=growth.growth_id)
    item = lab.state.player.inventory[grown.item.item_id]
    assert item.part == "skin" and rule.quality.low <= item.quality <= rule.quality.high
    assert item.provenance.generator == "lab"
    assert not lab.state.lab.growths and next(iter(lab.state.lab.equipment.values())).growth_id is None
    with refused("unknown_growth"):
        lab.do("collect_part", growth_id=growth.growth_id)


def test_a_part_ripens_at_its_very_minute(lab, book, names):
    lab.do("grow_part", part="skin")
    (growth,) = lab.state.lab.growths.values()
    made = lab.do("wait", minutes=book.parts.parts["skin"].growth.minutes + 60)
    at = names(made).index("PartGrown")
    assert made[at - 1].minute == growth.ready_minute


def test_growing_needs_a_part_a_place_equipment_room_and_money(make_world, change, lab, refused):
    with refused("unknown_part"):
        lab.do("grow_part", part="soul")
    with refused("part_not_growable"):
        lab.do("grow_part", part="brain")
    with refused("equipment_missing"):
        lab.do("grow_part", part="liver")
    lab.do("grow_part", part="skin")
    with refused("equipment_busy"):
        lab.do("grow_part", part="hand")
    lab.go("street")
    with refused("not_in_hideout"):
        lab.do("grow_part", part="skin")
    with refused("not_in_hideout"):
        lab.do("collect_part", growth_id=next(iter(lab.state.lab.growths)))
    price = lab.rules.equipment.equipment["nutrient_bath"].price_cents
    poor = make_world(rules=change(player={"money_cents": price}))
    poor.go("street")
    poor.do("buy_equipment", equipment="nutrient_bath")
    poor.go("hideout")
    assert poor.state.player.money_cents == 0
    with refused("not_enough_money"):
        poor.do("grow_part", part="skin")


def test_a_grown_part_waits_until_the_bag_has_room(make_world, change, refused):
    world = make_world(rules=change(player={"bag_size": 1}, police={"notice": {"low": 0, "high": 0}}))
    world.go("street")
    world.do("buy_equipment", equipment="nutrient_bath")
    world.go("hideout")
    world.do("grow_part", part="skin")
    (growth_id,) = world.state.lab.growths
    world.go("morgue")
    world.do("rob_morgue", place_id=world.place("morgue"))
    assert len(world.state.player.inventory) == 1
    world.go("hideout")
    world.do("lie_low")
    with refused("bag_full"):
        world.do("collect_part", growth_id=growth_id)
    assert growth_id in world.state.lab.growths
