"""Memories as documents of a search index: what must be searchable, and the memory itself, sealed.

    player, world      the tenant: ids
    branch, ordinal    the stretch of history that it comes from
    holder             whose memory it is
    place              that of its event; `ended`: places at which it ceased to hold
    minute, importance when it was, and how much it matters
    words              its words, as marks: searchable, but nobody reads them
    names, topic       whom it names and what it is about, as marks
    meaning            its vector
    sealed             the memory

A second kind of document holds only the first two lines and `up_to`: how far a stretch is remembered.
"""

from base64 import b64decode, b64encode
from collections.abc import Mapping, Sequence
from typing import Any

import msgspec

from bodybroker.kernel.ids import PlayerId, WorldKey
from bodybroker.minds.memory.records import Record
from bodybroker.minds.memory.words import words
from bodybroker.ports.embeddings import Vector
from bodybroker.ports.memories import Origin
from bodybroker.ports.vault import Vault

Document = dict[str, Any]

_encode = msgspec.json.Encoder().encode
_decode = msgspec.json.Decoder(Record).decode


def index_body(dimensions: int) -> Document:
    """Settings and mapping of the index. BM25's saturation and length norm are the engine's defaults."""
    keyword, long = {"type": "keyword"}, {"type": "long"}
    vector = {
        "type": "knn_vector",
        "dimension": dimensions,
        "space_type": "innerproduct",
        "method": {"name": "hnsw", "engine": "faiss"},
    }
    properties = {
        **dict.fromkeys(("player", "world", "branch", "holder", "names", "topic"), keyword),
        **dict.fromkeys(("ordinal", "place", "ended", "minute", "importance", "up_to"), long),
        "words": {"type": "text"},
        "meaning": vector,
    }
    return {
        "settings": {"index": {"knn": True, "refresh_interval": "1s"}},
        # The sealed bytes are stored and not looked into.
        "mappings": {"dynamic": "false", "properties": properties},
    }


def tenant(key: WorldKey) -> list[Document]:
    """The clauses that every query on a world carries."""
    return [{"term": {"player": key.player}}, {"term": {"world": key.world}}]


def memory_id(key: WorldKey, record_id: str) -> str:
    """Entities, and so records, of two worlds of one seed may be named alike."""
    return f"{key.player}.{key.world}.{record_id}"


def progress_id(origin: Origin) -> str:
    """The document that tells how far a stretch is remembered."""
    return f"{origin.key.player}.{origin.key.world}.{origin.ordinal}"


class SealedDocuments:
    """Memories, sealed as they go out and opened as they come in."""

    def __init__(self, vault: Vault) -> None:
        self._vault = vault

    def memory(self, origin: Origin, record: Record, vector: Vector | None) -> Document:
        """The document of a memory; raises Shredded."""
        key = origin.key
        place = memory_id(key, record.record_id).encode()
        document = {
            **_origin(origin),
            "holder": record.npc_id,
            "place": record.place,
            "minute": record.minute,
            "importance": record.importance,
            "words": " ".join(self.words(key.player, record.text)),
            "names": self.names(key.player, record.about),
            "topic": self.topics(key.player, (record.topic,))[0],
            "sealed": b64encode(self._vault.seal(key.player, _encode(record), place)).decode(),
        }
        return document if vector is None or not any(vector) else {**document, "meaning": vector}

    def progress(self, origin: Origin, up_to: int) -> Document:
        """The document that tells how far a stretch is remembered."""
        return {**_origin(origin), "up_to": up_to}

    def record(self, player: PlayerId, document_id: str, source: Mapping[str, Any]) -> Record:
        """The memory in a document; raises Shredded, or BadSeal for one that was tampered with or is another's."""
        return _decode(self._vault.open(player, b64decode(source["sealed"]), document_id.encode()))

    def words(self, player: PlayerId, text: str) -> list[str]:
        """The words of a text as they are searched for."""
        return self._vault.marks(player, words(text))

    def names(self, player: PlayerId, names: tuple[str, ...]) -> list[str]:
        """Entities as they are searched for."""
        return self._vault.marks(player, names)

    def topics(self, player: PlayerId, topics: Sequence[str]) -> list[str]:
        """Topics as they are searched for."""
        return self._vault.marks(player, topics)


def _origin(origin: Origin) -> Document:
    key = origin.key
    return {"player": key.player, "world": key.world, "branch": origin.branch_id, "ordinal": origin.ordinal}
