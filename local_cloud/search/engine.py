"""One index in memory: documents as they are, and the searchable snapshot of the last refresh."""

from __future__ import annotations

import time
from collections.abc import Collection
from dataclasses import dataclass
from functools import cache
from typing import Any

import tantivy

from .mappings import Field, Mapping, Values
from .vectors import Vectors, VectorView

HEAP_BYTES = 15_000_000  # the least that tantivy's writer takes
FEW = 8192
"""Matches for which a search has room at first."""
ANALYZER = "standard"
# Words as Unicode's segmentation joins them: "don't", "example.com" and "3.14" are one token each.
_WORD = r"\w+(?:['\x{2019}.]\w+)*"


@dataclass(frozen=True)
class Document:
    """One version of a document. `row` numbers versions within the process; no two share one."""

    id: str
    source: dict[str, Any]
    values: Values
    vectors: dict[str, Any]
    version: int
    seq_no: int
    row: int


class Snapshot:
    """What searches see: nothing of it changes after a refresh."""

    def __init__(
        self,
        mapping: Mapping,
        schema: tantivy.Schema,
        searcher: tantivy.Searcher,
        rows: dict[int, Document],
        vectors: dict[str, VectorView],
        several: frozenset[str],
    ) -> None:
        """`several`: fields of which a document may hold more than one value."""
        self.mapping = mapping
        self.schema = schema
        self.rows = rows
        self._searcher = searcher
        self._vectors = vectors
        self._several = several

    def matches(self, query: tantivy.Query, limit: int | None = None) -> tuple[int, list[tuple[float, int]]]:
        """How many documents match, and the best of them (all without a limit) as (score, row)."""
        result = self._searcher.search(query, max(1, FEW if limit is None else limit))
        if limit is None and result.count > FEW:  # asking for room for all at once would cost every search of it
            result = self._searcher.search(query, result.count)
        addresses = [address for _, address in result.hits]
        rows = self._searcher.fast_field_values("_row", addresses) if addresses else []
        return result.count, [(score, row) for (score, _), row in zip(result.hits, rows, strict=True)][:limit]

    def count(self, query: tantivy.Query) -> int:
        """How many documents match."""
        return int(self._searcher.search(query, 1).count)

    def nth(self, query: tantivy.Query, path: str, descending: bool, n: int) -> int | None:
        """The `n`-th value of an integer field among the documents that match; None where fewer have one, or one has
        several."""
        if path in self._several:
            return None
        order = tantivy.Order.Desc if descending else tantivy.Order.Asc
        held = tantivy.Query.term_query(self.schema, "_has", path, "basic")
        both = tantivy.Query.boolean_query([(tantivy.Occur.Must, query), (tantivy.Occur.Must, held)])
        hits = self._searcher.search(both, n, order_by_field=column(path), order=order).hits
        return int(hits[-1][0]) if len(hits) == n else None

    def vectors(self, path: str, rows: Collection[int] | None = None) -> tuple[Any, Any]:
        """The rows (of those given, of all without) that have a vector in this field, and their vectors as a matrix."""
        return self._vectors[path].of(self.rows if rows is None else rows)


class Engine:
    """Takes documents, and makes them searchable when refreshed."""

    def __init__(self, mapping: Mapping) -> None:
        self.documents: dict[str, Document] = {}
        self._pending: dict[str, None] = {}  # in the order of writing
        self._pending_since = 0.0
        self.map(mapping)

    def map(self, mapping: Mapping) -> None:
        """Take a mapping; the documents so far are indexed again under it at the next refresh."""
        self.mapping = mapping
        self._schema = _schema(mapping)
        self._index = tantivy.Index(self._schema)
        self._index.register_tokenizer(ANALYZER, analyzer())
        self._writer = self._index.writer(HEAP_BYTES, 1)
        self._rows: dict[str, int] = {}
        self._visible: dict[int, Document] = {}
        self._several: set[str] = set()
        self._make_vectors()
        self._touch(*self.documents)
        if not self.documents:
            self.refresh()

    def put(self, document: Document) -> None:
        """Store a document, instead of the one of its id."""
        self.documents[document.id] = document
        self._touch(document.id)

    def remove(self, id_: str) -> None:
        """Remove a document."""
        del self.documents[id_]
        self._touch(id_)

    def _touch(self, *ids: str) -> None:
        if ids and not self._pending:
            self._pending_since = time.monotonic()
        self._pending.update(dict.fromkeys(ids))

    def refresh(self) -> None:
        """Make every change so far searchable."""
        for id_ in self._pending:
            if id_ in self._rows:
                self._writer.delete_documents_by_term("_id", id_)
                self._hide(self._rows.pop(id_))
            if document := self.documents.get(id_):
                self._writer.add_document(self._indexed(document))
                self._rows[id_] = document.row
                self._show(document)
        self._pending.clear()
        self._writer.commit()
        self._index.reload()
        if any(vectors.is_sparse for vectors in self._vectors.values()):
            self._make_vectors()
        views = {path: vectors.view() for path, vectors in self._vectors.items()}
        searcher, several = self._index.searcher(), frozenset(self._several)
        self._snapshot = Snapshot(self.mapping, self._schema, searcher, dict(self._visible), views, several)

    def _make_vectors(self) -> None:
        fields = self.mapping.fields.items()
        self._vectors = {path: Vectors(field.dimension) for path, field in fields if field.kind == "knn_vector"}
        for document in self._visible.values():
            self._keep_vectors(document)

    def _keep_vectors(self, document: Document) -> None:
        for path, vector in document.vectors.items():
            self._vectors[path].add(document.row, vector)

    def _show(self, document: Document) -> None:
        self._visible[document.row] = document
        self._several.update(path for path, values in document.values.items() if len(values) > 1)
        self._keep_vectors(document)

    def _hide(self, row: int) -> None:
        for path in self._visible.pop(row).vectors:
            self._vectors[path].drop()

    def snapshot(self, refresh_interval: float) -> Snapshot:
        """What is searchable now; refreshes when changes have waited for longer than the interval (in seconds)."""
        if self._pending and time.monotonic() - self._pending_since >= refresh_interval:
            self.refresh()
        return self._snapshot

    def _indexed(self, document: Document) -> tantivy.Document:
        indexed = tantivy.Document()
        indexed.add_text("_id", document.id)
        indexed.add_integer("_row", document.row)
        for path in document.values.keys() | document.vectors.keys():
            indexed.add_text("_has", path)
        for path, values in document.values.items():
            add = getattr(indexed, f"add_{_type(self.mapping.fields[path])}")
            for value in values:
                add(column(path), value)
        return indexed


@cache
def analyzer() -> tantivy.TextAnalyzer:
    """The standard analyzer: words, in lower case."""
    return tantivy.TextAnalyzerBuilder(tantivy.Tokenizer.regex(_WORD)).filter(tantivy.Filter.lowercase()).build()


def _type(field: Field) -> str:
    """The engine's type: booleans and dates are integers, so that dates keep their milliseconds."""
    if field.kind in ("text", "keyword"):
        return "text"
    return "float" if field.kind in ("half_float", "float", "double") else "integer"


def column(path: str) -> str:
    """The engine's name of a field; the prefix keeps it apart from the engine's own."""
    return f"field.{path}"


def _schema(mapping: Mapping) -> tantivy.Schema:
    builder = tantivy.SchemaBuilder()
    for name in ("_id", "_has"):
        builder.add_text_field(name, tokenizer_name="raw", index_option="basic")
    builder.add_integer_field("_row", indexed=True, fast=True)
    for path, field in mapping.fields.items():
        if field.kind == "text":
            builder.add_text_field(column(path), tokenizer_name=ANALYZER)
        elif field.kind == "keyword":
            builder.add_text_field(column(path), fast=True, tokenizer_name="raw", index_option="basic")
        elif field.kind != "knn_vector":
            getattr(builder, f"add_{_type(field)}_field")(column(path), indexed=True, fast=True)
    return builder.build()
