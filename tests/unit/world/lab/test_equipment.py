"""Equipment: bought in a grade, worn and dirtied by use, repaired and scrubbed."""

from itertools import permutations

from bodybroker.world.lab import craft
from bodybroker.world.lab.equipment import best_free, price_cents
from bodybroker.world.lab.state import Equipment
from bodybroker.world.ledger import money_cents
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


def test_grades_differ_in_price_quality_and_wear(make_bench, book):
    for name, grade in book.equipment.grades.items():
        bench = make_bench(player={"money_cents": 1_000_000})
        bench.world.go("street")
        cash = bench.world.state.player.money_cents
        bench.world.do("buy_equipment", equipment="incubator", grade=name)
        (piece,) = bench.world.state.lab.equipment.values()
        price = book.equipment.equipment["incubator"].price_cents * grade.price_per_mille // 1000
        assert bench.world.state.player.money_cents == cash - price
        assert grade.quality.low <= piece.quality <= grade.quality.high
        assert grade.wear.low <= piece.wear <= grade.wear.high and piece.dirt == 0


def test_second_hand_is_cheaper_and_worse_than_standard_than_hospital_grade(book):
    cheap, usual, fine = (book.equipment.grades[name] for name in ("second_hand", "standard", "hospital_grade"))
    assert cheap.price_per_mille < usual.price_per_mille < fine.price_per_mille
    assert cheap.quality.high < usual.quality.low < fine.quality.low and cheap.wear.high > usual.wear.high


def test_a_grade_that_nobody_sells_is_refused(bench, refused):
    bench.world.go("street")
    with refused("unknown_grade"):
        bench.world.do("buy_equipment", equipment="centrifuge", grade="stolen")


def test_every_use_wears_and_dirties_a_piece(bench, book):
    bench.piece("nutrient_bath", wear=10, dirt=20)
    bench.world.do("grow_part", part="skin")
    (piece,) = bench.world.state.lab.equipment.values()
    rule = book.equipment.equipment["nutrient_bath"]
    assert (piece.wear, piece.dirt) == (10 + rule.wear, 20 + rule.dirt)


def test_wear_and_dirt_never_exceed_a_hundred(make_bench):
    bench = make_bench(equipment={"worn_out": 100, "equipment": {"nutrient_bath": {"wear": 30, "dirt": 30}}})
    bench.piece("nutrient_bath", wear=99, dirt=99)
    bench.world.do("grow_part", part="skin")
    (piece,) = bench.world.state.lab.equipment.values()
    assert (piece.wear, piece.dirt) == (100, 100)


def test_a_repair_costs_by_wear_and_makes_as_good_as_new(bench, book):
    piece = bench.piece("organ_vat", wear=40, dirt=30)
    bench.cash(1_000_000)
    before = bench.world.state
    bench.world.do("repair_equipment", equipment_id=piece.equipment_id)
    rule = book.equipment
    price = rule.equipment["organ_vat"].price_cents * 40 * rule.repair.price_per_mille_per_point // 1000
    assert before.player.money_cents - bench.world.state.player.money_cents == price > 0
    assert bench.world.state.lab.equipment[piece.equipment_id] == replace(piece, wear=0)
    assert bench.world.state.minute == before.minute + rule.repair.minutes


def test_scrubbing_takes_all_dirt_away_and_leaves_the_wear(bench, book):
    piece = bench.piece("organ_vat", wear=40, dirt=30)
    before = bench.world.state
    bench.world.do("clean_equipment", equipment_id=piece.equipment_id)
    assert before.player.money_cents - bench.world.state.player.money_cents == book.equipment.cleaning.price_cents
    assert bench.world.state.lab.equipment[piece.equipment_id] == replace(piece, dirt=0)
    assert bench.world.state.minute == before.minute + book.equipment.cleaning.minutes


def test_upkeep_needs_the_piece_idle_the_place_the_need_and_the_money(bench, refused, nobody):
    both = ("repair_equipment", "clean_equipment")
    with refused("unknown_equipment"):
        bench.world.do("sell_equipment", equipment_id=nobody)
    spotless, shabby = bench.piece("incubator"), bench.piece("nutrient_bath", wear=50, dirt=50)
    for command, code in zip(both, ("not_worn", "not_dirty"), strict=True):
        with refused("unknown_equipment"):
            bench.world.do(command, equipment_id=nobody)
        with refused(code):
            bench.world.do(command, equipment_id=spotless.equipment_id)
    bench.cash(0)
    for command in both:
        with refused("not_enough_money"):
            bench.world.do(command, equipment_id=shabby.equipment_id)
    bench.cash(100_000)
    bench.world.do("grow_part", part="skin")
    for command in (*both, "sell_equipment"):
        with refused("equipment_busy"):
            bench.world.do(command, equipment_id=shabby.equipment_id)
    bench.world.go("street")
    for command in (*both, "sell_equipment"):
        with refused("not_in_hideout"):
            bench.world.do(command, equipment_id=spotless.equipment_id)


def test_a_worn_out_piece_does_nothing_until_it_is_repaired(bench, refused):
    limit = bench.world.rules.equipment.worn_out
    piece = bench.piece("nutrient_bath", wear=limit)
    with refused("equipment_worn_out"):
        bench.world.do("grow_part", part="skin")
    bench.cash(1_000_000)
    bench.world.do("repair_equipment", equipment_id=piece.equipment_id)
    bench.world.do("grow_part", part="skin")


def test_work_is_done_in_the_best_piece_that_is_free(bench):
    bench.piece("nutrient_bath", quality=80, wear=60)
    best = bench.piece("nutrient_bath", quality=75)
    bench.piece("nutrient_bath", quality=60)
    bench.world.do("grow_part", part="skin")
    assert bench.world.state.lab.equipment[best.equipment_id].growth_id is not None


def test_a_sold_piece_brings_a_share_of_its_price_by_its_work(bench, book):
    par = book.equipment.craft.par
    new, old = bench.piece("organ_vat", quality=par), bench.piece("organ_vat", quality=par, wear=50)
    brought = []
    for piece in (new, old):
        before = bench.world.state
        bench.world.do("sell_equipment", equipment_id=piece.equipment_id)
        brought.append(bench.world.state.player.money_cents - before.player.money_cents)
        assert piece.equipment_id not in bench.world.state.lab.equipment
        assert money_cents(bench.world.state) == money_cents(before)
    price = book.equipment.equipment["organ_vat"].price_cents
    assert brought[0] == price * book.equipment.resale_per_mille // 1000 > brought[1] > 0


def test_no_grade_sells_for_more_than_it_costs(book):
    """Not even bought at its best, and repaired."""
    for kind in book.equipment.equipment:
        for name, grade in book.equipment.grades.items():
            best = Equipment("e", kind, None, None, quality=grade.quality.high)
            assert craft.resale_cents(best, book) < price_cents(kind, name, book)


def test_a_cold_box_is_not_sold_while_parts_need_its_room(bench, book, refused):
    box = bench.piece("cold_box")
    ids = bench.stash(*(bench.item("bone") for _ in range(book.storage.hideout.room + 1)))
    with refused("stash_full"):
        bench.world.do("sell_equipment", equipment_id=box.equipment_id)
    bench.world.do("take_item", item_ids=ids[:1])
    bench.world.do("sell_equipment", equipment_id=box.equipment_id)
