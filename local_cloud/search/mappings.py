"""Mappings: which fields an index has, and what a document holds of each."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

from .errors import SearchError, illegal_argument, mapper_parsing
from .values import KINDS, Value, read, read_vector

SPACES = {"l2", "cosinesimil", "innerproduct"}
DATE_FORMATS = {"strict_date_optional_time||epoch_millis", "strict_date_optional_time", "epoch_millis"}

Values = dict[str, list[Value]]
Vectors = dict[str, list[float]]
Definition = dict[str, Any]


@dataclass(frozen=True)
class Field:
    """One leaf of a mapping. `dimension` and `space` belong to vectors, `ignore_above` to keywords."""

    kind: str
    dimension: int = 0
    space: str = "l2"
    ignore_above: int | None = None


@dataclass(frozen=True)
class Mapping:
    """A mapping as it was given (`definition`) and its leaves by path; multi-fields are leaves of their own."""

    definition: Definition
    fields: dict[str, Field]
    subfields: dict[str, list[str]]

    @classmethod
    def parse(cls, definition: Any) -> Mapping:
        """Read the `mappings` object of an index; raises `mapper_parsing_exception`."""
        if not isinstance(definition, dict):
            raise mapper_parsing("mappings must be an object")
        if unknown := definition.keys() - {"properties", "dynamic"}:
            raise mapper_parsing(f"Root mapping definition has unsupported parameters: {sorted(unknown)}")
        if str(definition.get("dynamic", "true")).lower() not in ("true", "false", "strict"):
            raise mapper_parsing(f"dynamic [{definition['dynamic']}] is not supported")
        mapping = cls({**definition, "properties": definition.get("properties", {})}, {}, {})
        for path, field in _leaves(mapping.definition["properties"], ""):
            mapping._add(path, field)
        return mapping

    def _add(self, path: str, definition: Definition) -> None:
        self.fields[path] = _field(path, definition)
        subfields = definition.get("fields", {})
        if not isinstance(subfields, dict):
            raise mapper_parsing(f"[fields] of [{path}] must be an object")
        for name, inner in subfields.items():
            if not isinstance(inner, dict) or "fields" in inner:
                raise mapper_parsing(f"[fields] of [{path}] must hold definitions without fields of their own")
            self.fields[f"{path}.{name}"] = _field(f"{path}.{name}", inner)
            self.subfields.setdefault(path, []).append(f"{path}.{name}")

    def merged(self, more: Any) -> Mapping:
        """This mapping with more fields; raises when one of them exists with another definition."""
        added = Mapping.parse(more)
        for path, field in added.fields.items():
            if path in self.fields and self.fields[path] != field:
                raise illegal_argument(
                    f"mapper [{path}] cannot be changed from type [{self.fields[path].kind}] to [{field.kind}]"
                )
        properties = _merge(self.definition["properties"], added.definition["properties"])
        return Mapping.parse({**self.definition, **added.definition, "properties": properties})

    def extended(self, source: Definition) -> Mapping:
        """This mapping with the fields that a document brings, as `dynamic` says; itself when there are none."""
        dynamic = str(self.definition.get("dynamic", "true")).lower()
        new = {} if dynamic == "false" else self._unmapped(source, "")
        if not new:
            return self
        if dynamic == "strict":
            raise SearchError(
                400,
                "strict_dynamic_mapping_exception",
                f"mapping set to strict, dynamic introduction of [{next(iter(new))}] within [_doc] is not allowed",
            )
        return self.merged({"properties": new})

    def _unmapped(self, source: Definition, prefix: str) -> Definition:
        new: Definition = {}
        for name, value in source.items():
            path = prefix + name
            sample = next((item for item in _items(value) if item is not None), None)
            if path in self.fields or sample is None:
                continue
            if isinstance(sample, dict):
                inner: Definition = {}
                for item in _items(value):
                    inner = _merge(inner, self._unmapped(item, f"{path}.") if isinstance(item, dict) else {})
                if inner:
                    new[name] = {"properties": inner}
            else:
                new[name] = _infer(sample)
        return new

    def read(self, source: Definition, strict: bool = True) -> tuple[Values, Vectors]:
        """What a document holds of every field; a value that does not fit raises `mapper_parsing_exception`.

        Not strict is for documents that were accepted before their field was mapped: what does not fit is left out.
        """
        values: Values = {}
        vectors: Vectors = {}
        for path, value in _walk(source, "", self.fields):
            field = self.fields[path]
            try:
                if field.kind == "knn_vector":
                    vectors[path] = read_vector(value, field.dimension, field.space == "cosinesimil")
                    continue
                for target in [path, *self.subfields.get(path, [])]:
                    _append(values, target, self.fields[target], value)
            except ValueError as error:
                if not strict:
                    continue
                raise mapper_parsing(f"failed to parse field [{path}] of type [{field.kind}]: {error}") from error
        return values, vectors


def _append(values: Values, path: str, field: Field, value: Any) -> None:
    for item in _items(value):
        if item is None:
            continue
        converted = read(field.kind, item)
        if field.ignore_above is None or len(str(converted)) <= field.ignore_above:
            values.setdefault(path, []).append(converted)


def _items(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [value]


def _walk(source: Definition, prefix: str, fields: dict[str, Field]) -> Iterator[tuple[str, Any]]:
    for name, value in source.items():
        path = prefix + name
        if path in fields:
            yield path, value
            continue
        for item in _items(value):
            if isinstance(item, dict):
                yield from _walk(item, f"{path}.", fields)
            elif item is not None and any(known.startswith(f"{path}.") for known in fields):
                raise mapper_parsing(f"object mapping for [{path}] tried to parse field [{name}] as object")


def _leaves(properties: Any, prefix: str) -> Iterator[tuple[str, Definition]]:
    if not isinstance(properties, dict):
        raise mapper_parsing("properties must be an object")
    for name, definition in properties.items():
        if not isinstance(definition, dict):
            raise mapper_parsing(f"Expected map for property [fields] on field [{prefix}{name}]")
        if "properties" in definition and definition.get("type", "object") == "object":
            if unknown := definition.keys() - {"properties", "type"}:
                raise mapper_parsing(f"unsupported parameters on object [{prefix}{name}]: {sorted(unknown)}")
            yield from _leaves(definition["properties"], f"{prefix}{name}.")
        else:
            yield prefix + name, definition


_PARAMETERS: dict[str, set[str]] = {
    "text": {"fields", "analyzer"},
    "keyword": {"fields", "ignore_above"},
    "date": {"format"},
    "knn_vector": {"dimension", "space_type", "method", "data_type"},
}


def _field(path: str, definition: Definition) -> Field:
    kind = definition.get("type")
    if not isinstance(kind, str) or kind not in KINDS:
        raise mapper_parsing(f"No handler for type [{kind}] declared on field [{path}]")
    if unknown := definition.keys() - {"type"} - _PARAMETERS.get(kind, set()):
        raise mapper_parsing(f"unknown parameter {sorted(unknown)} on mapper [{path}] of type [{kind}]")
    if definition.get("analyzer", "standard") != "standard":
        raise mapper_parsing(f"analyzer [{definition['analyzer']}] has not been configured in mappings")
    if str(definition.get("format", "epoch_millis")) not in DATE_FORMATS:
        raise mapper_parsing(f"date format [{definition['format']}] of [{path}] is not supported")
    if kind == "knn_vector":
        return _vector_field(path, definition)
    ignore_above = definition.get("ignore_above")
    if ignore_above is not None and (not isinstance(ignore_above, int) or ignore_above < 0):
        raise mapper_parsing(f"[ignore_above] of [{path}] must be a positive integer, got [{ignore_above}]")
    return Field(kind, ignore_above=ignore_above)


def _vector_field(path: str, definition: Definition) -> Field:
    dimension = definition.get("dimension")
    if not isinstance(dimension, int) or isinstance(dimension, bool) or not 1 <= dimension <= 16_000:
        raise mapper_parsing(f"Dimension value must be from 1 to 16000 for vector: {path}")
    method = definition.get("method", {})
    if not isinstance(method, dict) or method.keys() - {"name", "engine", "space_type", "parameters"}:
        raise mapper_parsing(f"[method] of [{path}] must be an object with name, engine, space_type and parameters")
    space = str(definition.get("space_type", method.get("space_type", "l2")))
    if space not in SPACES:
        raise mapper_parsing(f"Unsupported space type [{space}] on [{path}]")
    if definition.get("data_type", "float") != "float":
        raise mapper_parsing(f"data_type [{definition['data_type']}] of [{path}] is not supported")
    return Field("knn_vector", dimension=dimension, space=space)


def _infer(sample: Any) -> Definition:
    if isinstance(sample, bool):
        return {"type": "boolean"}
    if isinstance(sample, int):
        return {"type": "long"}
    if isinstance(sample, float):
        return {"type": "float"}
    with suppress(ValueError):
        if "-" in sample:
            read("date", sample)
            return {"type": "date"}
    return {"type": "text", "fields": {"keyword": {"type": "keyword", "ignore_above": 256}}}


def _merge(old: Definition, new: Definition) -> Definition:
    merged = dict(old)
    for name, value in new.items():
        known = merged.get(name)
        merged[name] = _merge(known, value) if isinstance(known, dict) and isinstance(value, dict) else value
    return merged
