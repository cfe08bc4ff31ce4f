import json
from collections import Counter
from hashlib import sha256
from pathlib import Path

import msgspec
import pytest
from bodybroker.generation import city
from bodybroker.generation.city import holding
from bodybroker.generation.city import rules as city_rules
from bodybroker.generation.requests import SEEDS, InvalidRequest
from bodybroker.kernel import configuration
from msgspec.structs import replace

GOLDEN = Path(__file__).parent / "golden"


@pytest.fixture(scope="module")
def rules():
    return city.load()


@pytest.fixture(scope="module")
def many(rules):
    return [city.generate(seed, rules) for seed in range(200)]


def test_cities_are_sound(many):
    assert [(made.provenance.seed, city.faults(made)[:3]) for made in many if city.faults(made)] == []


def test_the_check_finds_what_is_wrong(rules):
    made = city.generate(1, rules)
    lot, *lots = made.lots
    moved = replace(lot, door=replace(lot.door, x_cm=lot.door.x_cm + 7, y_cm=lot.door.y_cm + 7))
    assert city.faults(replace(made, lots=(moved, *lots))) == (f"{lot.id} does not open onto {lot.street}",)
    assert f"{lots[0].id} lies on {lot.id}" in city.faults(
        replace(made, lots=(lot, replace(lots[0], area=lot.area, block=lot.block), *lots[1:]))
    )
    corner = made.streets[0].joins[0]
    cut = tuple(street for street in made.streets if corner not in street.joins)
    assert any("cannot be reached" in fault for fault in city.faults(replace(made, streets=cut)))
    home = tuple(replace(district, home=False) for district in made.districts)
    assert "there must be one home district" in city.faults(replace(made, districts=home))
    holder = replace(made.districts[0], house="nobody")
    assert "territories and districts disagree on who holds what" in city.faults(
        replace(made, districts=(holder, *made.districts[1:]))
    )


def test_houses_hold_their_quarters_and_mostly_side_by_side(many, rules):
    parted = 0
    for made in many:
        held = Counter(district.house for district in made.districts)
        assert held == {kind: house.quarters for kind, house in rules.houses.items()}
        areas = [district.area for district in made.districts]
        near = holding.neighbours(areas, rules.widths.avenue.high)
        for territory in made.territories:
            mine = {int(name[1:]) - 1 for name in territory.districts}
            first, *_ = mine
            reached = {first}
            while fresh := {j for i in reached for j in near[i] & mine} - reached:
                reached |= fresh
            parted += reached != mine
    assert parted < 0.2 * len(many) * len(rules.houses)


def test_fronts_are_avenues_that_two_houses_share(many):
    for made in many:
        kinds = {street.id: street.kind for street in made.streets}
        sides = Counter(front for territory in made.territories for front in territory.fronts)
        assert sides and set(sides.values()) == {2}
        assert {kinds[front] for front in sides} == {"avenue"}


def test_nothing_is_lacking(many, rules):
    for made in many:
        lots = Counter(lot.kind for lot in made.lots)
        assert lots[rules.hideout] == 1
        assert all(lots[need.kind] >= need.count for need in rules.needs)
        districts = {block.id: block.district for block in made.blocks}
        home = next(district.id for district in made.districts if district.home)
        assert [districts[lot.block] for lot in made.lots if lot.kind == rules.hideout] == [home]
        assert {street.kind for street in made.streets} == {"avenue", "street", "alley"}
        names = [thing.name for thing in (*made.districts, *made.territories)]
        assert len(names) == len(set(names))


def test_what_is_needed_lies_where_it_belongs(many, rules):
    for made in many:
        kinds = {district.id: district.kind for district in made.districts}
        districts = {block.id: kinds[block.district] for block in made.blocks}
        for need in rules.needs:
            if set(need.districts) & set(kinds.values()):
                assert any(districts[lot.block] in need.districts for lot in made.lots if lot.kind == need.kind)


def test_the_same_seed_makes_the_same_bytes_that_survive_the_wire(rules):
    made = [msgspec.json.encode(city.generate(2**64 - 1, rules)) for _ in range(2)]
    assert made[0] == made[1] != msgspec.json.encode(city.generate(0, rules))
    assert msgspec.json.encode(msgspec.json.decode(made[0], type=city.CityLayout)) == made[0]


def test_golden_cities():
    """From frozen rules, so that tuning leaves it alone: only another VERSION may change it (golden.py)."""
    rules = city_rules.CityRules.model_validate(json.loads((GOLDEN / "rules.json").read_text()))
    golden = json.loads((GOLDEN / "cities.json").read_text())
    assert golden["version"] == city.VERSION
    made = {seed: sha256(msgspec.json.encode(city.generate(int(seed), rules))).hexdigest() for seed in golden["cities"]}
    assert made == golden["cities"]


@pytest.mark.parametrize("seed", [-1, SEEDS])
def test_bad_seeds_are_refused(rules, seed):
    with pytest.raises(InvalidRequest, match="seed must lie in"):
        city.generate(seed, rules)


def test_bad_rules_name_every_fault():
    document, houses = configuration.load("generation/city"), configuration.load("world/houses")
    broken = document | {"cut": {"low": 400, "high": 700}, "district_cm": {"low": 100, "high": 200}}
    with pytest.raises(city.InvalidCity) as caught:
        city_rules.validate(broken, houses)
    assert "cut must" in str(caught.value) and "district_cm.low" in str(caught.value)
    with pytest.raises(city.InvalidCity) as caught:
        city_rules.validate(document | {"hideout": 7}, houses | {"houses": {"court": {}}})
    assert {"hideout", "houses.court.race", "houses.court.quarters"} <= {
        fault.split(":")[0] for fault in caught.value.faults
    }
