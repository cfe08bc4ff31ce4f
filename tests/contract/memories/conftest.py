"""A store of memories, in memory and on the search service, with one game's ids to fill it."""

import os
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from uuid import uuid4

import pytest
from bodybroker.adapters.memories_search import SearchMemories
from bodybroker.adapters.search_http import SearchHttp
from bodybroker.adapters.vault import EnvelopeVault
from bodybroker.kernel.ids import BranchId, EntityId, PlayerId, WorldId, WorldKey
from bodybroker.minds.memory.queries import Query
from bodybroker.minds.memory.records import Changes, Record, place, record_id
from bodybroker.minds.memory.scope import Scope
from bodybroker.ports.memories import Memories, Origin
from bodybroker.world.branches import Piece

from tests.contract.search.conftest import start_local
from tests.fakes.memories import MemoryMemories, WordVectors
from tests.fakes.vault import MemoryKeys

NPC = EntityId("01890000-0000-8000-8000-00000000000a")
OTHER_NPC = EntityId("01890000-0000-8000-8000-00000000000b")
MAIN, SIDE = BranchId("branch-main"), BranchId("branch-side")


def new_key(player: PlayerId | None = None) -> WorldKey:
    return WorldKey(player or PlayerId(str(uuid4())), WorldId(str(uuid4())))


def line(*stretches: tuple[int, int, int]) -> tuple[Piece, ...]:
    """A lineage, of (ordinal, after, up to)."""
    return tuple(Piece(*stretch) for stretch in stretches)


@dataclass
class Shelf:
    """A store of memories with somebody who writes and asks."""

    memories: Memories
    keys: MemoryKeys
    refresh: Callable[[], None]
    embeddings: WordVectors = field(default_factory=WordVectors)

    def origin(self, key: WorldKey, ordinal: int = 0, branch: BranchId = MAIN) -> Origin:
        return Origin(key, branch, ordinal)

    def record(self, seq: int, text: str, *, ordinal: int = 0, npc: EntityId = NPC, **facts) -> Record:
        at, topic = place(ordinal, seq), facts.pop("topic", "deal")
        told = {"minute": seq, "first_minute": seq, "kind": "present", "slots": {}, "about": (), "importance": 50}
        return Record(
            record_id=record_id(npc, at, topic, 0),
            npc_id=npc,
            place=at,
            topic=topic,
            text=text,
            sources=(seq,),
            **told | facts,
        )

    def put(self, origin: Origin, *records: Record, ended: dict[int, list[Record]] | None = None, up_to=None) -> None:
        changes = [Changes(record.place, (record,)) for record in records]
        for seq, gone in (ended or {}).items():
            changes.append(Changes(place(origin.ordinal, seq), ended=tuple(one.record_id for one in gone)))
        texts = [record.text for record in records]
        ids = [record.record_id for record in records]
        vectors = dict(zip(ids, self.embeddings.embed(texts), strict=True))
        self.memories.put(origin, changes, vectors, up_to)
        self.refresh()

    def find(self, scope: Scope, text: str = "", vector: bool = True, **asked) -> dict[str, object]:
        query = Query(text, now=10_000, **asked)
        wanted = self.embeddings.embed([text])[0] if vector else None
        return {candidate.record.text: candidate for candidate in self.memories.find(scope, query, wanted)}


@pytest.fixture(scope="session")
def search_endpoint(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Host and port: `OPENSEARCH_ENDPOINT` (a domain that the environment's credentials may ask), or ours."""
    if endpoint := os.environ.get("OPENSEARCH_ENDPOINT"):
        yield endpoint
    else:
        service = start_local(tmp_path_factory.mktemp("memories"))
        yield service.url.removeprefix("http://")
        service.kill()


@pytest.fixture
def aws_identity(monkeypatch: pytest.MonkeyPatch) -> None:
    """Whoever signs needs a key and a region; ours checks neither."""
    for name, value in (("AWS_ACCESS_KEY_ID", "test"), ("AWS_SECRET_ACCESS_KEY", "test"), ("AWS_REGION", "us-east-1")):
        if name not in os.environ:
            monkeypatch.setenv(name, value)
    monkeypatch.setenv("AWS_DEFAULT_REGION", os.environ["AWS_REGION"])


@pytest.fixture(params=["memory", "search"])
def shelf(request: pytest.FixtureRequest) -> Iterator[Shelf]:
    keys = MemoryKeys(open_house=True)
    if request.param == "memory":
        yield Shelf(MemoryMemories(), keys, lambda: None)
        return
    request.getfixturevalue("aws_identity")
    http, index = SearchHttp(request.getfixturevalue("search_endpoint")), f"memories-{uuid4()}"
    memories = SearchMemories(http, EnvelopeVault(keys), WordVectors.dimensions, index)
    yield Shelf(memories, keys, lambda: http.json("POST", f"/{index}/_refresh"))
    http.json("DELETE", f"/{index}")
