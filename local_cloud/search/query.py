"""OpenSearch's query language as queries of the engine. Whatever is not understood is refused."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from typing import Any

import numpy
import tantivy
from tantivy import Occur, Query

from .engine import Snapshot, analyzer, column
from .errors import SearchError, illegal_argument, parsing
from .mappings import Field
from .values import FLOATS, Value, read, read_vector

# tantivy's BM25 carries the factor k1 + 1 = 2.2 that Lucene has dropped.
LUCENE_SCALE = 1 / 2.2
MAX_K = 10_000

Body = Mapping[str, Any]


class Compiler:
    """Compiles the queries of one search against one snapshot."""

    def __init__(self, snapshot: Snapshot, knn_enabled: bool) -> None:
        self._fields = snapshot.mapping.fields
        self._snapshot = snapshot
        self._schema = snapshot.schema
        self._knn_enabled = knn_enabled
        self._analyzer = analyzer()
        self._kinds: dict[str, Callable[[Body], Query]] = {
            "match_all": self._match_all,
            "match_none": self._match_none,
            "bool": self._bool,
            "term": self._term,
            "terms": self._terms,
            "range": self._range,
            "exists": self._exists,
            "match": self._match,
            "ids": self._ids,
            "knn": self._knn,
        }

    def compile(self, body: Any) -> Query:
        """The engine's query for one clause; raises `parsing_exception`."""
        if not isinstance(body, dict) or len(body) != 1:
            raise parsing("a query must be an object with exactly one query name")
        kind, inner = next(iter(body.items()))
        if kind not in self._kinds:
            raise parsing(f"unknown query [{kind}]")
        if not isinstance(inner, dict):
            raise parsing(f"[{kind}] query malformed, expected an object")
        return self._kinds[kind](inner)

    def _match_all(self, body: Body) -> Query:
        return _boosted(Query.all_query(), _only(body, "match_all", "boost"))

    def _match_none(self, body: Body) -> Query:
        _only(body, "match_none")
        return Query.empty_query()

    def _bool(self, body: Body) -> Query:
        _only(body, "bool", "must", "should", "filter", "must_not", "minimum_should_match", "boost")
        musts = self._clauses(body, "must")
        shoulds = self._clauses(body, "should")
        filters = [Query.const_score_query(query, 0.0) for query in self._clauses(body, "filter")]
        nots = self._clauses(body, "must_not")
        least = _count(body.get("minimum_should_match", 0 if musts or filters else 1), len(shoulds))
        if not (musts or shoulds or filters):
            score = 0.0 if nots else 1.0
            filters = [Query.const_score_query(Query.all_query(), score)]
        clauses = [(Occur.Must, query) for query in musts + filters]
        clauses += [(Occur.Should, query) for query in shoulds] + [(Occur.MustNot, query) for query in nots]
        if shoulds and least > len(shoulds):
            return Query.empty_query()
        return _boosted(Query.boolean_query(clauses, least if shoulds and least else None), body)

    def _clauses(self, body: Body, name: str) -> list[Query]:
        clauses = body.get(name, [])
        return [self.compile(clause) for clause in (clauses if isinstance(clauses, list) else [clauses])]

    def _term(self, body: Body) -> Query:
        path, inner = _field_of(body, "term")
        options = inner if isinstance(inner, dict) else {"value": inner}
        _only(options, "term", "value", "boost")
        if "value" not in options:
            raise parsing("[term] query requires a value")
        return _boosted(self._equals(path, options["value"]), options)

    def _terms(self, body: Body) -> Query:
        path, values = _field_of({name: value for name, value in body.items() if name != "boost"}, "terms")
        if not isinstance(values, list):
            raise parsing("[terms] query does not support a lookup, only a list of values")
        options = [(Occur.Should, self._equals(path, value)) for value in values]
        query = Query.boolean_query(options) if options else Query.empty_query()
        return _boosted(Query.const_score_query(query, 1.0), body)

    def _equals(self, path: str, value: Any) -> Query:
        if path == "_id":
            return Query.const_score_query(Query.term_query(self._schema, "_id", str(value), "basic"), 1.0)
        field = self._field(path)
        if field is None:
            return Query.empty_query()
        name, wanted = column(path), self._value(path, field, value)
        if isinstance(wanted, str):
            option = "position" if field.kind == "text" else "basic"
            return Query.boost_query(Query.term_query(self._schema, name, wanted, option), LUCENE_SCALE)
        return Query.const_score_query(Query.term_query(self._schema, name, wanted), 1.0)

    def _range(self, body: Body) -> Query:
        path, bounds = _field_of(body, "range")
        if not isinstance(bounds, dict):
            raise parsing("[range] query malformed, no start_object after query name")
        _only(bounds, "range", "gt", "gte", "lt", "lte", "boost")
        field = self._field(path)
        if field is None:
            return Query.empty_query()
        if field.kind == "text":
            raise illegal_argument(f"[range] on the text field [{path}] is not supported")
        lower, with_lower = self._bound(path, field, bounds, "gte", "gt")
        upper, with_upper = self._bound(path, field, bounds, "lte", "lt")
        if lower is None and upper is None:
            return _boosted(self._has(path), bounds)
        if field.kind == "keyword":
            query = self._between(path, lower, upper, with_lower, with_upper)
        else:
            kind = tantivy.FieldType.Float if field.kind in FLOATS else tantivy.FieldType.Integer
            query = Query.range_query(self._schema, column(path), kind, lower, upper, with_lower, with_upper)
        return _boosted(Query.const_score_query(query, 1.0), bounds)

    def _between(self, path: str, lower: Any, upper: Any, with_lower: bool, with_upper: bool) -> Query:
        """The engine has no ranges of strings: this is the set of the values that lie in one."""
        values = {value for document in self._snapshot.rows.values() for value in document.values.get(path, ())}
        inside = [
            value
            for value in values
            if (lower is None or value > lower or (with_lower and value == lower))
            and (upper is None or value < upper or (with_upper and value == upper))
        ]
        return Query.term_set_query(self._schema, column(path), inside)

    def _bound(self, path: str, field: Field, bounds: Body, inside: str, outside: str) -> tuple[Value | None, bool]:
        if bounds.get(inside) is not None:
            return self._value(path, field, bounds[inside], round_up=inside == "lte"), True
        if bounds.get(outside) is not None:
            return self._value(path, field, bounds[outside], round_up=outside == "gt"), False
        return None, True

    def _exists(self, body: Body) -> Query:
        _only(body, "exists", "field", "boost")
        path = body.get("field")
        if not isinstance(path, str):
            raise parsing("[exists] must be provided with a [field]")
        inside = [known for known in self._fields if known == path or known.startswith(f"{path}.")]
        options = [(Occur.Should, self._has(known)) for known in inside]
        query = Query.boolean_query(options) if options else Query.empty_query()
        return _boosted(Query.const_score_query(query, 1.0), body)

    def _has(self, path: str) -> Query:
        return Query.const_score_query(Query.term_query(self._schema, "_has", path, "basic"), 1.0)

    def _match(self, body: Body) -> Query:
        path, inner = _field_of(body, "match")
        options = inner if isinstance(inner, dict) else {"query": inner}
        _only(options, "match", "query", "operator", "minimum_should_match", "boost")
        if "query" not in options:
            raise parsing("No text specified for text query")
        operator = str(options.get("operator", "or")).lower()
        if operator not in ("or", "and"):
            raise illegal_argument(f"operator needs to be either OR or AND, but found [{operator}]")
        field = self._field(path)
        if field is None:
            return Query.empty_query()
        if field.kind != "text":
            return _boosted(self._equals(path, options["query"]), options)
        words = list(dict.fromkeys(self._analyzer.analyze(str(options["query"]))))
        least = len(words) if operator == "and" else _count(options.get("minimum_should_match", 1), len(words))
        if not words or least > len(words):
            return Query.empty_query()
        clauses = [(Occur.Should, Query.term_query(self._schema, column(path), word)) for word in words]
        query = Query.boolean_query(clauses, max(1, least))
        return _boosted(Query.boost_query(query, LUCENE_SCALE), options)

    def _ids(self, body: Body) -> Query:
        _only(body, "ids", "values", "boost")
        values = body.get("values")
        if not isinstance(values, list):
            raise parsing("[ids] requires a list of values")
        clauses = [(Occur.Should, self._equals("_id", value)) for value in values]
        return _boosted(Query.boolean_query(clauses) if clauses else Query.empty_query(), body)

    def _knn(self, body: Body) -> Query:
        path, options = _field_of(body, "knn")
        if not isinstance(options, dict):
            raise parsing("[knn] query malformed, expected an object")
        _only(options, "knn", "vector", "k", "filter", "boost")
        field = self._fields.get(path)
        if field is None or field.kind != "knn_vector":
            raise SearchError(400, "query_shard_exception", f"Field '{path}' is not knn_vector type.")
        if not self._knn_enabled:
            raise illegal_argument("[knn] needs an index with the setting [index.knn: true]")
        k = options.get("k")
        if not isinstance(k, int) or isinstance(k, bool) or not 1 <= k <= MAX_K:
            raise illegal_argument(f"[knn] requires k to be in the range [1, {MAX_K}]")
        try:
            vector = read_vector(options.get("vector"), field.dimension, field.space == "cosinesimil")
        except ValueError as error:
            raise illegal_argument(f"[knn] {error}") from error
        nearest = self._nearest(path, field.space, vector, k, options.get("filter"))
        clauses = [
            (Occur.Should, Query.const_score_query(Query.term_query(self._schema, "_row", row), score))
            for row, score in nearest
        ]
        return _boosted(Query.boolean_query(clauses) if clauses else Query.empty_query(), options)

    def _nearest(self, path: str, space: str, vector: list[float], k: int, where: Any) -> list[tuple[int, float]]:
        allowed = None if where is None else [row for _, row in self._snapshot.matches(self.compile(where))[1]]
        rows, matrix = self._snapshot.vectors(path, allowed)
        if not len(rows):
            return []
        scores = _scores(space, matrix, numpy.array(vector, dtype=numpy.float32))
        best = numpy.argsort(-scores, kind="stable")[:k]
        return [(int(rows[index]), float(scores[index])) for index in best]

    def _field(self, path: str) -> Field | None:
        field = self._fields.get(path)
        if field is not None and field.kind == "knn_vector":
            raise illegal_argument(f"Field [{path}] of type [knn_vector] does not support this query; use [knn]")
        return field

    def _value(self, path: str, field: Field, value: Any, round_up: bool = False) -> Value:
        try:
            if field.kind not in ("date", "text", "keyword", "boolean") and isinstance(value, str):
                value = float(value) if field.kind in FLOATS else int(value)
            if isinstance(value, float) and field.kind not in FLOATS | {"text", "keyword"} and not value.is_integer():
                raise ValueError(f"Value [{value}] has a decimal part")
            return read(field.kind, value, round_up)
        except ValueError as error:
            raise SearchError(400, "query_shard_exception", f"failed to create query for [{path}]: {error}") from error


def _scores(space: str, matrix: Any, vector: Any) -> Any:
    """OpenSearch's score of every row: the larger, the nearer."""
    if space == "l2":
        return 1 / (1 + numpy.sum((matrix - vector) ** 2, axis=1))
    products = matrix @ vector
    if space == "innerproduct":
        return numpy.where(products >= 0, 1 + products, 1 / (1 - numpy.minimum(products, 0)))
    cosines = products / (numpy.linalg.norm(matrix, axis=1) * numpy.linalg.norm(vector))
    return (1 + numpy.clip(cosines, -1, 1)) / 2


def _only(body: Body, kind: str, *allowed: str) -> Body:
    if unknown := body.keys() - set(allowed):
        raise parsing(f"[{kind}] query does not support [{sorted(unknown)[0]}]")
    return body


def _field_of(body: Body, kind: str) -> tuple[str, Any]:
    if len(body) != 1:
        raise parsing(f"[{kind}] query needs exactly one field, got {sorted(body)}")
    return next(iter(body.items()))


def _boosted(query: Query, body: Body) -> Query:
    boost = body.get("boost", 1.0)
    if not isinstance(boost, int | float) or isinstance(boost, bool) or not math.isfinite(boost) or boost < 0:
        raise illegal_argument(f"negative [boost] are not allowed, and it must be a number, got [{boost}]")
    return query if boost == 1 else Query.boost_query(query, float(boost))


def _count(value: Any, clauses: int) -> int:
    """`minimum_should_match` as a number: a count, a negative count, or a percentage of the clauses."""
    text = str(value)
    try:
        number = int(text.removesuffix("%"))
    except ValueError as error:
        raise illegal_argument(f"minimum_should_match [{value}] is not supported") from error
    if text.endswith("%"):
        number = int(clauses * abs(number) / 100) * (1 if number >= 0 else -1)
    return max(0, clauses + number if number < 0 else number)
