"""How long it takes until something comes to an NPC's mind: `python -m tests.benchmarks.retrieval --memories 100000`

One world's memories, shared out among its NPCs, on the local search engine and the local embedding model, by HTTP. A
question is one that names somebody; every fifth asks for nothing in particular, as when an encounter is prepared.
"""

import argparse
import random
import statistics
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from functools import partial
from typing import Any
from uuid import UUID

from bodybroker.kernel.ids import BranchId, EntityId, PlayerId, WorldId, WorldKey
from bodybroker.minds.memory import rules as memory_rules
from bodybroker.minds.memory.queries import Candidate, Query
from bodybroker.minds.memory.records import Changes, Record, place, record_id
from bodybroker.minds.memory.retrieval import remember
from bodybroker.minds.memory.scope import Scope, scope
from bodybroker.ports.memories import Origin
from bodybroker.world import rules
from bodybroker.world.branches import Piece

from tests.trials.services import Services, services

BATCH = 500
STRETCHES = 4
"""A world that was rewound now and then: its lineage has so many pieces."""
WHO = ("Ada Crane", "Viktor Holm", "the Countess", "Old Marrow", "Doctor Pell", "Sister Ruth", "Lazlo", "the Butcher")
WHAT = ("heart", "liver", "kidney", "eye", "lung", "skull", "hand", "spleen")
WHERE = ("the morgue", "the crypt", "Gallows Street", "the club", "the harbour", "the clinic")
DEEDS = (
    "sold {who} a rotten {what} at {where}",
    "paid {who} for a {what} at {where}",
    "lied to {who} about a {what}",
    "was seen with {who} near {where}",
    "broke a promise to bring {who} a {what}",
)
KEY = WorldKey(PlayerId(str(UUID(int=1, version=4))), WorldId(str(UUID(int=2, version=4))))


def records(count: int, npcs: Sequence[EntityId], chance: random.Random) -> Iterator[Record]:
    """Memories of all NPCs in turn, from the first event on."""
    for number in range(count):
        seq, npc = number + 1, npcs[number % len(npcs)]
        ordinal = number * STRETCHES // count
        who, what, where = chance.choice(WHO), chance.choice(WHAT), chance.choice(WHERE)
        deed = chance.choice(DEEDS).format(who=who, what=what, where=where)
        at = place(ordinal, seq)
        yield Record(
            record_id=record_id(npc, at, "sale", 0),
            npc_id=npc,
            place=at,
            minute=seq,
            first_minute=seq,
            kind="present",
            topic="sale",
            text=f"Night {1 + seq // 1440}: the broker {deed} ({number}).",
            slots={},
            about=(who, what),
            importance=chance.randint(10, 90),
            sources=(seq,),
        )


def fill(given: Services, count: int, npcs: Sequence[EntityId]) -> tuple[Piece, ...]:
    """Put the memories; the world's lineage."""
    made = list(records(count, npcs, random.Random(7)))
    for start in range(0, count, BATCH):
        batch = made[start : start + BATCH]
        vectors = given.embeddings.embed([record.text for record in batch])
        by_id = {record.record_id: vector for record, vector in zip(batch, vectors, strict=True)}
        by_ordinal: dict[int, list[Changes]] = {}
        for record in batch:
            by_ordinal.setdefault(record.place >> 32, []).append(Changes(record.place, (record,)))
        for ordinal, changes in by_ordinal.items():
            given.memories.put(Origin(KEY, BranchId("main"), ordinal), changes, by_id)
    given.memories.settle()
    edges = [-(-number * count // STRETCHES) for number in range(STRETCHES + 1)]
    return tuple(Piece(ordinal, edges[ordinal], edges[ordinal + 1]) for ordinal in range(STRETCHES))


def questions(count: int, now: int, chance: random.Random) -> Iterator[Query]:
    """What is asked."""
    for number in range(count):
        who, what = chance.choice(WHO), chance.choice(WHAT)
        if number % 5 == 4:
            yield Query("", now)
        else:
            yield Query(f"Did the broker ever sell {who} a rotten {what}?", now, about=(who,))


def measure(given: Services, scopes: Sequence[Scope], asked: Sequence[Query]) -> dict[str, list[float]]:
    """Milliseconds of each question: of its parts, and of all that an encounter waits for."""
    clock, memory = rules.load().clock, memory_rules.load()
    took: dict[str, list[float]] = {"search": [], "embedding": [], "recollection": []}

    def timed(name: str, call: Callable[[], Any]) -> Any:
        started = time.perf_counter()
        done = call()
        took[name].append(1000 * (time.perf_counter() - started))
        return done

    def find(mine: Scope, query: Query) -> Sequence[Candidate]:
        (vector,) = timed("embedding", lambda: given.embeddings.embed([query.text])) if query.text else (None,)
        found: Sequence[Candidate] = timed("search", lambda: given.memories.find(mine, query, vector))
        assert found, "a question without candidates measures nothing"
        return found

    for number, query in enumerate(asked):
        ask = partial(find, scopes[number % len(scopes)])
        timed("recollection", partial(remember, query, ask, clock, memory))
    return took


def main(arguments: Sequence[str] | None = None) -> int:
    """The command line; 1 when the 99th percentile of a recollection is above the limit."""
    parser = argparse.ArgumentParser(prog="python -m tests.benchmarks.retrieval", description=__doc__)
    parser.add_argument("--memories", type=int, default=100_000)
    parser.add_argument("--npcs", type=int, default=25)
    parser.add_argument("--questions", type=int, default=500)
    parser.add_argument("--limit-ms", type=float, default=30.0)
    options = parser.parse_args(arguments)
    npcs = [EntityId(f"01890000-0000-8000-8000-{number:012d}") for number in range(options.npcs)]
    with services() as given:
        started = time.monotonic()
        lineage = fill(given, options.memories, npcs)
        print(f"{options.memories} memories of {options.npcs} NPCs in {time.monotonic() - started:.0f} s")
        scopes = [scope(KEY, npc, lineage) for npc in npcs]
        asked = list(questions(options.questions + 20, options.memories, random.Random(3)))
        measure(given, scopes, asked[:20])
        before, client = given.search_cpu_s(), time.process_time()
        took = measure(given, scopes, asked[20:])
        engine_ms = 1000 * (given.search_cpu_s() - before) / options.questions
        client_ms = 1000 * (time.process_time() - client) / options.questions
    for name, times in took.items():
        p50, p99 = statistics.median(times), statistics.quantiles(times, n=100)[98]
        print(f"{name:13} p50 {p50:6.1f} ms  p99 {p99:6.1f} ms  of {len(times)}")
    print(f"CPU a recollection: search engine {engine_ms:.1f} ms, whoever asks {client_ms:.1f} ms")
    return 1 if statistics.quantiles(took["recollection"], n=100)[98] > options.limit_ms else 0


if __name__ == "__main__":
    sys.exit(main())
