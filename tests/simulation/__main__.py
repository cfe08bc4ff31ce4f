"""`make simulate`: run the simulation under many seeds; a seed that fails is printed with its command."""

import argparse
import sys
import time
import traceback
from collections import Counter

from tests.simulation.simulation import SIZES, Simulation

LAST_LINES = 40
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
    begun = time.process_time()
    for seed in range(arguments.first, arguments.first + arguments.seeds):
        simulation = Simulation(seed, SIZES[arguments.size], keep=True)
        try:
            counts.update(simulation.run().counts)
        except Exception:
            print(*simulation.trace.lines[-LAST_LINES:], sep="\n")
            traceback.print_exc()
            print(f"\nseed {seed} fails; to see it again: make simulate FIRST={seed} SEEDS=1 SIZE={arguments.size}")
            return 1
        if (seed + 1 - arguments.first) % PROGRESS == 0:
            print(f"{seed + 1 - arguments.first} seeds hold", flush=True)
    seconds = time.process_time() - begun
    print(f"{arguments.seeds} seeds ({arguments.size}) hold, {1000 * seconds / arguments.seeds:.0f} ms of CPU each:")
    print(", ".join(f"{number} {what}" for what, number in counts.most_common()))
    return 0


if __name__ == "__main__":
    sys.exit(main())
