"""The same night on every Python version and under every hash seed: the same bytes, the same hash."""

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from bodybroker.world import events, state
from bodybroker.world.apply import apply, fold

GOLDEN = Path(__file__).parent / "golden"
ROOT = Path(__file__).parents[3]


def other_pythons():
    """Interpreters beside ours (pyenv's folder) and on the PATH: one per minor version from 3.11 on but our own."""
    beside = sorted(Path(sys.base_prefix).parent.glob("3.*/bin/python3"))
    on_path = [shutil.which(f"python3.{minor}") for minor in range(11, 20)]
    found = {}
    for candidate in (*beside, *(Path(path) for path in on_path if path)):
        probe = subprocess.run(
            [candidate, "-c", "import sys; print(*sys.version_info[:2])"], capture_output=True, text=True, timeout=60
        )
        if probe.returncode == 0:
            found.setdefault(tuple(map(int, probe.stdout.split())), candidate)
    return [path for version, path in sorted(found.items()) if (3, 11) <= version != sys.version_info[:2]]


def replay(python, path, hash_seed):
    env = {"PYTHONPATH": os.pathsep.join(map(str, path)), "PYTHONHASHSEED": hash_seed, "PATH": os.environ["PATH"]}
    done = subprocess.run(
        [python, "-W", "error", GOLDEN / "night.py", GOLDEN / "rules.json"],
        capture_output=True,
        text=True,
        timeout=120,
        env=env,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout.split()


@pytest.fixture(scope="session")
def hashes(golden_night):
    return [state.hash(reached) for _, _, reached in golden_night]


def test_the_written_night_ends_where_it_always_ended(golden_night, hashes):
    _, _, last = golden_night[-1]
    assert json.loads((GOLDEN / "end.json").read_text()) == {"version": last.version, "hash": hashes[-1]}


@pytest.mark.parametrize("hash_seed", ["0", "1", "4242"])
def test_the_hash_seed_of_python_does_not_matter(hashes, hash_seed):
    assert replay(sys.executable, [ROOT / "layers"], hash_seed)[:-1] == hashes


def test_every_other_python_agrees(hashes, tmp_path):
    pythons = other_pythons()
    if not pythons:
        pytest.skip("no other Python from 3.11 on on this machine")
    uv = shutil.which("uv") or shutil.which("uv", path=str(Path(sys.executable).parent))
    if uv is None:
        pytest.skip("no uv to install pydantic and msgspec for another Python")
    for python in pythons:
        target = tmp_path / python.parent.parent.name
        requirements = ROOT / "layers" / "third_party" / "base.txt"
        install = [uv, "pip", "install", "-q", "--python", python, "--target", target, "-r", requirements]
        done = subprocess.run(install, capture_output=True, text=True, timeout=300)
        if done.returncode != 0:
            pytest.skip(f"pydantic and msgspec cannot be had for {python}: {done.stderr[-300:]}")
        assert replay(python, [ROOT / "layers", target], "random")[:-1] == hashes, python


def test_folding_any_prefix_and_then_the_rest_gives_the_same(golden_night):
    log = [event for _, made, _ in golden_night for event in made]
    whole = fold(log)
    assert whole == golden_night[-1][2] == fold(log)
    for cut in range(1, len(log)):
        prefix = fold(log[:cut])
        assert prefix.version == cut
        assert fold(log[cut:], state.decode(state.encode(prefix))) == whole


def test_a_snapshot_comes_back_as_it_was(golden_night):
    for _, _, reached in golden_night:
        assert state.decode(state.encode(reached)) == reached


def test_a_snapshot_of_another_schema_is_refused(golden_night):
    wire = state.encode(golden_night[0][2])
    old = wire.replace(b'"schema_version":%d' % state.SCHEMA_VERSION, b'"schema_version":0')
    assert old != wire
    with pytest.raises(state.UnknownSchema, match="schema version 0"):
        state.decode(old)


def test_events_that_cannot_follow_are_refused(golden_night):
    created = golden_night[0][1][0]
    now = fold([created])
    with pytest.raises(ValueError, match="created once"):
        apply(now, created)
    with pytest.raises(ValueError, match="first event"):
        apply(None, events.PhaseChanged("night", 3))
    with pytest.raises(ValueError, match="empty log"):
        fold([])
    with pytest.raises(ValueError, match="at 1"):
        apply(now, events.WorldRewound("b", 9, 5))
    with pytest.raises(KeyError):
        apply(now, events.OfferWithdrawn(next(iter(now.npcs)), "expired"))
