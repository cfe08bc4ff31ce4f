"""`make simulate`: the simulation under many seeds, on every core; a seed that fails is printed with its command."""

import argparse
import sys
from collections import Counter

from tests.simulation.seeds import run_seeds
from tests.simulation.simulation import SIZES

PROGRESS = 100
"""Seeds between two lines that say how far it has come."""


def main() -> int:
    """Run the seeds; 1 when one of them failed."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seeds", type=int, default=100, help="how many")
    parser.add_argument("--first", type=int, default=0, help="the first of them")
    parser.add_argument("--size", choices=SIZES, default="short")
    arguments = parser.parse_args()
    counts: Counter[str] = Counter()
    seconds = 0.0
    seeds = range(arguments.first, arguments.first + arguments.seeds)
    for number, run in enumerate(run_seeds(seeds, arguments.size), start=1):
        if run.failure:
            print(run.failure)
            return 1
        counts += run.counts
        seconds += run.seconds
        if number % PROGRESS == 0:
            print(f"{number} seeds hold", flush=True)
    print(f"{arguments.seeds} seeds ({arguments.size}) hold, {1000 * seconds / arguments.seeds:.0f} ms of CPU each:")
    print(", ".join(f"{number} {what}" for what, number in counts.most_common()))
    return 0


if __name__ == "__main__":
    sys.exit(main())
