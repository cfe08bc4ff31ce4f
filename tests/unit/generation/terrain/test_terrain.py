import json
from collections import Counter
from hashlib import sha256
from itertools import pairwise
from pathlib import Path

import msgspec
import pytest
from bodybroker.generation import terrain
from bodybroker.generation.entities import Rectangle
from bodybroker.generation.layouts import OUTSIDE, Prop
from bodybroker.generation.requests import SEEDS, InvalidRequest
from bodybroker.generation.terrain import rules as terrain_rules
from bodybroker.generation.terrain.layout import GROUND
from msgspec.structs import replace

GOLDEN = Path(__file__).parent / "golden"


def cells(layout, area):
    cell = layout.cell_cm
    rows = range(area.y_cm // cell, (area.y_cm + area.depth_cm - 1) // cell + 1)
    columns = range(area.x_cm // cell, (area.x_cm + area.width_cm - 1) // cell + 1)
    return {(row, column) for row in rows for column in columns}


def test_everything_can_be_reached_from_every_gate(many):
    assert [layout.provenance.seed for layout in many if terrain.faults(layout)] == []


def test_reachability_is_checked_by_walking(rules):
    """What walls somebody in is found: the check is no echo of how grounds are made."""
    layout = terrain.generate("forest", 3, rules)
    at = layout.points[0].at
    wall = [
        Prop(f"x{i}", "wall", GROUND, area, 0, 300)
        for i, area in enumerate(
            (
                Rectangle(at.x_cm - 200, at.y_cm - 200, 400, 50),
                Rectangle(at.x_cm - 200, at.y_cm + 150, 400, 50),
                Rectangle(at.x_cm - 200, at.y_cm - 200, 50, 400),
                Rectangle(at.x_cm + 150, at.y_cm - 200, 50, 400),
            )
        )
    ]
    found = terrain.faults(replace(layout, props=(*layout.props, *wall)))
    assert f"{layout.points[0].id} cannot be reached from g1" in found
    gap = terrain.faults(replace(layout, props=(*layout.props, *wall[:3])))
    assert gap == ()
    assert terrain.faults(replace(layout, gates=())) == ("there is no gate",)


def test_deep_water_bars_the_way_and_planks_lead_across(rules):
    layout = terrain.generate("river", 5, rules)
    drowned = tuple(row.replace("+", "W").replace("w", "W") for row in layout.surface)
    assert any("+" in row for row in layout.surface)
    assert terrain.faults(replace(layout, surface=drowned))


def test_grounds_have_two_ways_out_points_and_spawns_of_every_kind(many, rules):
    for layout in many:
        ground = rules.grounds[layout.kind]
        assert layout.points and len(layout.gates) >= 2
        assert all(gate.joins == (GROUND, OUTSIDE) for gate in layout.gates)
        assert sum(gate.kind == ground.gates.gap for gate in layout.gates) == (ground.gates.gap is not None)
        for gate in layout.gates:
            assert gate.at.x_cm in (0, layout.width_cm) or gate.at.y_cm in (0, layout.depth_cm)
        kinds = Counter(spawn.kind for spawn in layout.spawns)
        assert kinds["player"] == len(layout.gates) and kinds["npc"] >= len(layout.points) and kinds["patrol"]
        if layout.columns >= rules.default_cells:
            assert len(layout.points) >= 4 and kinds["item"] and any(point.landmark for point in layout.points)


def test_things_lie_on_the_ground_and_nothing_stands_in_anything_else(many):
    for layout in many:
        ids = [
            thing.id
            for group in (layout.gates, layout.points, layout.paths, layout.props, layout.spawns)
            for thing in group
        ]
        assert len(ids) == len(set(ids))
        known = {GROUND, *ids}
        fences = {"churchyard_wall", "chain_link"}  # their corners meet
        used = Counter()
        for prop in layout.props:
            area = prop.area
            assert 0 <= area.x_cm < area.x_cm + area.width_cm <= layout.width_cm
            assert 0 <= area.y_cm < area.y_cm + area.depth_cm <= layout.depth_cm
            assert 0 <= prop.yaw < 360 and prop.height_cm > 0 and prop.within in known
            if prop.kind not in fences:
                used.update(cells(layout, area))
        assert not used or max(used.values()) == 1
        for spawn in layout.spawns:
            assert spawn.within in known
            assert 0 <= spawn.at.x_cm <= layout.width_cm and 0 <= spawn.at.y_cm <= layout.depth_cm


def test_fields_fit_their_units(many, rules):
    for layout in many:
        count = layout.columns * layout.rows
        assert len(layout.height_cm) == len(layout.moisture) == count
        assert min(layout.height_cm) == 0 and max(layout.height_cm) > 20
        assert {*layout.moisture} <= {*range(1001)}
        assert len(layout.surface) == layout.rows and {len(row) for row in layout.surface} == {layout.columns}
        assert set("".join(layout.surface)) == set(layout.legend)
        assert set(layout.legend.values()) <= rules.letters.keys()


def test_ways_lead_from_end_to_end_and_fork_where_they_meet(many):
    for layout in many:
        spots = {thing.id: (thing.at.x_cm, thing.at.y_cm) for group in (layout.gates, layout.points) for thing in group}
        walked = set()
        for path in layout.paths:
            for end, point in zip(path.joins, (path.points[0], path.points[-1]), strict=True):
                assert spots.setdefault(end, (point.x_cm, point.y_cm)) == (point.x_cm, point.y_cm)
            walked |= set(path.joins)
            assert len(path.points) >= 2 and path.width_cm > 0
            assert all(a != b for a, b in pairwise(path.points))
        assert walked == spots.keys()


def test_ways_make_loops_to_flee_by(many):
    """Most grounds hold together when any single way is cut."""
    loops = [len(layout.paths) - len({end for path in layout.paths for end in path.joins}) + 1 for layout in many]
    assert min(loops) >= 0 and sum(count >= 2 for count in loops) > 0.8 * len(loops)


def test_one_can_hide(many, rules):
    """There is cover all over the ground, also near the ways, and what hides there does so off them."""
    for layout in many:
        if layout.columns < rules.default_cells:
            continue
        quarters = Counter(
            (2 * prop.area.x_cm // layout.width_cm, 2 * prop.area.y_cm // layout.depth_cm)
            for prop in layout.props
            if prop.cover != "none"
        )
        assert len(quarters) == 4 and min(quarters.values()) >= 3


def test_sight_is_hindered_by_hills_and_by_what_stands_between(many, rules):
    for layout in many:
        ids = {thing.id for group in (layout.gates, layout.points) for thing in group}
        for sight in layout.sights:
            assert set(sight.between) <= ids and len(set(sight.between)) == 2
            assert sight.distance_cm <= rules.sight_cm
    seen = sum(len(layout.sights) for layout in many)
    blind = rules.model_copy(update={"eyes_cm": 1})
    least = sum(len(terrain.generate(kind, seed, blind).sights) for seed in range(0, 72, 4) for kind in terrain.KINDS)
    assert 0 < least < seen * 0.25 * 0.8  # every fourth of `many` has this size


def test_nobody_sees_through_containers(many, rules):
    for layout in many:
        if layout.kind != "industrial":
            continue
        at = {thing.id: thing.at for group in (layout.gates, layout.points) for thing in group}
        walls = [prop for prop in layout.props if prop.cover == "full"]

        def ground(x, y, layout=layout):
            row, column = min(y // layout.cell_cm, layout.rows - 1), min(x // layout.cell_cm, layout.columns - 1)
            return layout.height_cm[row * layout.columns + column]

        for sight in layout.sights:
            a, b = (at[end] for end in sight.between)
            eyes = max(ground(a.x_cm, a.y_cm), ground(b.x_cm, b.y_cm)) + rules.eyes_cm
            for i in range(48):
                x, y = (a.x_cm * (47 - i) + b.x_cm * i) // 47, (a.y_cm * (47 - i) + b.y_cm * i) // 47
                for prop in walls:
                    if 0 <= x - prop.area.x_cm < prop.area.width_cm and 0 <= y - prop.area.y_cm < prop.area.depth_cm:
                        assert ground(x, y) + prop.height_cm <= eyes


def test_places_differ(rules):
    for kind in terrain.KINDS:
        made = [terrain.generate(kind, seed, rules, 48) for seed in range(40)]
        assert len({layout.surface for layout in made}) == 40
        assert len({tuple(sorted(point.kind for point in layout.points)) for layout in made}) > 5


def test_structures_stand_beside_nearly_all_the_points_that_have_one(many, rules):
    wanted = found = 0
    for layout in many:
        if layout.columns < rules.default_cells:
            continue
        kinds = {poi.kind: poi.structure for poi in rules.grounds[layout.kind].points}
        for point in layout.points:
            structure = kinds[point.kind]
            if structure is not None:
                wanted += 1
                found += any(prop.kind == structure.kind and prop.within == point.id for prop in layout.props)
    assert found > 0.9 * wanted


def test_the_same_seed_makes_the_same_bytes_that_survive_the_wire(rules):
    made = [msgspec.json.encode(terrain.generate("cemetery", 2**64 - 1, rules)) for _ in range(2)]
    assert made[0] == made[1]
    assert msgspec.json.encode(msgspec.json.decode(made[0], type=terrain.TerrainLayout)) == made[0]
    assert b"." not in made[0].split(b'"surface"')[0]  # no float among the numbers
    assert made[0] != msgspec.json.encode(terrain.generate("cemetery", 2**64 - 2, rules))


def test_golden_grounds():
    """From frozen rules, so that tuning leaves it alone: only another VERSION may change it (golden.py)."""
    rules = terrain_rules.validate(json.loads((GOLDEN / "rules.json").read_text()))
    golden = json.loads((GOLDEN / "grounds.json").read_text())
    assert golden["version"] == terrain.VERSION
    made = {
        f"{kind} {seed}": sha256(msgspec.json.encode(terrain.generate(kind, int(seed), rules))).hexdigest()
        for kind, seed in (name.split() for name in golden["grounds"])
    }
    assert made == golden["grounds"]


def test_bad_requests_name_every_fault(rules):
    with pytest.raises(InvalidRequest) as caught:
        terrain.generate("moon", SEEDS, rules, (1_000_000, -3))
    faults = caught.value.faults
    assert len(faults) == 4
    for word in (
        "kind must be one of forest, cemetery, industrial, river",
        "seed must lie in",
        "columns must",
        "rows must",
    ):
        assert any(word in fault for fault in faults)
    with pytest.raises(InvalidRequest, match="seed must lie in"):
        terrain.generate("forest", -1, rules)


def test_bad_rules_name_every_fault(rules):
    document = json.loads(rules.model_dump_json())
    document["cell_cm"] = 70
    del document["letters"]["grass"]
    document["grounds"]["moon"] = document["grounds"].pop("forest")
    with pytest.raises(terrain.InvalidTerrain) as caught:
        terrain_rules.validate(document)
    text = str(caught.value)
    for word in (
        "multiple of 50",
        "letters.grass is missing",
        "grounds.forest is missing",
        "grounds.moon: no such kind",
    ):
        assert word in text
    document = json.loads(rules.model_dump_json())
    document["eyes_cm"] = "high"
    document["grounds"]["river"]["scatter"][0]["density"] = 1001
    document["grounds"]["river"]["gates"]["count"] = {"low": 1, "high": 1}
    with pytest.raises(terrain.InvalidTerrain) as caught:
        terrain_rules.validate(document)
    assert len(caught.value.faults) >= 2 and "eyes_cm" in str(caught.value) and "density" in str(caught.value)
