"""One index: its settings, its mapping, its documents; and batches of writes that become durable together."""

from __future__ import annotations

import itertools
import time
import uuid
from collections.abc import Iterator
from typing import Any

import numpy

from .engine import Document, Engine, Snapshot
from .errors import SearchError, illegal_argument, version_conflict
from .mappings import Mapping
from .settings import Settings
from .store import Record, Store

Result = dict[str, Any]


class Index:
    """An index in memory, backed by the store."""

    def __init__(self, name: str, body: dict[str, Any], store: Store) -> None:
        self.name = name
        self._body = body
        self._store = store
        self._rows = itertools.count()
        self._seq_no = -1
        self.settings = Settings.parse(body["settings"])
        self.engine = Engine(Mapping.parse(body["mappings"]))
        self.records: dict[str, Record] = {}
        for record in store.records(name):
            self.apply(record)
        self.engine.refresh()

    @classmethod
    def create(cls, name: str, settings: Any, mappings: Any, store: Store) -> Index:
        """A new, empty index; nothing is kept when its settings or mapping are wrong."""
        body = {"uuid": uuid.uuid4().hex, "created": time.time_ns() // 1_000_000}
        index = cls(name, {**body, "settings": settings, "mappings": mappings}, store)
        store.put_index(name, index._body)
        return index

    def describe(self) -> dict[str, Any]:
        """The index as `GET /{index}` shows it."""
        created, identity = str(self._body["created"]), self._body["uuid"]
        settings = {**self.settings.shown(), "creation_date": created, "uuid": identity, "provided_name": self.name}
        return {"aliases": {}, "mappings": self.mapping, "settings": {"index": settings}}

    @property
    def mapping(self) -> dict[str, Any]:
        """The mapping's definition."""
        return self.engine.mapping.definition

    def put_mapping(self, mapping: Mapping) -> None:
        """Take a mapping that extends the present one."""
        if mapping is not self.engine.mapping:
            body = {**self._body, "mappings": mapping.definition}
            self._store.put_index(self.name, body)
            self._body = body
            self.engine.map(mapping)

    def next_seq_no(self) -> int:
        """A sequence number above every one given out."""
        self._seq_no += 1
        return self._seq_no

    def apply(self, record: Record) -> None:
        """Take a record that is on disk."""
        self._seq_no = max(self._seq_no, record.seq_no)
        self.records[record.id] = record
        if record.source is not None:
            values, vectors = self.engine.mapping.read(record.source, strict=False)
            arrays = {path: numpy.array(vector, dtype=numpy.float32) for path, vector in vectors.items()}
            row = next(self._rows)
            self.engine.put(Document(record.id, record.source, values, arrays, record.version, record.seq_no, row))
        elif record.id in self.engine.documents:
            self.engine.remove(record.id)

    def snapshot(self) -> Snapshot:
        """What is searchable now."""
        return self.engine.snapshot(self.settings.refresh_interval)


class Batch:
    """Writes that are acknowledged together, by `commit`. Later writes see the earlier ones."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._changes: dict[tuple[str, str], tuple[Index, Record]] = {}

    def index(
        self, index: Index, id_: str, source: Any, create: bool = False, expected: tuple[int, int] | None = None
    ) -> Result:
        """Write a document; `create` refuses one that exists; `expected` is its (sequence number, primary term)."""
        if not isinstance(source, dict):
            raise SearchError(400, "mapper_parsing_exception", "failed to parse: a document must be an object")
        if not id_ or len(id_.encode()) > 512:
            raise illegal_argument(f"id must be from 1 to 512 bytes long, but was: {len(id_.encode())}")
        old = self._live(index, id_)
        if create and old is not None:
            raise version_conflict(id_, f"document already exists (current version [{old.version}])")
        self._expect(index, id_, expected)
        mapping = index.engine.mapping.extended(source)
        mapping.read(source)  # refuse what does not fit before anything is kept
        index.put_mapping(mapping)
        return self._change(index, id_, source, "created" if old is None else "updated")

    def delete(self, index: Index, id_: str, expected: tuple[int, int] | None = None) -> Result:
        """Delete a document; the result is `not_found` when there is none."""
        self._expect(index, id_, expected)
        if self._live(index, id_) is None:
            return _result(index, Record(id_, None, 1, index.next_seq_no()), "not_found")
        return self._change(index, id_, None, "deleted")

    def update(self, index: Index, id_: str, body: Any, expected: tuple[int, int] | None = None) -> Result:
        """Merge `doc` into a document; `upsert`, or `doc` with `doc_as_upsert`, is written when there is none."""
        if not isinstance(body, dict) or not isinstance(body.get("doc"), dict):
            raise illegal_argument("an update must be an object with the object [doc]; scripts are not supported")
        if unknown := body.keys() - {"doc", "doc_as_upsert", "upsert"}:
            raise illegal_argument(f"[UpdateRequest] unknown field [{sorted(unknown)[0]}]")
        old = self._live(index, id_)
        if old is None:
            source = body["doc"] if body.get("doc_as_upsert") is True else body.get("upsert")
            if source is None:
                raise SearchError(404, "document_missing_exception", f"[{id_}]: document missing", index=index.name)
            return self.index(index, id_, source, create=True, expected=expected)
        assert old.source is not None
        merged = _merged(old.source, body["doc"])
        if merged == old.source:
            self._expect(index, id_, expected)
            return _result(index, old, "noop")
        return self.index(index, id_, merged, expected=expected)

    def commit(self) -> None:
        """Make the writes durable, then visible to reads by id."""
        self._store.put((index.name, record) for index, record in self._changes.values())
        for index, record in self._changes.values():
            index.apply(record)
        self._changes.clear()

    def touched(self) -> Iterator[Index]:
        """The indices written to so far."""
        yield from {index.name: index for index, _ in self._changes.values()}.values()

    def _record(self, index: Index, id_: str) -> Record | None:
        changed = self._changes.get((index.name, id_))
        return changed[1] if changed else index.records.get(id_)

    def _live(self, index: Index, id_: str) -> Record | None:
        record = self._record(index, id_)
        return record if record is not None and record.source is not None else None

    def _expect(self, index: Index, id_: str, expected: tuple[int, int] | None) -> None:
        if expected is None:
            return
        live = self._live(index, id_)
        if live is None:
            raise version_conflict(id_, f"required seqNo [{expected[0]}], but no document was found")
        if expected != (live.seq_no, 1):
            raise version_conflict(id_, f"required seqNo [{expected[0]}], current document has seqNo [{live.seq_no}]")

    def _change(self, index: Index, id_: str, source: dict[str, Any] | None, outcome: str) -> Result:
        old = self._record(index, id_)
        record = Record(id_, source, (old.version if old else 0) + 1, index.next_seq_no())
        self._changes[index.name, id_] = index, record
        return _result(index, record, outcome)


def _result(index: Index, record: Record, outcome: str) -> Result:
    copies = 0 if outcome == "noop" else 1
    return {
        "_index": index.name,
        "_id": record.id,
        "_version": record.version,
        "result": outcome,
        "_shards": {"total": copies, "successful": copies, "failed": 0},
        "_seq_no": record.seq_no,
        "_primary_term": 1,
    }


def _merged(old: dict[str, Any], new: dict[str, Any]) -> dict[str, Any]:
    merged = dict(old)
    for name, value in new.items():
        known = merged.get(name)
        merged[name] = _merged(known, value) if isinstance(known, dict) and isinstance(value, dict) else value
    return merged
