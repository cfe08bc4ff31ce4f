"""The suite: every planted contradiction checked, every good place checked, and both counted."""

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import islice
from typing import get_args

from bodybroker.generation.coherence import rules
from bodybroker.generation.coherence.check import check
from bodybroker.generation.coherence.facts import Contradiction

from tests.benchmarks.coherence import places, planting
from tests.benchmarks.coherence.planting import Plant, Split

GOOD_PLACES = 400


@dataclass
class Count:
    """How many of how many."""

    hits: int = 0
    of: int = 0

    def add(self, is_hit: bool) -> None:
        """One more."""
        self.hits += is_hit
        self.of += 1

    @property
    def per_mille(self) -> int:
        """The share of hits."""
        return 1000 * self.hits // self.of if self.of else 0

    def __str__(self) -> str:
        return f"{self.hits}/{self.of}".rjust(9) + (f" {100 * self.hits / self.of:6.1f} %" if self.of else " " * 9)


@dataclass
class Result:
    """What a run has found; `caught` by kind, seen or held out; `refused` by where the good places come from."""

    caught: dict[tuple[str, Split], Count] = field(default_factory=lambda: defaultdict(Count))
    refused: dict[str, Count] = field(default_factory=lambda: defaultdict(Count))
    missed: list[Plant] = field(default_factory=list)
    wrong: list[tuple[str, Contradiction]] = field(default_factory=list)

    def total(self, *splits: Split) -> Count:
        """All that was planted in these splits, in every one where none is named."""
        counts = [count for (_, split), count in self.caught.items() if not splits or split in splits]
        return Count(sum(count.hits for count in counts), sum(count.of for count in counts))

    def refused_in_all(self) -> Count:
        """Good places that were refused."""
        counts = [count for source, count in self.refused.items() if source != places.ECHOING]
        return Count(sum(count.hits for count in counts), sum(count.of for count in counts))

    def table(self) -> str:
        """For people."""
        splits = get_args(Split)
        lines = [f"{'planted contradictions':24}" + "".join(f"{split:>20}" for split in splits)]
        for kind in dict.fromkeys(kind for kind, _ in self.caught):
            counts = (self.caught.get((kind, split), "") for split in splits)
            lines.append(f"{kind:24}" + "".join(f"{count!s:>20}" for count in counts))
        lines.append(f"{'all':24}" + "".join(f"{self.total(split)!s:>20}" for split in splits))
        lines += ["", f"{'caught in all':24}{self.total()!s:>20}", ""]
        lines += [f"{'good places refused':24}{'':18}"]
        lines += [f"{source:24}{count!s:>20}" for source, count in self.refused.items()]
        return "\n".join([*lines, f"{'all':24}{self.refused_in_all()!s:>20}"])

    def details(self) -> Iterator[str]:
        """What was missed, and what was wrongly found."""
        for plant in self.missed:
            yield f"missed {plant.kind} ({plant.split}): {plant.what}"
        for source, each in self.wrong:
            yield f"false alarm, {source}: {each.code} {each.entity} {each.part}: {each.detail}"


def measure(every: int = 1) -> Result:
    """The whole suite, or one in `every` of what is in it."""
    result = Result()
    book = rules.load()
    for plant in islice(planting.all_plants(), 0, None, every):
        found = check(plant.place.draft, plant.place.described, plant.world, book)
        here = [each for each in found if each.entity == plant.entity]
        is_named = any(each.code == plant.code for each in here)
        result.caught[plant.kind, plant.split].add(is_named)
        if not is_named:
            result.missed.append(plant)
    for source, place in places.good_places(GOOD_PLACES // every):
        found = check(place.draft, place.described, places.WORLD, book)
        result.refused[source].add(bool(found))
        result.wrong += [(source, each) for each in found]
    return result
