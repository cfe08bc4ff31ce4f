"""`make generated-day`: 1,000 players have places made ahead of them for a day, and one of them for 30 nights.

Prints how often the content cache served, and whether rightly; whether a prompt said a name; how much the one player
was told twice, by a model and without. Exit status 1 where a target is missed. No network is used, unless `--server`
names a model that shall answer in the place of the script.
"""

import argparse
import sys
from collections.abc import Iterator, Mapping, Sequence

from rich.console import Console
from rich.table import Table

from scripts.generated_day import simulation
from scripts.generated_day.cache import Count
from scripts.generated_day.making import Maker, load_book
from scripts.generated_day.repetition import Told
from scripts.generated_day.simulation import Day, Made
from scripts.generated_day.speakers import Scripted, Served, Speaker

LEAST_HITS_PER_MILLE = 900
MOST_REPEATED_PER_MILLE = 50
"""The targets: the share of requests that the cache answers on the day, the share of stories told twice."""


def missed(day: Day, nights: Sequence[Told]) -> Iterator[str]:
    """Every target that is missed."""
    if day.cache.total.hits_per_mille < LEAST_HITS_PER_MILLE:
        yield f"{percent(day.cache.total.hits_per_mille)} exact hits, not {percent(LEAST_HITS_PER_MILLE)}"
    if day.cache.false_hits:
        yield f"{day.cache.false_hits} false hits"
    if day.leaks:
        yield f"{day.leaks} prompts say a name"
    for told in nights:
        if told.per_mille >= MOST_REPEATED_PER_MILLE:
            yield f"{percent(told.per_mille)} of {told.texts} stories told twice"


def percent(per_mille: int) -> str:
    """A share as people read it."""
    return f"{per_mille / 10:.1f} %"


def show(console: Console, day: Day, nights: Mapping[str, tuple[Made, Told]]) -> None:
    """The tables."""
    table = Table("specialist", "requests", "exact hits", "hits", "prompts kept", title="The day", title_justify="left")
    for name, count in sorted(day.cache.by_specialist.items()):
        table.add_row(*_row(name, count))
    table.add_section()
    table.add_row(*_row("all", day.cache.total))
    console.print(table)
    console.print(
        f"{day.made.places} places, {day.made.rounds} rounds of checks; described by {_sources(day.made)}; false hits "
        f"{day.cache.false_hits}; prompts that say a name {day.leaks}; answers that did not fit {day.unfit}",
        soft_wrap=True,
    )
    table = Table("nights", "places", "described by", "stories", "told twice", "word for word")
    for name, (made, told) in nights.items():
        repeated = f"{told.repeated} ({percent(told.per_mille)})"
        table.add_row(name, str(made.places), _sources(made), str(told.texts), repeated, str(told.exactly))
    console.print(table)


def _row(name: str, count: Count) -> tuple[str, ...]:
    return name, str(count.requests), str(count.hits), percent(count.hits_per_mille), str(count.misses)


def _sources(made: Made) -> str:
    return ", ".join(f"{source} {count}" for source, count in sorted(made.sources.items()))


def main(arguments: Sequence[str] | None = None) -> int:
    """Simulates and prints; status 1 where a target is missed."""
    parser = argparse.ArgumentParser(prog="make generated-day", description=__doc__)
    parser.add_argument("--seed", type=int, default=1, help="of the first world; the others count on from it")
    parser.add_argument("--players", type=int, default=1000)
    parser.add_argument("--stops", type=int, default=12, help="that a player walks to in a day")
    parser.add_argument("--nights", type=int, default=30)
    parser.add_argument("--server", default="", help="let the model behind this URL describe the nights")
    parser.add_argument("--examples", type=int, default=0, help="print so many stories that were told twice")
    options = parser.parse_args(arguments)
    console, book = Console(), load_book()
    speaker: Speaker = Served(options.server) if options.server else Scripted(book.specialists)
    day = simulation.day(options.seed, options.players, options.stops)
    nights = {
        name: simulation.nights(Maker(book, who), options.seed, options.nights, options.stops)
        for name, who in (("with a model", speaker), ("without", None))
    }
    show(console, day, nights)
    for name, (_, told) in nights.items():
        for text, earlier in told.examples[: options.examples]:
            console.print(f"{name}: {text}\n  before: {earlier}", highlight=False)
    faults = [*missed(day, [told for _, told in nights.values()])]
    for fault in faults:
        console.print(f"[red]missed: {fault}[/]")
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main())
