from collections import Counter
from dataclasses import replace

import pytest
from bodybroker.generation.entities import Provenance
from msgspec import Struct

from scripts.generate import seeds, variety
from scripts.generate.generators import Generator

SMOKE = 40
"""Seeds of each generator that every run of the tests tries; `make seeds` tries the many."""


class Thing(Struct, frozen=True):
    """A place of a generator that fails to order."""

    number: int
    provenance: Provenance


def _provenance(seed):
    return Provenance(seed=seed, generator="thing", generator_version=1)


GOOD = Generator(
    kinds=("thing",),
    layout=Thing,
    make=lambda kind, seed: Thing(seed, _provenance(seed)),
    faults=lambda made: (),
    draw=lambda made, brief=False: None,
    measure=lambda made: {"size": made.number % 7},
)


def _classes(tally):
    return Counter(failed for _, _, failed, _ in tally.failures)


@pytest.mark.parametrize("name", ["building", "terrain", "city", "monster"])
def test_no_seed_of_any_generator_fails(known, name):
    tally = seeds.run(known[name], 0, SMOKE)
    assert tally.failures == [] and tally.seeds == SMOKE
    assert len(tally.digests) == SMOKE
    assert set(tally.figures) == set(known[name].kinds)


def test_seeds_are_small_and_large_and_shared_out_over_the_kinds():
    asked = []
    spying = replace(
        GOOD, kinds=("a", "b"), make=lambda kind, seed: asked.append((kind, seed)) or GOOD.make(kind, seed)
    )
    seeds.run(spying, 0, 400)
    assert {kind for kind, _ in asked} == {"a", "b"}
    assert min(seed for _, seed in asked) < 10 and max(seed for _, seed in asked) > 2**60
    assert all(0 <= seed < 2**64 for _, seed in asked)


def test_a_crash_is_counted_and_told():
    def make(kind, seed):
        if seed == 3:
            raise KeyError("r9")
        return GOOD.make(kind, seed)

    tally = seeds.run(replace(GOOD, make=make), 0, 10)
    assert tally.failures == [("thing", 3, "crash", "KeyError('r9')")] and tally.seeds == 10


@pytest.mark.parametrize(
    ("fault", "failed"),
    [
        ("k1 opens nothing", "lock"),
        ("r3 is not reached without k2", "lock"),
        ("p4 cannot be reached from g1", "unreachable"),
        ("r8 has no second way out", "unreachable"),
        ("ids are not unique", "broken"),
    ],
)
def test_a_fault_is_counted_once_per_seed_in_its_class(fault, failed):
    tally = seeds.run(replace(GOOD, faults=lambda made: (fault, fault) if made.number == 5 else ()), 0, 10)
    assert tally.count(failed) == 1 and set(_classes(tally)) == {failed}


def test_what_does_not_fit_its_schema_or_holds_a_fraction_is_counted():
    wrong = replace(GOOD, make=lambda kind, seed: Thing("seven", _provenance(seed)), measure=lambda made: {"size": 1})
    assert seeds.run(wrong, 1, 2).count("schema") == 1
    fraction = replace(GOOD, make=lambda kind, seed: Thing(0.5, _provenance(seed)), measure=lambda made: {"size": 1})
    assert seeds.run(fraction, 1, 2).count("schema") == 1


def test_a_generator_that_is_not_the_same_twice_is_caught():
    count = iter(range(10**6))
    fickle = replace(GOOD, make=lambda kind, seed: Thing(next(count), _provenance(seed)))
    assert seeds.run(fickle, 0, 1).count("nondeterministic") == 1


def test_places_that_differ_by_their_seed_alone_count_as_one():
    assert len(seeds.run(replace(GOOD, make=lambda kind, seed: Thing(1, _provenance(seed))), 1, 9).digests) == 1


def test_the_run_prints_a_table_writes_its_plots_and_tells_by_its_status(tmp_path, capsys):
    assert seeds.main(["--seeds", "10", "--only", "monster", "--workers", "1", "--out", str(tmp_path)]) == 0
    said = capsys.readouterr().out
    row = next(line for line in said.splitlines() if line.startswith("monster "))
    assert row.split()[1:2] == ["10"] and "entropy" in said
    assert {path.name for path in tmp_path.iterdir()} == {"monster.png", "variety.json"}


def test_one_failure_turns_the_status(monkeypatch, tmp_path, capsys):
    failing = seeds.Tally(1, [("thing", 3, "crash", "KeyError('r9')")], [1.0], {b"a"}, {})
    monkeypatch.setattr(seeds, "collect", lambda name, first, count, workers: failing)
    assert seeds.main(["--seeds", "1", "--only", "monster", "--workers", "1", "--out", str(tmp_path)]) == 1
    assert "monster thing 3: crash: KeyError('r9')" in capsys.readouterr().out


def test_variety_is_none_where_all_is_the_same_and_full_where_all_differs():
    same = variety.measure({"x": [{"rooms": 5, "doors_in": 50}] * 64})["x"]
    assert (same["fields"], same["entropy_bits"], same["spread"]) == (1, 0, 0)
    apart = [{"rooms": i, "doors_in": j} for i in range(variety.BINS) for j in range(variety.BINS)]
    found = variety.measure({"x": apart})["x"]
    assert found["fields"] == variety.BINS**2
    assert found["entropy_bits"] == pytest.approx(2 * 4.585, abs=0.01)
