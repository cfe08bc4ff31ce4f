"""NPCs' memories in memory: every question walks over all of them. Vectors of words that are counted, not learnt."""

from collections import Counter
from collections.abc import Mapping, Sequence, Set
from dataclasses import dataclass, field
from hashlib import blake2b
from math import hypot, log

from bodybroker.kernel.errors import Unavailable
from bodybroker.kernel.ids import BranchId, PlayerId, WorldKey
from bodybroker.minds.memory.queries import Candidate, Query
from bodybroker.minds.memory.records import Changes, Record
from bodybroker.minds.memory.scope import Scope
from bodybroker.minds.memory.words import words
from bodybroker.ports.embeddings import Vector
from bodybroker.ports.memories import Origin

K1, B = 1.2, 0.75


@dataclass
class Kept:
    origin: Origin
    record: Record
    vector: Vector | None
    ended: set[int] = field(default_factory=set)


@dataclass
class MemoryMemories:
    """`ports.Memories`. While `down`, it does not answer."""

    kept: dict[tuple[WorldKey, str], Kept] = field(default_factory=dict)
    progress: dict[Origin, int] = field(default_factory=dict)
    down: bool = False

    def find(self, scope: Scope, query: Query, vector: Vector | None) -> Sequence[Candidate]:
        mine = self._in_scope(scope)
        found: dict[str, Candidate] = {}
        by_words, by_meaning = _bm25(words(query.text), mine), _cosines(vector, mine)
        for scores, name in ((by_words, "words"), (by_meaning, "meaning")):
            for record_id in sorted(scores, key=scores.__getitem__, reverse=True)[: query.limit]:
                found[record_id] = self._scored(found, scope, record_id, **{name: scores[record_id]})
        exact = sorted(_exact(query, mine), key=lambda kept: kept.record.place, reverse=query.which != "first")
        for kept in exact[: query.limit]:
            found[kept.record.record_id] = self._scored(found, scope, kept.record.record_id, exact=True)
        if not (words(query.text) or any(vector or ()) or query.about or query.topics or query.minutes):
            newest = sorted((kept.record for kept in mine), key=lambda record: -record.place)
            greatest = sorted(newest, key=lambda record: -record.importance)
            some = (*newest[: query.limit], *greatest[: query.limit])
            found = {record.record_id: Candidate(record) for record in some}
        return list(found.values())

    def _scored(self, found: dict[str, Candidate], scope: Scope, record_id: str, **scores: float) -> Candidate:
        old = found.get(record_id) or Candidate(self.kept[scope.key, record_id].record)
        return Candidate(**{name: getattr(old, name) for name in ("record", "words", "meaning", "exact")} | scores)

    def _in_scope(self, scope: Scope) -> list[Kept]:
        self._answer()
        mine = [kept for (key, _), kept in self.kept.items() if key == scope.key]
        return [kept for kept in mine if scope.holds(kept.record, kept.ended)]

    def every(self, scope: Scope) -> Sequence[Record]:
        return sorted((kept.record for kept in self._in_scope(scope)), key=lambda record: record.place)

    def settle(self) -> None:
        self._answer()

    def put(
        self, origin: Origin, changes: Sequence[Changes], vectors: Mapping[str, Vector], up_to: int | None = None
    ) -> None:
        self._answer()
        for change in changes:
            for record in change.records:
                new = Kept(origin, record, vectors.get(record.record_id))
                self.kept.setdefault((origin.key, record.record_id), new)
            for record_id in change.ended:
                if (origin.key, record_id) in self.kept:
                    self.kept[origin.key, record_id].ended.add(change.place)
        if up_to is not None:
            self.progress[origin] = up_to

    def remembered_up_to(self, origin: Origin) -> int | None:
        self._answer()
        return self.progress.get(origin)

    def branches(self, key: WorldKey) -> Set[BranchId]:
        self._answer()
        return {origin.branch_id for origin in self.progress if origin.key == key}

    def forget_branches(self, key: WorldKey, gone: Set[BranchId]) -> int:
        return self._forget(lambda origin: origin.key == key and origin.branch_id in gone)

    def forget_world(self, key: WorldKey) -> int:
        return self._forget(lambda origin: origin.key == key)

    def forget_player(self, player: PlayerId) -> int:
        return self._forget(lambda origin: origin.key.player == player)

    def _forget(self, is_gone) -> int:
        self._answer()
        before = len(self.kept) + len(self.progress)
        self.kept = {place: kept for place, kept in self.kept.items() if not is_gone(kept.origin)}
        self.progress = {origin: up_to for origin, up_to in self.progress.items() if not is_gone(origin)}
        return before - len(self.kept) - len(self.progress)

    def _answer(self) -> None:
        if self.down:
            raise Unavailable("The search service does not answer; try again.")


@dataclass
class WordVectors:
    """`ports.Embeddings`: texts that share words lie near. While `down`, it does not answer."""

    model: str = "words"
    dimensions: int = 256
    down: bool = False
    asked: int = 0

    def embed(self, texts: Sequence[str]) -> list[Vector]:
        if self.down:
            raise Unavailable("The embedding model does not answer; try again.")
        self.asked += len(texts)
        return [self._vector(words(text)) for text in texts]

    def _vector(self, found: list[str]) -> Vector:
        sums = [0.0] * self.dimensions
        for word in found:
            drawn = int.from_bytes(blake2b(word.encode(), digest_size=8).digest(), "big")
            sums[drawn % self.dimensions] += 1
        length = hypot(*sums)
        return tuple(value / length if length else 0.0 for value in sums)


def _bm25(asked: list[str], kept: list[Kept]) -> dict[str, float]:
    texts = {one.record.record_id: Counter(words(one.record.text)) for one in kept}
    mean = sum(map(Counter.total, texts.values())) / max(1, len(texts))
    scores: dict[str, float] = {}
    for word in dict.fromkeys(asked):
        having = [record_id for record_id, text in texts.items() if word in text]
        rarity = log(1 + (len(texts) - len(having) + 0.5) / (len(having) + 0.5))
        for record_id in having:
            count, length = texts[record_id][word], texts[record_id].total()
            saturated = count / (count + K1 * (1 - B + B * length / mean))
            scores[record_id] = scores.get(record_id, 0.0) + rarity * saturated
    return scores


def _cosines(vector: Vector | None, kept: list[Kept]) -> dict[str, float]:
    if vector is None or not any(vector):
        return {}
    pairs = [(one.record.record_id, one.vector) for one in kept if one.vector is not None and any(one.vector)]
    return {record_id: max(0.0, sum(a * b for a, b in zip(vector, held, strict=True))) for record_id, held in pairs}


def _exact(query: Query, kept: list[Kept]) -> list[Kept]:
    if not (query.about or query.topics or query.minutes):
        return []
    minutes = range(*query.minutes) if query.minutes else None
    return [
        one
        for one in kept
        if set(query.about) <= set(one.record.about)
        and (not query.topics or one.record.topic in query.topics)
        and (minutes is None or one.record.minute in minutes)
    ]
