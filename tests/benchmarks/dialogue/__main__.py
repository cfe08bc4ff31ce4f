"""`make dialogue-report`: how well NPCs are guarded, how little they repeat themselves, how true they stay.

`--data` names a folder with public sets to measure the gate on; `--url` a model that already runs; `--no-model` leaves
the model out.
"""

import argparse
from contextlib import nullcontext
from pathlib import Path

from tests.benchmarks.dialogue import guarding, repeating, staying
from tests.benchmarks.model_call import MODEL_PYTHON, server


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(prog="make dialogue-report", description=__doc__)
    parser.add_argument("--data", type=Path, help="folder with public sets, for measuring only")
    parser.add_argument("--url", help="base URL of a model that already runs")
    parser.add_argument("--no-model", action="store_true", help="measure without a model")
    parser.add_argument("--answers", type=int, default=10, help="lines that the model is asked for, for each race")
    parser.add_argument("--show", action="store_true", help="print the model's lines, too")
    arguments = parser.parse_args()
    for table in (guarding.tables(arguments.data), repeating.tables(), staying.without_model()):
        for row in table:
            print(row, flush=True)
    print()
    if arguments.no_model or not (arguments.url or MODEL_PYTHON.exists()):
        print("small model left out:", "as asked" if arguments.no_model else "it is not installed (make install)")
        return
    with nullcontext(arguments.url.rstrip("/")) if arguments.url else server() as url:
        for row in staying.with_model(url, arguments.answers, arguments.show):
            print(row, flush=True)


if __name__ == "__main__":
    main()
