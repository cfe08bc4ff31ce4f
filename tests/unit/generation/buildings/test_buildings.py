"""Whatever the seed: a building keeps every guarantee, and the same seed makes the same bytes."""

from hashlib import sha256

import msgspec
import pytest
from bodybroker.generation import buildings
from bodybroker.generation.buildings import BuildingLayout

SEEDS = [*range(100), *(2**64 - 1 - 977**i for i in range(5))]

each_kind = pytest.mark.parametrize("kind", buildings.KINDS)


@each_kind
def test_no_building_has_a_fault(rules, kind):
    found = {seed: buildings.faults(buildings.generate(kind, seed, rules)) for seed in SEEDS}
    assert {seed: faults for seed, faults in found.items() if faults} == {}


@each_kind
@pytest.mark.parametrize("end", ["low", "high"])
def test_neither_the_smallest_nor_the_largest_has_a_fault(rules, kind, end):
    plan = rules.plans[kind]
    for seed in range(15):
        made = buildings.generate(kind, seed, rules, getattr(plan.width_cm, end), getattr(plan.depth_cm, end))
        assert (made.width_cm, made.depth_cm) == (getattr(plan.width_cm, end), getattr(plan.depth_cm, end))
        assert buildings.faults(made) == ()


@each_kind
def test_the_smallest_have_fewer_rooms_than_the_largest(rules, kind):
    plan = rules.plans[kind]

    def rooms(end):
        sizes = getattr(plan.width_cm, end), getattr(plan.depth_cm, end)
        return sum(len(buildings.generate(kind, seed, rules, *sizes).spaces) for seed in range(10))

    assert rooms("low") < rooms("high")


@each_kind
def test_the_same_seed_makes_the_same_bytes_and_another_seed_others(rules, kind):
    encoded = [msgspec.json.encode(buildings.generate(kind, seed, rules)) for seed in (7, 7, 8)]
    assert encoded[0] == encoded[1] != encoded[2]
    assert msgspec.json.decode(encoded[0], type=BuildingLayout) == buildings.generate(kind, 7, rules)


def test_the_golden_buildings_are_the_same_on_every_machine(golden_rules, golden_buildings):
    assert {kind for kind, _ in (name.split("/") for name in golden_buildings)} == set(buildings.KINDS)
    made = {
        name: sha256(msgspec.json.encode(buildings.generate(name.split("/")[0], int(name.split("/")[1]), golden_rules)))
        for name in golden_buildings
    }
    assert {name: digest.hexdigest() for name, digest in made.items()} == golden_buildings


@each_kind
def test_a_building_follows_its_plan(rules, kind):
    plan = rules.plans[kind]
    for seed in range(20):
        made = buildings.generate(kind, seed, rules)
        spaces = {space.id: space for space in made.spaces}
        inside = {frozenset(opening.joins) for opening in made.openings if opening.passable}
        for space in made.spaces:
            room = plan.rooms[space.kind]
            assert min(space.area.width_cm, space.area.depth_cm) >= (room.least_cm if room.passage_cm is None else 150)
            before = [other.id for other in made.spaces if other.kind == room.behind]
            assert not before or any(frozenset((space.id, other)) in inside for other in before)
        assert spaces[made.goal].kind == plan.goal
        assert {spaces[refuge].kind for refuge in made.refuges} <= set(plan.refuges)
        assert {space.kind for space in made.spaces} >= set(plan.line(plan.goal))
        for opening in made.openings:
            if opening.lock is not None:
                behind = plan.rooms[spaces[opening.joins[1]].kind]
                assert behind.lock is not None
                assert opening.kind == behind.door


@each_kind
def test_the_goal_is_locked_and_its_key_lies_where_the_plan_says(rules, kind):
    plan = rules.plans[kind]
    meant = plan.rooms[plan.goal].lock
    for seed in range(20):
        made = buildings.generate(kind, seed, rules)
        spaces = {space.id: space for space in made.spaces}
        lies_in = {key.id: spaces[key.within].kind for key in made.keys}
        assert spaces[made.goal].locks
        assert lies_in[spaces[made.goal].locks[-1]] in meant.key_in


@each_kind
def test_there_is_cover_on_the_way(rules, kind):
    """Who sneaks finds something to hide behind in nearly every room that is no passage."""
    rooms = covered = 0
    for seed in range(20):
        made = buildings.generate(kind, seed, rules)
        hiding = {prop.within for prop in made.props if prop.cover != "none"}
        for space in made.spaces:
            if rules.plans[kind].rooms[space.kind].passage_cm is None:
                rooms += 1
                covered += space.id in hiding
    assert covered * 100 >= rooms * 85


@each_kind
def test_buildings_differ(rules, kind):
    made = [buildings.generate(kind, seed, rules) for seed in range(40)]
    outlines = {tuple((space.kind, space.area) for space in building.spaces) for building in made}
    graphs = {frozenset(opening.joins for opening in building.openings if opening.passable) for building in made}
    assert len(outlines) == len(made)
    assert len(graphs) > len(made) // 4
