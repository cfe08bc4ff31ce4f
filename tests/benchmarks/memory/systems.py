"""The systems that are compared: what each gives the reader for a question."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import numpy
from bodybroker.kernel.ids import EntityId
from bodybroker.minds.memory.names import Names
from bodybroker.minds.memory.queries import Candidate, Query
from bodybroker.minds.memory.questions import understand
from bodybroker.minds.memory.records import Record
from bodybroker.minds.memory.retrieval import remember
from bodybroker.minds.memory.rules import MemoryRules
from bodybroker.world.rules import Rules
from bodybroker.world.state import State

from tests.benchmarks.memory.questions import Question
from tests.benchmarks.memory.ranking import Index, best

FIRST = 5
CHARACTERS_PER_TOKEN = 4
"""A rule of thumb for English, the same for all."""

Vectors = Mapping[str, numpy.ndarray]


@dataclass(frozen=True, slots=True)
class Given:
    """What a system gives: memories in its order, and whether it says that it remembers."""

    records: Sequence[Record]
    answers: bool = True

    @property
    def tokens(self) -> int:
        """What the reader reads."""
        return sum(len(record.text) for record in self.records) // CHARACTERS_PER_TOKEN


System = Callable[[Question], Given]


@dataclass
class Store:
    """The memories of a world's NPCs, searchable."""

    records: Mapping[EntityId, Sequence[Record]]
    vectors: Vectors

    def __post_init__(self) -> None:
        self._indices: dict[EntityId, Index] = {}

    def of(self, npc_id: EntityId) -> tuple[Sequence[Record], Index]:
        """An NPC's memories and their index."""
        mine = self.records.get(npc_id, ())
        if npc_id not in self._indices:
            stacked = [self.vectors[record.text] for record in mine]
            matrix = numpy.stack(stacked) if stacked else numpy.zeros((0, 1), numpy.float32)
            self._indices[npc_id] = Index([record.text for record in mine], matrix)
        return mine, self._indices[npc_id]

    def bm25(self, question: Question) -> Given:
        """BM25 alone."""
        mine, index = self.of(question.npc_id)
        return Given([mine[n] for n in best(index.bm25(question.text), FIRST)])

    def by_vectors(self, question: Question) -> Given:
        """Vectors alone."""
        mine, index = self.of(question.npc_id)
        return Given([mine[n] for n in best(index.cosines(self.vectors[question.text]), FIRST)])

    def everything(self, tokens: int | None) -> System:
        """All, the oldest first; the newest of it that so many tokens hold."""

        def give(question: Question) -> Given:
            mine = list(self.of(question.npc_id)[0])
            if tokens is None:
                return Given(mine)
            room, start = tokens * CHARACTERS_PER_TOKEN, len(mine)
            while start > 0 and room >= len(mine[start - 1].text):
                start -= 1
                room -= len(mine[start].text)
            return Given(mine[start:])

        return give


@dataclass
class Ours:
    """The product: reads the question, asks by words, vector and names, ranks, may say that nothing is remembered."""

    store: Store
    state: State
    world: Rules
    rules: MemoryRules

    def __post_init__(self) -> None:
        self._names = Names.of(self.state, self.world.parts.parts)

    def query(self, question: Question) -> Query:
        """The question as it is understood."""
        return understand(question.text, self.state.minute, self._names, self.world.clock, self.rules)

    def __call__(self, question: Question) -> Given:
        found = remember(
            self.query(question), lambda query: self._find(question.npc_id, query), self.world.clock, self.rules
        )
        return Given([hit.record for hit in found.hits], found.answers)

    def _find(self, npc_id: EntityId, query: Query) -> list[Candidate]:
        """As the port does: so many by words, by vector, and of those that fit by name."""
        mine, index = self.store.of(npc_id)
        words, cosines = index.bm25(query.text), index.cosines(self.store.vectors[query.text])
        exact = self._exact(mine, query)
        by_words = {n for n in best(words, query.limit) if words[n] > 0}
        by_vector = set(best(cosines, query.limit))
        return [
            Candidate(
                mine[n],
                words[n] if n in by_words else 0.0,
                cosines[n] if n in by_vector else 0.0,
                n in exact,
            )
            for n in sorted(by_words | by_vector | exact)
        ]

    def _exact(self, mine: Sequence[Record], query: Query) -> set[int]:
        if not query.about and not query.topics and query.minutes is None:
            return set()
        fitting = [n for n, record in enumerate(mine) if _fits(record, query)]
        fitting.sort(key=lambda n: mine[n].place, reverse=query.which != "first")
        return set(fitting[: query.limit])


def _fits(record: Record, query: Query) -> bool:
    return (
        all(tag in record.about for tag in query.about)
        and (not query.topics or record.topic in query.topics)
        and (query.minutes is None or query.minutes[0] <= record.minute < query.minutes[1])
    )


def subqueries(query: Query) -> list[str]:
    """Every text that is searched for."""
    return [query.text, *(subqueries(query.anchor) if query.anchor else ())]
