"""What cannot be built is refused with every reason."""

import pytest
from bodybroker.generation import buildings


def test_every_fault_of_a_request_is_named(rules):
    with pytest.raises(buildings.InvalidRequest) as refused:
        buildings.generate("morgue", 2**64, rules, 10, 10**9)
    assert [fault.split(" ")[0] for fault in refused.value.faults] == ["seed", "width_cm", "depth_cm"]
    assert str(rules.plans["morgue"].width_cm.high) in refused.value.faults[1]


@pytest.mark.parametrize("seed", [-1, 2**64, 10**30])
def test_seeds_beyond_64_bits_are_refused(rules, seed):
    with pytest.raises(buildings.InvalidRequest, match="seed"):
        buildings.generate("lab", seed, rules)
    buildings.generate("lab", 2**64 - 1, rules)


@pytest.mark.parametrize("kind", ["", "castle", "MORGUE", "../morgue"])
def test_unknown_kinds_are_refused_with_those_that_there_are(rules, kind):
    with pytest.raises(buildings.InvalidRequest, match="apartment, club") as refused:
        buildings.generate(kind, -1, rules)
    assert len(refused.value.faults) == 2


@pytest.mark.parametrize("size", [0, -100, 1, 10**12])
def test_absurd_sizes_are_refused(rules, size):
    for kind in buildings.KINDS:
        with pytest.raises(buildings.InvalidRequest, match="depth_cm"):
            buildings.generate(kind, 1, rules, None, size)


def test_a_building_is_as_large_as_its_ground_allows(rules):
    plan = rules.plans["hospital"]
    assert buildings.fit("hospital", rules, 10**6, plan.depth_cm.low + 7) == (plan.width_cm.high, plan.depth_cm.low + 7)
    with pytest.raises(buildings.InvalidRequest) as refused:
        buildings.fit("hospital", rules, 100, 100)
    assert len(refused.value.faults) == 2


def test_every_lot_of_the_world_holds_its_building(rules):
    from bodybroker.world import rules as world

    lots = world.load().district.lots
    built = {"hideout": "apartment"} | {kind: kind for kind in buildings.KINDS if kind in lots}
    assert {"morgue", "hospital", "club", "crypt", "den", "warehouse"} <= built.keys()
    for lot, kind in built.items():
        size = buildings.fit(kind, rules, lots[lot].width_cm.low, lots[lot].depth_cm.low)
        assert buildings.faults(buildings.generate(kind, 1, rules, *size)) == ()
