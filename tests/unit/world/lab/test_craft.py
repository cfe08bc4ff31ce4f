"""What equipment and chemists make of the work: quality and contamination."""

import pytest
from bodybroker.world.lab import craft
from bodybroker.world.lab.state import Equipment


def piece(**fields):
    return Equipment("e", "organ_vat", None, None, **fields)


def test_an_unworn_piece_at_par_works_at_a_thousand_per_mille(book):
    assert craft.per_mille(piece(quality=book.equipment.craft.par), book) == 1000


def test_quality_wear_and_chemists_change_the_work_by_the_rules(book):
    rule = book.equipment.craft
    assert craft.per_mille(piece(quality=rule.par + 10), book) == 1000 + 10 * rule.per_quality_point
    assert craft.per_mille(piece(quality=rule.par - 10), book) == 1000 - 10 * rule.per_quality_point
    assert craft.per_mille(piece(quality=rule.par, wear=20), book) == 1000 - 20 * rule.per_wear_point
    for chemists in (1, rule.most_chemists, rule.most_chemists + 5):
        expected = 1000 + min(chemists, rule.most_chemists) * rule.per_chemist
        assert craft.per_mille(piece(quality=rule.par), book, chemists) == expected


def test_no_work_is_worse_than_nothing(change):
    harsh = change(equipment={"craft": {"per_wear_point": 50}})
    assert craft.per_mille(piece(quality=1, wear=100), harsh) == 0


@pytest.mark.parametrize(("drawn", "work", "expected"), [(80, 1000, 80), (80, 500, 40), (80, 2000, 100), (80, 0, 1)])
def test_a_result_lies_between_one_and_a_hundred(drawn, work, expected):
    assert craft.quality(drawn, work) == expected


def grown(bench, part="skin"):
    bench.world.do("grow_part", part=part)
    (growth,) = bench.world.state.lab.growths.values()
    return growth


def test_better_equipment_grows_better_parts(make_bench):
    qualities = []
    for quality, wear in ((30, 80), (70, 0), (98, 0)):
        bench = make_bench(parts={"parts": {"skin": {"growth": {"quality": {"low": 60, "high": 60}}}}})
        bench.piece("nutrient_bath", quality=quality, wear=wear)
        qualities.append(grown(bench).quality)
    assert qualities[0] < qualities[1] == 60 < qualities[2]


def test_chemists_of_the_crew_grow_better_parts(make_bench):
    qualities = []
    for hires in (0, 2):
        bench = make_bench(parts={"parts": {"skin": {"growth": {"quality": {"low": 60, "high": 60}}}}})
        bench.hire("chemist", hires)
        bench.piece("nutrient_bath", quality=bench.world.rules.equipment.craft.par)
        qualities.append(grown(bench).quality)
    assert qualities == [60, 60 * (1000 + 2 * bench.world.rules.equipment.craft.per_chemist) // 1000]


@pytest.mark.parametrize(("base", "contaminated"), [(0, False), (1000, True)])
def test_the_chance_of_contamination_decides(make_bench, base, contaminated):
    rule = {"base": base, "per_dirt_point": 0, "per_wear_point": 0, "high": 1000}
    bench = make_bench(equipment={"contamination": rule})
    bench.piece("nutrient_bath")
    growth = grown(bench)
    assert growth.contaminated is contaminated
    bench.world.do("wait", minutes=growth.ready_minute - bench.world.state.minute)
    bench.world.do("collect_part", growth_id=growth.growth_id)
    (item,) = bench.world.state.player.inventory.values()
    assert item.contaminated is contaminated


@pytest.mark.parametrize("filth", ["dirt", "wear"])
def test_dirt_and_wear_raise_the_chance_up_to_its_limit(make_bench, filth):
    rule = {"base": 0, "per_dirt_point": 20, "per_wear_point": 20, "high": 1000}
    outcomes = []
    for points in (0, 50):
        bench = make_bench(equipment={"contamination": rule})
        bench.piece("nutrient_bath", **{filth: points})
        outcomes.append(grown(bench).contaminated)
    capped = make_bench(equipment={"contamination": {**rule, "high": 0}})
    capped.piece("nutrient_bath", **{filth: 50})
    assert [*outcomes, grown(capped).contaminated] == [False, True, False]


def test_the_same_seed_grows_the_same_part(make_bench):
    growths = []
    for _ in range(2):
        bench = make_bench(seed=5)
        bench.piece("nutrient_bath", dirt=60)
        growths.append(grown(bench))
    assert growths[0] == growths[1]
