"""The world beside `eventsourcing` (PyPI) on the same task: a game in its middle goes on, command by command.

`python -m tests.benchmarks.world` prints it alone, `make bench` beside the rest. Both sides decide by the same rules on
the same state; they differ in how they keep a log and come back from it. The game is a bot's career in a city so
crowded that it holds 500 entities; every figure is CPU time of this process, so that neighbours on the machine count
little.
"""

import statistics
import time
import zlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from bodybroker.world import events, registry, rules, state
from bodybroker.world.apply import fold
from bodybroker.world.commands import CommandAdapter
from bodybroker.world.decide import decide
from bodybroker.world.events import Event
from bodybroker.world.rules import Rules
from bodybroker.world.state import State

from play.bots.mind import Mind
from play.bots.styles import STYLES
from play.bots.table import LocalTable
from tests.benchmarks.peer import Worlds, book_keeping

SEED = 3
STYLE = "robber"
CROWD = 26
"""How many times as many residents, so that the city holds 500 entities."""
MIDDLE = 5_000
LENGTHS = (100, 1_000, 10_000, 100_000)
COMMANDS = 200
TAIL = 50
ROUNDS = 7
ENTITIES = 500


@dataclass(frozen=True)
class Moment:
    """A game at some length, its log, and the commands that follow."""

    state: State
    log: tuple[Event, ...]
    commands: tuple[Any, ...]


def crowded() -> Rules:
    """The shipped rules with more residents in every haunt."""
    documents = rules.load().model_dump(mode="json")
    for resident in documents["district"]["residents"]:
        resident["count"] = {end: CROWD * number for end, number in resident["count"].items()}
    return rules.validate(documents)


def moments(book: Rules, lengths: tuple[int, ...]) -> Iterator[Moment]:
    """One bot's career, looked at when its log has come to each of `lengths`."""
    table, mind = LocalTable(SEED, book, keep_log=True), Mind(STYLES[STYLE], SEED)
    assert table.log is not None
    for length in lengths:
        while len(table.log) < length:
            table.command(mind.next(table.view))
        now, log, commands = table.state, tuple(table.log), []
        for _ in range(COMMANDS):
            command = mind.next(table.view)
            commands.append(CommandAdapter.validate_python(command))
            table.command(command)
        yield Moment(now, log, tuple(commands))


def measure() -> str:
    """The tables."""
    book = crowded()
    (middle,) = moments(book, (MIDDLE,))
    found = len(registry.entities(middle.state))
    assert found >= ENTITIES, f"the city holds {found} entities"
    lines = [f"a world of {found} entities after {len(middle.log):,} events", ""]
    for table in (_throughput, _by_kind, _loading):
        lines += [*table(middle, book), ""]
    return "\n".join([*lines, *_flatness(book)])


def _throughput(moment: Moment, book: Rules) -> list[str]:
    worlds = Worlds(book)
    aggregate = worlds.begin(moment.state)
    rates: dict[str, list[float]] = {"decided": [], "triggered": [], "logged": [], "saved": []}
    for _ in range(ROUNDS):
        rates["decided"].append(_rate(lambda: _decide_and_apply(moment, book)))
        rates["triggered"].append(_rate(lambda: aggregate.play_on(moment.state, moment.commands)))
        rates["logged"].append(_rate(lambda: _decide_and_log(moment, book)))
        rates["saved"].append(_rate(lambda: worlds.play_on(moment.state, moment.commands)))
    lines = [f"{'commands per second of CPU':<52}{'this':>10}{'peer':>10}{'ratio':>8}"]
    rows = (
        ("decide and apply", "decided", "triggered"),
        ("decide, apply and keep in a log in memory", "logged", "saved"),
    )
    for name, ours, theirs in rows:
        mine, peer = statistics.median(rates[ours]), statistics.median(rates[theirs])
        lines.append(f"{name:<52}{mine:>10,.0f}{peer:>10,.0f}{mine / peer:>8.2f}")
    return lines


def _by_kind(moment: Moment, book: Rules) -> list[str]:
    """Where the time goes: most of it to where the clock passes dusk or dawn, when the whole city moves on."""
    spent: dict[str, list[float]] = {}
    now = moment.state
    for command in moment.commands:
        cost = min(_cpu(lambda now=now, command=command: fold(decide(now, command, book), now)) for _ in range(3))
        after = fold(decide(now, command, book), now)
        kind = type(command).__name__ + (", past dusk or dawn" if after.phase != now.phase else "")
        spent.setdefault(kind, []).append(1e6 * cost)
        now = after
    lines = [f"{'of which':<52}{'commands':>10}{'µs each':>10}"]
    ranked = sorted(spent.items(), key=lambda pair: -sum(pair[1]))
    return lines + [f"  {kind:<50}{len(costs):>10}{statistics.mean(costs):>10.1f}" for kind, costs in ranked]


def _decide_and_apply(moment: Moment, book: Rules) -> None:
    now = moment.state
    for command in moment.commands:
        now = fold(decide(now, command, book), now)


def _decide_and_log(moment: Moment, book: Rules) -> None:
    """The log holds the bytes of each event under its version, and no version twice."""
    now, log = moment.state, dict[int, bytes]()
    for command in moment.commands:
        made = decide(now, command, book)
        for version, event in enumerate(made, start=now.version + 1):
            assert version not in log
            log[version] = events.encode(event)
        now = fold(made, now)


def _loading(moment: Moment, book: Rules) -> list[str]:
    """From a snapshot and the events above it, both as bytes."""
    base = fold(moment.log[:-TAIL])
    data = zlib.compress(state.encode(base), level=1)
    tail = [events.encode(event) for event in moment.log[-TAIL:]]
    worlds = Worlds(book)
    key = worlds.keep(base, moment.log[-TAIL:])

    def ours() -> State:
        return fold(map(events.decode, tail), state.decode(zlib.decompress(data)))

    assert ours() == moment.state == worlds.load(key)
    mine, peer, bare = (_milliseconds(load) for load in (ours, lambda: worlds.load(key), book_keeping(TAIL)))
    return [
        f"{f'loading: a snapshot and {TAIL} events, ms of CPU':<52}{mine:>10.2f}{peer:>10.2f}{mine / peer:>8.2f}",
        f"{'  of which the peer spends on events that do nothing':<62}{bare:>10.2f}",
    ]


def _flatness(book: Rules) -> list[str]:
    lines = [f"{'events in the log':>20}{'entities':>10}{'µs per command':>16}"]
    for moment in moments(book, LENGTHS):
        rates = [_rate(lambda moment=moment: _decide_and_apply(moment, book)) for _ in range(ROUNDS)]
        cost = 1e6 / statistics.median(rates)
        lines.append(f"{len(moment.log):>20,}{len(registry.entities(moment.state)):>10}{cost:>16.1f}")
    return lines


def _rate(work: Callable[[], object]) -> float:
    """Commands per second of CPU."""
    return COMMANDS / _cpu(work)


def _milliseconds(work: Callable[[], object]) -> float:
    return 1000 * statistics.median(_cpu(work) for _ in range(5 * ROUNDS))


def _cpu(work: Callable[[], object]) -> float:
    begun = time.process_time()
    work()
    return time.process_time() - begun


if __name__ == "__main__":
    print(measure())
