"""Equipment: bought in a grade, worn and dirtied by use, repaired and scrubbed."""

from itertools import permutations

from bodybroker.world.lab.equipment import best_free
from msgspec.structs import replace


def test_equipment_costs_money_and_stands_in_the_lab(world, book):
    world.go("street")
    world.do("buy_equipment", equipment="nutrient_bath")
    (piece,) = world.state.lab.equipment.values()
    assert (piece.kind, piece.growth_id, piece.provenance.seed) == ("nutrient_bath", None, world.state.seed)
    price = book.equipment.equipment["nutrient_bath"].price_cents
    assert world.state.player.money_cents == book.player.money_cents - price


def test_equipment_has_its_time_place_price_and_room(make_world, change, refused):
    world = make_world(rules=change(player={"money_cents": 10_000_000}))
    with refused("unknown_equipment"):
        world.do("buy_equipment", equipment="cauldron")
    with refused("not_on_the_street"):
        world.do("buy_equipment", equipment="nutrient_bath")
    world.go("street")
    for _ in range(world.rules.equipment.equipment["organ_vat"].limit):
        world.do("buy_equipment", equipment="organ_vat")
    with refused("equipment_limit"):
        world.do("buy_equipment", equipment="organ_vat")
    world.wait_for("night")
    with refused("wrong_phase"):
        world.do("buy_equipment", equipment="nutrient_bath")
    poor = make_world()
    poor.go("street")
    with refused("not_enough_money"):
        poor.do("buy_equipment", equipment="organ_vat")


def test_which_of_two_free_pieces_is_used_does_not_depend_on_the_order_of_loading(make_world, change):
    world = make_world(rules=change(player={"money_cents": 200_000}))
    world.go("street")
    for _ in range(3):
        world.do("buy_equipment", equipment="nutrient_bath")
    pieces = world.state.lab.equipment
    chosen = {
        best_free(
            replace(world.state, lab=replace(world.state.lab, equipment=dict(order))), "nutrient_bath", world.rules
        ).equipment_id
        for order in permutations(pieces.items())
    }
    assert len(pieces) == 3 and len(chosen) == 1
