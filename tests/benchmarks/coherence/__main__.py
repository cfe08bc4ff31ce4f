"""`python -m tests.benchmarks.coherence`: planted contradictions that are caught, and good places that are refused."""

import sys

from tests.benchmarks.coherence import suite


def main() -> None:
    found = suite.measure()
    print(found.table())
    if "--missed" in sys.argv:
        print("\n".join(found.details()))


if __name__ == "__main__":
    main()
