"""Requests and answers checked against botocore's own description of a service.

botocore's client checks types and required members only; the services also check enumerations, ranges, lengths and
patterns, and report every fault at once. This module does what the services do, in their words.
"""

from __future__ import annotations

import functools
import re
from collections.abc import Iterator, Mapping
from typing import Any

import botocore.session

from local_cloud.sagemaker.errors import ApiError, invalid

Record = dict[str, Any]

_PYTHON_TYPES: dict[str, tuple[type, ...]] = {
    "structure": (dict,),
    "map": (dict,),
    "list": (list,),
    "string": (str,),
    "boolean": (bool,),
    "integer": (int,),
    "long": (int,),
    "float": (int, float),
    "double": (int, float),
    "timestamp": (int, float, str),
    "blob": (str,),
}


@functools.cache
def service_model(service: str) -> Any:
    """botocore's model of a service, for example `sagemaker`."""
    return botocore.session.get_session().get_service_model(service)


def validate(shape: Any, value: Record) -> None:
    """Raise ValidationException with every fault of a request, or SerializationException for a wrong type."""
    faults = list(_faults(shape, value, ""))
    if faults:
        noun = "error" if len(faults) == 1 else "errors"
        raise invalid(f"{len(faults)} validation {noun} detected: {'; '.join(faults)}")


def project(shape: Any, record: Mapping[str, Any]) -> Record:
    """The members of a record that a structure of the service has."""
    return {member: record[member] for member in shape.members if record.get(member) is not None}


def coerce(shape: Any, value: Any) -> Any:
    """A CloudFormation property as the API wants it: templates may write numbers and booleans as strings."""
    kind = shape.type_name
    if kind == "structure" and isinstance(value, dict):
        unknown = value.keys() - shape.members.keys()
        if unknown:
            raise invalid(f"extraneous key [{min(unknown)}] is not permitted")
        return {key: coerce(shape.members[key], item) for key, item in value.items()}
    if kind == "list" and isinstance(value, list):
        return [coerce(shape.member, item) for item in value]
    if kind == "map" and isinstance(value, dict):
        return {key: coerce(shape.value, item) for key, item in value.items()}
    if isinstance(value, str):
        return _parse_scalar(kind, value)
    if kind == "string" and isinstance(value, int | float):
        return str(value).lower() if isinstance(value, bool) else str(value)
    return value


def _parse_scalar(kind: str, text: str) -> Any:
    if kind == "boolean" and text.lower() in ("true", "false"):
        return text.lower() == "true"
    try:
        if kind in ("integer", "long"):
            return int(text)
        if kind in ("float", "double"):
            return float(text)
    except ValueError:
        return text
    return text


def _faults(shape: Any, value: Any, path: str) -> Iterator[str]:
    kind = shape.type_name
    if type(value) not in _PYTHON_TYPES[kind]:
        raise ApiError("SerializationException", f"{_here(path)} must be of type {kind}")
    if kind == "structure":
        yield from _structure_faults(shape, value, path)
    elif kind == "list":
        yield from _bound_faults(shape, len(value), value, path, "length")
        for number, item in enumerate(value, 1):
            yield from _faults(shape.member, item, f"{path}.{number}.member")
    elif kind == "map":
        yield from _bound_faults(shape, len(value), value, path, "length")
        for key, item in value.items():
            yield from _faults(shape.key, key, f"{path}.key")
            yield from _faults(shape.value, item, f"{path}.{key}.member")
    elif kind == "string":
        yield from _string_faults(shape, value, path)
    elif kind in ("integer", "long", "float", "double"):
        yield from _bound_faults(shape, value, value, path, "value")


def _structure_faults(shape: Any, value: Record, path: str) -> Iterator[str]:
    for name in shape.required_members:
        if value.get(name) is None:
            yield f"Value null at '{_join(path, name)}' failed to satisfy constraint: Member must not be null"
    for name, item in value.items():
        if name in shape.members and item is not None:
            yield from _faults(shape.members[name], item, _join(path, name))


def _string_faults(shape: Any, value: str, path: str) -> Iterator[str]:
    yield from _bound_faults(shape, len(value), value, path, "length")
    if shape.enum and value not in shape.enum:
        yield f"{_value_at(value, path)} Member must satisfy enum value set: [{', '.join(shape.enum)}]"
    pattern = _pattern(shape.metadata.get("pattern", ""))
    if pattern is not None and not pattern.fullmatch(value):
        yield f"{_value_at(value, path)} Member must satisfy regular expression pattern: {shape.metadata['pattern']}"


def _bound_faults(shape: Any, size: float, value: Any, path: str, what: str) -> Iterator[str]:
    low, high = shape.metadata.get("min"), shape.metadata.get("max")
    if low is not None and size < low:
        yield f"{_value_at(value, path)} Member must have {what} greater than or equal to {low}"
    if high is not None and size > high:
        yield f"{_value_at(value, path)} Member must have {what} less than or equal to {high}"


@functools.cache
def _pattern(text: str) -> re.Pattern[str] | None:
    """Java's pattern for Python; None where it needs Unicode classes that `re` lacks (free-text members only)."""
    try:
        return re.compile(text, re.DOTALL) if text else None
    except re.error:
        return None


def _join(path: str, name: str) -> str:
    member = name[0].lower() + name[1:]
    return f"{path}.{member}" if path else member


def _here(path: str) -> str:
    return f"Value at '{path}'" if path else "The request"


def _value_at(value: Any, path: str) -> str:
    return f"Value '{value}' at '{path}' failed to satisfy constraint:"
