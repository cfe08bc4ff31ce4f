"""`make seeds`: every generator on many seeds and every core. Nothing may crash, be cut off or locked for good.

Each generator shares its seeds out over its kinds. What comes is verified by the generator's own `faults`, and must
come back the same from JSON, and again from the same seed. Prints a table, writes variety and its plots to
build/variety; the exit status is 1 where a single seed failed.
"""

import argparse
import hashlib
import json
import os
import sys
import time
from collections.abc import Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

import msgspec
from msgspec.structs import replace

from scripts.generate import generators, variety
from scripts.generate.generators import Generator

OUT = Path("build") / "variety"
CHUNK = 250
"""Seeds that a worker takes at once."""
AGAIN = 50
"""Every so many seeds, one is made twice."""
SHOWN = 5
"""Failures that are printed in full, per generator."""
WIDE = 2**64 // 1009
"""Every other seed of a kind is large: they spread over all 64 bits."""

Failure = tuple[str, int, str, str]
"""Kind, seed, class of failure, what is wrong."""


@dataclass
class Tally:
    """What came of some seeds of one generator. `figures` by kind; `milliseconds` of CPU per seed.

    `digests` tell places apart by what is in them, not by their seed.
    """

    seeds: int = 0
    failures: list[Failure] = field(default_factory=list)
    milliseconds: list[float] = field(default_factory=list)
    digests: set[bytes] = field(default_factory=set)
    figures: dict[str, list[dict[str, float]]] = field(default_factory=dict)

    def add(self, other: "Tally") -> None:
        """Both together."""
        self.seeds += other.seeds
        self.failures += other.failures
        self.milliseconds += other.milliseconds
        self.digests |= other.digests
        for kind, figures in other.figures.items():
            self.figures.setdefault(kind, []).extend(figures)

    def count(self, kind_of_failure: str) -> int:
        """How many seeds failed in that way."""
        return len({(kind, seed) for kind, seed, failed, _ in self.failures if failed == kind_of_failure})


CLASSES = ("crash", "unreachable", "lock", "broken", "schema", "nondeterministic")


def main(arguments: Sequence[str] | None = None) -> int:
    """Runs, prints, plots."""
    asked = _parser().parse_args(arguments)
    asked.out.mkdir(parents=True, exist_ok=True)
    begun = time.monotonic()
    names = asked.only or list(generators.load())
    tallies: dict[str, Tally] = {}
    print(HEAD, flush=True)
    for name in names:
        tallies[name] = collect(name, asked.first, asked.seeds, asked.workers)
        print(row(name, tallies[name]), flush=True)
    print(f"\n{time.monotonic() - begun:,.0f} s on {asked.workers} workers")
    for name, tally in tallies.items():
        for kind, seed, failed, detail in tally.failures[:SHOWN]:
            print(f"{name} {kind} {seed}: {failed}: {detail}")
    found = {name: variety.measure(tally.figures) for name, tally in tallies.items() if tally.figures}
    print(f"\n{variety.table(found)}")
    (asked.out / "variety.json").write_text(json.dumps(found, indent=1))
    for name in found:
        variety.plot(name, tallies[name].figures, asked.out / f"{name}.png")
    print(f"\nplots and variety.json: {asked.out}")
    return 1 if any(tally.failures for tally in tallies.values()) else 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="make seeds", description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--seeds", type=int, default=100_000, help="per generator, shared out over its kinds")
    parser.add_argument("--first", type=int, default=0)
    parser.add_argument("--only", nargs="*", help="which generators")
    parser.add_argument("--workers", type=int, default=os.cpu_count() or 1)
    parser.add_argument("--out", type=Path, default=OUT)
    return parser


def collect(name: str, first: int, count: int, workers: int) -> Tally:
    """What came of that many seeds of a generator."""
    whole = Tally()
    with ProcessPoolExecutor(workers) as pool:
        for part in pool.map(_run, *zip(*chunks(name, first, count), strict=True)):
            whole.add(part)
    return whole


def chunks(name: str, first: int, count: int) -> Iterator[tuple[str, int, int]]:
    """The seeds in parts for workers: generator, first, past the last."""
    for start in range(first, first + count, CHUNK):
        yield name, start, min(start + CHUNK, first + count)


def run(generator: Generator, first: int, past: int) -> Tally:
    """The seeds from `first` to before `past`, kind after kind in turn."""
    tally = Tally()
    for number in range(first, past):
        kind = generator.kinds[number % len(generator.kinds)]
        seed = number if number // len(generator.kinds) % 2 else number * WIDE % 2**64
        tally.seeds += 1
        tally.failures += _one(generator, kind, seed, number % AGAIN == 0, tally)
    return tally


def _run(name: str, first: int, past: int) -> Tally:
    return run(_loaded()[name], first, past)


@cache
def _loaded() -> dict[str, Generator]:
    return generators.load()


def _one(generator: Generator, kind: str, seed: int, again: bool, tally: Tally) -> Iterator[Failure]:
    """What is wrong with one seed."""
    try:
        begun = time.process_time()
        made = generator.make(kind, seed)
        tally.milliseconds.append(1000 * (time.process_time() - begun))
        for fault in generator.faults(made):
            yield kind, seed, _class_of(fault), fault
        tally.figures.setdefault(kind, []).append(dict(generator.measure(made)))
    except Exception as error:  # whatever it is, it is a finding
        yield kind, seed, "crash", repr(error)
        return
    data = msgspec.json.encode(made)
    nameless = replace(made, provenance=replace(made.provenance, seed=0))
    tally.digests.add(hashlib.blake2b(msgspec.json.encode(nameless), digest_size=8).digest())
    unread = _unreadable(data, made, generator.layout)
    if unread:
        yield kind, seed, "schema", unread
    if again and msgspec.json.encode(generator.make(kind, seed)) != data:
        yield kind, seed, "nondeterministic", "the same seed made something else"


def _unreadable(data: bytes, made: Any, layout: type) -> str | None:
    """Why the JSON is not the layout, or None. It may hold no fraction either."""
    try:
        read: Any = msgspec.json.decode(data, type=layout, strict=True)
    except msgspec.ValidationError as error:
        return str(error)
    if read != made:
        return "it came back different from JSON"
    try:
        _WHOLE.decode(data)
    except Fraction as error:
        return f"it holds the fraction {error}"
    return None


class Fraction(Exception):
    """A number that is not whole."""


def _refuse(text: str) -> None:
    raise Fraction(text)


_WHOLE = msgspec.json.Decoder(float_hook=_refuse)


def _class_of(fault: str) -> str:
    """By the words of the verifiers: only the count per class depends on them, not whether a seed failed."""
    if any(word in fault for word in ("lock", "key", "opens", "without")):
        return "lock"
    return "unreachable" if any(word in fault for word in ("reach", "way", "flee")) else "broken"


HEAD = "".join(
    [
        f"{'generator':<11}{'seeds':>9}",
        *(f"{name:>{len(name) + 2}}" for name in CLASSES),
        f"{'distinct':>10}{'p50 ms':>9}{'p99 ms':>9}{'max ms':>9}",
    ]
)


def row(name: str, tally: Tally) -> str:
    """A generator's line under HEAD; times are CPU of the making alone."""
    times = sorted(tally.milliseconds) or [0.0]
    counts = "".join(f"{tally.count(failed):>{len(failed) + 2}}" for failed in CLASSES)
    spread = "".join(f"{times[min(len(times) - 1, len(times) * share // 100)]:>9.2f}" for share in (50, 99, 100))
    return f"{name:<11}{tally.seeds:>9,}{counts}{len(tally.digests):>10,}{spread}"


if __name__ == "__main__":
    sys.exit(main())
