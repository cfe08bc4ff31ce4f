"""Whatever the seed: a building keeps every guarantee, and the same seed makes the same bytes."""

import msgspec
import pytest
from bodybroker.generation import buildings

SEEDS = 60


@pytest.mark.parametrize("kind", buildings.KINDS)
def test_no_building_has_a_fault(rules, kind):
    found = {seed: buildings.faults(buildings.generate(kind, seed, rules)) for seed in range(SEEDS)}
    assert {seed: faults for seed, faults in found.items() if faults} == {}


@pytest.mark.parametrize("kind", buildings.KINDS)
def test_the_same_seed_makes_the_same_bytes_and_another_seed_others(rules, kind):
    encoded = [msgspec.json.encode(buildings.generate(kind, seed, rules)) for seed in (7, 7, 8)]
    assert encoded[0] == encoded[1] != encoded[2]
