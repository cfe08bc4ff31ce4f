"""NPCs' memories on OpenSearch.

One index for all players. A `Scope` becomes the filter of every search, inside the nearest-neighbour query as well, so
that what is out of scope is neither found nor counted among the nearest.
"""

from collections.abc import Iterable, Mapping, Sequence, Set

from bodybroker.adapters.memory_documents import Document, SealedDocuments, index_body, memory_id, progress_id, tenant
from bodybroker.adapters.memory_index import ATTEMPTS, INDEX, MemoryIndex, hits
from bodybroker.adapters.search_http import SearchHttp, SearchRefused
from bodybroker.kernel.errors import Unavailable
from bodybroker.kernel.ids import PlayerId, WorldKey
from bodybroker.minds.memory.queries import Candidate, Query
from bodybroker.minds.memory.records import Changes, Record
from bodybroker.minds.memory.scope import Scope
from bodybroker.ports.embeddings import Vector
from bodybroker.ports.memories import Origin
from bodybroker.ports.vault import Vault

PAGE = 1000
MOST_WORDS = 64
"""Different words of a question that are searched for; OpenSearch takes 1,024."""
SHOWN = ["sealed"]
NEWEST, OLDEST = {"place": "desc"}, {"place": "asc"}


class SearchMemories(MemoryIndex):
    """`ports.Memories` on one index."""

    def __init__(self, http: SearchHttp, vault: Vault, dimensions: int, index: str = INDEX) -> None:
        """`dimensions`: those of the vectors."""
        super().__init__(http, index)
        self._vault = vault
        self._documents = SealedDocuments(vault)
        self._dimensions = dimensions

    def find(self, scope: Scope, query: Query, vector: Vector | None) -> Sequence[Candidate]:
        searches = self._searches(scope, query, vector)
        lines = [line for body in searches.values() for line in ({}, body)]
        try:
            answers = self._ask(lambda: self._http.lines(f"/{self._index}/_msearch", lines), {"responses": []})
        except SearchRefused as refused:  # a conversation does not end because memory is not set up as it should be
            raise Unavailable(f"The index of memories refuses to be searched: {refused.kind}.") from refused
        found: dict[str, dict[str, float]] = {}
        sources: dict[str, Document] = {}
        for kind, answer in zip(searches, answers["responses"], strict=False):
            for hit in hits(answer):
                found.setdefault(hit["_id"], {})[kind] = hit["_score"] or 0.0
                sources[hit["_id"]] = hit["_source"]
        player = scope.key.player
        return [
            Candidate(
                self._documents.record(player, document_id, sources[document_id]),
                words=scores.get("words", 0.0),
                meaning=_cosine(scores["meaning"]) if "meaning" in scores else 0.0,
                exact="exact" in scores,
            )
            for document_id, scores in found.items()
        ]

    def _searches(self, scope: Scope, query: Query, vector: Vector | None) -> dict[str, Document]:
        where, player = _filters(scope), scope.key.player
        bodies: dict[str, Document] = {}
        if marks := list(dict.fromkeys(self._documents.words(player, query.text)))[:MOST_WORDS]:
            wanted = {"match": {"words": {"query": " ".join(marks)}}}
            bodies["words"] = {"query": {"bool": {"must": [wanted], **where}}}
        if vector is not None and any(vector):
            near = {"vector": vector, "k": query.limit, "filter": {"bool": where}}
            bodies["meaning"] = {"query": {"knn": {"meaning": near}}}
        if exact := self._exact(player, query):
            clauses = {**where, "filter": where["filter"] + exact}
            bodies["exact"] = {"query": {"bool": clauses}, "sort": [OLDEST if query.which == "first" else NEWEST]}
        if not bodies:
            bodies["newest"] = {"query": {"bool": where}, "sort": [NEWEST]}
            bodies["greatest"] = {"query": {"bool": where}, "sort": [{"importance": "desc"}, NEWEST]}
        shown = {"size": query.limit, "_source": SHOWN, "track_total_hits": False}
        return {kind: {**body, **shown} for kind, body in bodies.items()}

    def _exact(self, player: PlayerId, query: Query) -> list[Document]:
        clauses: list[Document] = [{"term": {"names": name}} for name in self._documents.names(player, query.about)]
        if query.topics:
            clauses.append({"terms": {"topic": self._documents.topics(player, query.topics)}})
        if query.minutes is not None:
            clauses.append({"range": {"minute": {"gte": query.minutes[0], "lt": query.minutes[1]}}})
        return clauses

    def every(self, scope: Scope) -> Sequence[Record]:
        where = _filters(scope)
        after = -1
        found: dict[str, Record] = {}
        while True:
            later = {"range": {"place": {"gte": after}}}
            body = {
                "query": {"bool": {**where, "filter": [*where["filter"], later]}},
                "sort": [OLDEST],
                "size": PAGE,
                "_source": SHOWN,
            }
            page = self._search(body)
            records = [self._documents.record(scope.key.player, hit["_id"], hit["_source"]) for hit in page]
            found |= {record.record_id: record for record in records}
            if len(page) < PAGE or records[-1].place == after:
                return list(found.values())
            after = records[-1].place

    def put(
        self, origin: Origin, changes: Sequence[Changes], vectors: Mapping[str, Vector], up_to: int | None = None
    ) -> None:
        # For a player who is gone nothing is kept, whatever this process remembers of the key.
        self._vault.look_again(origin.key.player)
        self._make_index()
        actions = [line for change in changes for line in self._begun(origin, change, vectors)]
        self._bulk(actions)
        self._end(origin.key, changes)
        if up_to is not None:
            name = {"index": {"_id": progress_id(origin)}}
            self._bulk([name, self._documents.progress(origin, up_to)])

    def _begun(self, origin: Origin, change: Changes, vectors: Mapping[str, Vector]) -> Iterable[Document]:
        for record in change.records:
            yield {"create": {"_id": memory_id(origin.key, record.record_id)}}
            yield self._documents.memory(origin, record, vectors.get(record.record_id))

    def _bulk(self, lines: Sequence[Document]) -> None:
        """Write; a document that is there already stays as it is, since it may have ended meanwhile."""
        for start in range(0, len(lines), PAGE):
            answer = self._http.lines(f"/{self._index}/_bulk", lines[start : start + PAGE])
            statuses = [result["status"] for item in answer["items"] for result in item.values()]
            if any(status >= 300 and status != 409 for status in statuses):
                raise Unavailable(f"The index of memories took {statuses.count(201)} of {len(statuses)} documents.")

    def _end(self, key: WorldKey, changes: Sequence[Changes]) -> None:
        places: dict[str, set[int]] = {}
        for change in changes:
            for record_id in change.ended:
                places.setdefault(record_id, set()).add(change.place)
        for record_id, ended in places.items():
            self._end_one(memory_id(key, record_id), ended)

    def _end_one(self, document_id: str, ended: Set[int]) -> None:
        """Add places to those at which a memory ceases to hold; who writes between our read and our write wins."""
        for _ in range(ATTEMPTS):
            read = self._http.json("GET", f"/{self._index}/_doc/{document_id}?_source_includes=ended")
            if not read["found"]:
                return
            before = set(read.get("_source", {}).get("ended", ()))
            if ended <= before:
                return
            guard = f"if_seq_no={read['_seq_no']}&if_primary_term={read['_primary_term']}"
            try:
                path = f"/{self._index}/_update/{document_id}?{guard}"
                self._http.json("POST", path, {"doc": {"ended": sorted(before | ended)}})
                return
            except SearchRefused as refused:
                if refused.status != 409:
                    raise
        raise Unavailable("The index of memories is busy; try again.")

    def _make_index(self) -> None:
        """A write to a missing index would make one without our mapping; so we look every time."""
        if self._ask(lambda: self._http.json("GET", f"/{self._index}/_mapping"), None) is not None:
            return
        try:
            self._http.json("PUT", f"/{self._index}", index_body(self._dimensions))
        except SearchRefused as refused:
            if refused.kind != "resource_already_exists_exception":
                raise


def _filters(scope: Scope) -> dict[str, list[Document]]:
    """What is in scope, as the clauses of a `bool` query."""
    ranges = [{"range": {"place": {"gte": low, "lte": high}}} for low, high in scope.ranges()]
    ended = [{"range": {"ended": {"gte": low, "lte": high}}} for low, high in scope.ranges()]
    mine = [*tenant(scope.key), {"term": {"holder": scope.npc_id}}]
    return {"filter": [*mine, {"bool": {"should": ranges}}], "must_not": [{"bool": {"should": ended}}]}


def _cosine(score: float) -> float:
    """The product of two unit vectors, out of OpenSearch's score for it, and nothing below 0."""
    return max(0.0, score - 1) if score >= 1 else 0.0
