"""Many seeds, on every core."""

import time
import traceback
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from functools import partial
from multiprocessing import get_context

from tests.simulation.simulation import SIZES, Simulation

LAST_LINES = 40
"""Of the trace of a seed that fails."""
CHUNK = 10


@dataclass(frozen=True)
class Run:
    """What came of one seed: what happened how often, seconds of CPU, and how it failed, if it did."""

    counts: Counter[str]
    seconds: float
    failure: str = ""


def run_seed(seed: int, size: str) -> Run:
    """One seed, in this process."""
    simulation, begun = Simulation(seed, SIZES[size], keep=True), time.process_time()
    try:
        counts = simulation.run().counts
    except Exception:
        again = f"seed {seed} fails; to see it again: make simulate FIRST={seed} SEEDS=1 SIZE={size}"
        return Run(Counter(), 0, "\n".join([*simulation.trace.lines[-LAST_LINES:], traceback.format_exc(), again]))
    return Run(Counter(counts), time.process_time() - begun)


def run_seeds(seeds: range, size: str) -> Iterator[Run]:
    """All of them, in as many processes as there are cores, in the order of the seeds."""
    with ProcessPoolExecutor(mp_context=get_context("spawn")) as pool:
        yield from pool.map(partial(run_seed, size=size), seeds, chunksize=CHUNK)
