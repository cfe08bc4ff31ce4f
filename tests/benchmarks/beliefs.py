"""What beliefs cost: room in a state, room in the log, time by the night: `python -m tests.benchmarks.beliefs`.

Careers of several styles run for NIGHTS nights. A snapshot is the state as it is stored, compressed; "without" is the
same state with empty heads. The last lines let half a day pass in such a world, with gossip and with none.
"""

import sys
import time
import zlib
from collections import Counter

import msgspec
from bodybroker.world import events, rules, state
from bodybroker.world.beliefs.events import BeliefsForgotten, BeliefsFormed
from bodybroker.world.beliefs.state import BeliefsState
from bodybroker.world.city.commands import Wait
from bodybroker.world.decide import decide
from bodybroker.world.rules import Rules
from bodybroker.world.state import State
from msgspec.structs import replace

from play.bots.career import play
from play.bots.mind import Mind
from play.bots.styles import STYLES
from play.bots.table import LocalTable

SEED = 3
NIGHTS = 60
ROUNDS = 30
HALF_A_DAY = Wait(type="wait", minutes=720)


def main() -> None:
    """Prints a line for each style, then the time."""
    nights = int(sys.argv[1]) if len(sys.argv) > 1 else NIGHTS
    book = rules.load()
    print(f"{nights} nights, seed {SEED}; bytes")
    heads = ("NPCs", 6), ("beliefs", 9), ("in state", 10), ("state", 8), ("snapshot", 10), ("without", 9)
    print(f"{'style':12}" + "".join(f"{head:>{width}}" for head, width in (*heads, ("log", 9), ("of", 9))))
    table = None
    for style in STYLES:
        table = LocalTable(SEED, book, keep_log=True)
        play(table, Mind(STYLES[style], SEED), nights)
        print(_line(style, table))
    assert table is not None
    for name, gossip in (("with", {}), ("without", {"meetings": 0})):
        print(f"half a day {name} gossip: {_milliseconds(table.state, _changed(book, gossip)):.2f} ms of CPU")


def _line(style: str, table: LocalTable) -> str:
    now = table.state
    empty = replace(now, beliefs=BeliefsState())
    written: Counter[bool] = Counter()
    for event in table.log or ():
        written[isinstance(event, BeliefsFormed | BeliefsForgotten)] += len(events.encode(event))
    beliefs = sum(len(mind) for mind in now.beliefs.held.values())
    sizes = (
        f"{len(msgspec.json.encode(now.beliefs)):10}{len(state.encode(now)):8}{_packed(now):10}{_packed(empty):9}"
        f"{written[True]:9}{written.total():9}"
    )
    return f"{style:12}{len(now.npcs):6}{beliefs:9}{sizes}"


def _packed(now: State) -> int:
    return len(zlib.compress(state.encode(now), level=1))


def _changed(book: Rules, gossip: dict[str, int]) -> Rules:
    changed = book.beliefs.gossip.model_copy(update=gossip)
    return book.model_copy(update={"beliefs": book.beliefs.model_copy(update={"gossip": changed})})


def _milliseconds(now: State, book: Rules) -> float:
    """The best of ROUNDS."""
    taken = []
    for _ in range(ROUNDS):
        begun = time.process_time()
        decide(now, HALF_A_DAY, book)
        taken.append(time.process_time() - begun)
    return min(taken) * 1000


if __name__ == "__main__":
    main()
