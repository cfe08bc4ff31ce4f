"""Does anybody get at another player's memories? `python -m tests.trials.tenancy --queries 10000`

Players whose worlds were made of one seed, so that their NPCs have the same ids, remember nearly the same sentences,
each with the mark of its world. Every query tries to come by another's: with that one's words, vector, names and ids,
with wildcards and pieces of query languages in every field, with a history without end. What the search engine itself
gives out is looked at, before any key could keep it shut.
"""

import argparse
import random
import sys
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from bodybroker.adapters.search_http import SearchRefused
from bodybroker.kernel.errors import Unavailable
from bodybroker.kernel.ids import BranchId, EntityId, PlayerId, WorldId, WorldKey
from bodybroker.minds.memory.queries import Query
from bodybroker.minds.memory.records import Changes, Record, place, record_id
from bodybroker.minds.memory.scope import Scope
from bodybroker.ports.embeddings import Vector
from bodybroker.ports.memories import Origin
from bodybroker.ports.vault import BadSeal
from bodybroker.world.branches import Piece

from tests.trials.services import Services, services

PLAYERS, WORLDS, NPCS, MEMORIES = 5, 3, 4, 12
DEEDS = (
    "sold {npc} a rotten heart",
    "paid {npc} for a liver",
    "lied to {npc} about the police",
    "killed a friend of {npc}",
)
INJECTIONS = (
    "*", "?", "_all", '") OR player:*', '{"match_all":{}}', "' OR 1=1 --", "\n{}\n", "player:(* OR x)", "\\*", "..", "",
    "\u202e*", "a" * 5000, "/_search?q=*", "[TO]", "{{player}}", "\x00", "%2a", "~", "exists:player",
)  # fmt: skip
FOREVER = (Piece(0, 0, 2**32 - 1), Piece(1, 0, 2**32 - 1), Piece(2**21 - 1, 0, 2**32 - 1))


@dataclass(frozen=True)
class Tenant:
    """A world, and the mark that is in every memory of its NPCs."""

    key: WorldKey
    mark: str
    texts: tuple[str, ...]


class Watch:
    """What the search engine gave out, as (player, world)."""

    def __init__(self, http: Any) -> None:
        self._http = http
        self.given: list[tuple[str, str]] = []

    def __getattr__(self, name: str) -> Any:
        return getattr(self._http, name)

    def lines(self, path: str, lines: Sequence[dict[str, Any]]) -> Any:
        searches = path.endswith("_msearch")
        shown = {"_source": ["sealed", "player", "world"]} if searches else {}
        answer = self._http.lines(path, [line | shown if "_source" in line else line for line in lines])
        if searches:
            for one in answer["responses"]:
                for hit in one.get("hits", {}).get("hits", ()):
                    self.given.append((hit["_source"]["player"], hit["_source"]["world"]))
        return answer


class Attacker:
    """Makes queries that want what is another's."""

    def __init__(self, given: Services, seed: int) -> None:
        self.chance = random.Random(seed)
        self.given = given
        self.npcs = [EntityId(f"01890000-0000-8000-8000-{number:012d}") for number in range(NPCS)]
        self.watch = given.memories._http = Watch(given.memories._http)
        self.tenants = [self._settle(number) for number in range(PLAYERS * WORLDS)]
        given.memories.settle()

    def _settle(self, number: int) -> Tenant:
        player = PlayerId(str(UUID(int=number // WORLDS + 1, version=4)))
        key = WorldKey(player, WorldId(str(UUID(int=number + 1000, version=4))))
        mark = f"mark{number:04d}"
        records = [self._record(npc, mark, nth) for npc in self.npcs for nth in range(MEMORIES)]
        texts = [record.text for record in records]
        vectors = dict(zip((record.record_id for record in records), self.given.embeddings.embed(texts), strict=True))
        changes = [Changes(record.place, (record,)) for record in records]
        self.given.memories.put(Origin(key, BranchId("main"), 0), changes, vectors, up_to=MEMORIES)
        return Tenant(key, mark, tuple(texts))

    def _record(self, npc: EntityId, mark: str, nth: int) -> Record:
        at = place(0, nth + 1)
        text = f"The broker {DEEDS[nth % len(DEEDS)].format(npc=f'Ada {npc[-2:]}')} on night {nth} {mark}."
        return Record(
            record_id=record_id(npc, at, "deal", nth),
            npc_id=npc,
            place=at,
            minute=60 * nth,
            first_minute=60 * nth,
            kind="present",
            topic="deal",
            text=text,
            slots={},
            about=(str(npc), "heart"),
            importance=50,
            sources=(nth + 1,),
        )

    def query(self) -> tuple[Scope, Query, Vector | None]:
        """In which scope is asked, and for what."""
        pick = self.chance.choice
        asker, victim = self.chance.sample(self.tenants, 2)
        scope = self._scope(asker, victim)
        wanted = pick(victim.texts)
        text = pick([wanted, victim.mark, f"{wanted} {pick(INJECTIONS)}", pick(INJECTIONS)])
        vector = pick([None, self.given.embeddings.embed([wanted])[0]])
        query = Query(
            text,
            now=10**6,
            about=pick([(), (str(pick(self.npcs)),), (victim.key.player, victim.key.world), (pick(INJECTIONS),)]),
            topics=pick([(), ("deal",), (pick(INJECTIONS),)]),
            minutes=pick([None, (0, 10**9), (-(2**53), 2**53)]),
            which=pick(["first", "last", "any"]),
            limit=pick([1, 40, 1000]),
        )
        return scope, query, vector

    def _scope(self, asker: Tenant, victim: Tenant) -> Scope:
        pick = self.chance.choice
        npc = pick([*self.npcs, EntityId(pick(INJECTIONS)), EntityId(victim.key.world)])
        lineage = pick([FOREVER, (Piece(0, 0, MEMORIES),)])
        others = [
            WorldKey(asker.key.player, victim.key.world),
            WorldKey(victim.key.player, asker.key.world),
            WorldKey(asker.key.player, WorldId(pick(INJECTIONS))),
            WorldKey(PlayerId(pick(INJECTIONS)), victim.key.world),
            WorldKey(asker.key.player, WorldId(victim.key.world.upper()[:8] + "*")),
        ]
        return Scope(pick([asker.key, pick(others)]), npc, lineage)


def attack(given: Services, queries: int, seed: int) -> Iterator[tuple[Counter[str], list[str]]]:
    """Query by query: what came of it, and what was another's."""
    attacker = Attacker(given, seed)
    marks = {tenant.key: tenant.mark for tenant in attacker.tenants}
    for number in range(queries):
        scope, query, vector = attacker.query()
        attacker.watch.given.clear()
        try:
            found = given.memories.find(scope, query, vector)
        except (SearchRefused, Unavailable, BadSeal) as refused:
            yield Counter(refused=1), [f"query {number}: {refused!r}"]
            continue
        mark, tenant = marks.get(scope.key, "nobody's"), (scope.key.player, scope.key.world)
        foreign = [candidate.record.text for candidate in found if mark not in candidate.record.text]
        foreign += [f"given out: {one}" for one in attacker.watch.given if one != tenant]
        foreign += [f"another NPC's: {one.record.text}" for one in found if one.record.npc_id != scope.npc_id]
        kind = "in a scope that is a tenant's" if scope.key in marks else "in one that nobody has"
        yield Counter({kind: 1, "answered": bool(found)}), [f"query {number}: {text}" for text in foreign]


def main(arguments: Sequence[str] | None = None) -> int:
    """The command line; 1 when anything of another's was given out, or nothing of one's own."""
    parser = argparse.ArgumentParser(prog="python -m tests.trials.tenancy", description=__doc__)
    parser.add_argument("--queries", type=int, default=10_000)
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args(arguments)
    total, wrong, started = Counter[str](), 0, time.monotonic()
    with services() as given:
        for counts, faults in attack(given, options.queries, options.seed):
            total += counts
            wrong += len(faults)
            for fault in faults:
                print(fault, file=sys.stderr)
    told = ", ".join(f"{count} {name}" for name, count in sorted(total.items()))
    print(f"{options.queries} queries ({told}): {wrong} foreign memories ({time.monotonic() - started:.0f} s)")
    return 1 if wrong or not total["answered"] else 0


if __name__ == "__main__":
    sys.exit(main())
