"""The smoke of the simulation: a hundred short seeds (CI runs a thousand beforehand), and the same seed twice."""

import os
import subprocess
import sys
from pathlib import Path

from tests.simulation.seeds import run_seeds
from tests.simulation.simulation import MEDIUM, Simulation

SEEDS = 100
ROOT = Path(__file__).parents[2]


def test_a_hundred_short_seeds_hold():
    """A failure names its seed; to see it alone, with its trace: make simulate FIRST=<seed> SEEDS=1."""
    failures = [run.failure for run in run_seeds(range(SEEDS), "short") if run.failure]
    assert not failures, "\n\n".join(failures[:3])


def test_the_same_seed_gives_the_same_run():
    first, second, other = (Simulation(seed, MEDIUM).run() for seed in (7, 7, 8))
    assert first == second
    assert first.digest != other.digest


def test_a_seed_gives_the_same_run_in_another_process():
    """With other hashes of strings, so that no order hangs on them."""
    program = "from tests.simulation.simulation import *; print(Simulation(7, MEDIUM).run().digest)"
    environment = {**os.environ, "PYTHONHASHSEED": "4711", "PYTHONPATH": os.pathsep.join(sys.path)}
    command = [sys.executable, "-c", program]
    run = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, check=True)
    assert run.stdout.strip() == Simulation(7, MEDIUM).run().digest


def test_runs_meet_what_they_are_for():
    """Crashes, lost answers, conflicts and repetitions do happen: a calm simulation would find nothing."""
    lines = [line for seed in range(12) for line in Simulation(seed, MEDIUM, keep=True).run().lines]
    for fault in (
        "throttled",
        "conflict",
        "refused",
        "broken",
        "lost",
        "lost_500",
        "resent",
        "slow",
        "crash_before",
        "crash_after",
    ):
        assert any(line.split()[1] == fault for line in lines), fault
    for what in ("reply 200", "reply 201", "reply 404", "reply 422", "rot ", "deliver ", "scan "):
        assert any(line.startswith(what) for line in lines), what
