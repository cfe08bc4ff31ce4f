"""The index of NPCs' memories: what can be done with it without a player's key."""

from collections.abc import Callable, Set
from typing import Any

from bodybroker.adapters.memory_documents import Document, progress_id, tenant
from bodybroker.adapters.search_http import SearchHttp, SearchRefused
from bodybroker.kernel.errors import Unavailable
from bodybroker.kernel.ids import BranchId, PlayerId, WorldKey
from bodybroker.ports.memories import Origin

INDEX = "memories-1"
"""The number counts shapes of the documents: another one makes another index, which a rebuild fills."""
MOST_BRANCHES = 10_000
ATTEMPTS = 5
NO_INDEX = "index_not_found_exception"


class MemoryIndex:
    """`ports.ForgetsMemories` on one index."""

    def __init__(self, http: SearchHttp, index: str = INDEX) -> None:
        self._http = http
        self._index = index

    def settle(self) -> None:
        self._ask(lambda: self._http.json("POST", f"/{self._index}/_refresh"), None)

    def remembered_up_to(self, origin: Origin) -> int | None:
        path = f"/{self._index}/_doc/{progress_id(origin)}"
        found = self._ask(lambda: self._http.json("GET", path), {"found": False})
        return int(found["_source"]["up_to"]) if found["found"] else None

    def branches(self, key: WorldKey) -> Set[BranchId]:
        """Every branch has its progress, and there are few."""
        self.settle()
        where = [*tenant(key), {"exists": {"field": "up_to"}}]
        body = {"query": {"bool": {"filter": where}}, "size": MOST_BRANCHES, "_source": ["branch"]}
        return {BranchId(hit["_source"]["branch"]) for hit in self._search(body)}

    def forget_branches(self, key: WorldKey, gone: Set[BranchId]) -> int:
        return self._forget([*tenant(key), {"terms": {"branch": sorted(gone)}}])

    def forget_world(self, key: WorldKey) -> int:
        return self._forget(tenant(key))

    def forget_player(self, player: PlayerId) -> int:
        return self._forget([{"term": {"player": player}}])

    def _forget(self, where: list[Document]) -> int:
        """Remove, and look whether anything is left: a deletion by query passes over what changes under its hands."""
        body, removed = {"query": {"bool": {"filter": where}}}, 0
        for _ in range(ATTEMPTS):
            self.settle()
            left = self._ask(lambda: self._http.json("POST", f"/{self._index}/_count", body), {"count": 0})
            if not left["count"]:
                return removed
            path = f"/{self._index}/_delete_by_query?conflicts=proceed&refresh=true"
            removed += int(self._http.json("POST", path, body)["deleted"])
        raise Unavailable("Memories keep coming while they are removed; try again.")

    def _search(self, body: Document) -> list[Document]:
        return hits(self._ask(lambda: self._http.json("POST", f"/{self._index}/_search", body), {}))

    def _ask(self, call: Callable[[], Any], nothing: Any) -> Any:
        """What a call on the index answers; `nothing` where there is no index yet."""
        try:
            return call()
        except SearchRefused as refused:
            if refused.kind != NO_INDEX:
                raise
            return nothing


def hits(answer: Document) -> list[Document]:
    """The hits of one search, maybe among several. One that failed is an outage; without an index there is nothing."""
    error = answer.get("error")
    if error and error.get("type") != NO_INDEX:
        raise Unavailable("The index of memories could not search; try again.")
    return [] if error else list(answer.get("hits", {}).get("hits", ()))
