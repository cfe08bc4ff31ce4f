"""JSON schemas, as far as the game asks models for JSON: does an answer meet its schema, and if not, why.

A small part of JSON Schema 2020-12, in a few microseconds and without an import; a schema that uses more is refused.
"""

import re
from collections.abc import Callable, Iterator, Mapping
from typing import Any

import msgspec

FAULTS_TOLD = 5

_TYPES: dict[str, Callable[[Any], bool]] = {
    "object": lambda value: isinstance(value, dict),
    "array": lambda value: isinstance(value, list),
    "string": lambda value: isinstance(value, str),
    "integer": lambda value: _is_number(value) and value == int(value),
    "number": lambda value: _is_number(value),
    "boolean": lambda value: isinstance(value, bool),
    "null": lambda value: value is None,
}
_KEYWORDS = frozenset(
    {
        *("type", "enum", "const", "title", "description"),
        *("properties", "required", "additionalProperties"),
        *("items", "minItems", "maxItems"),
        *("minLength", "maxLength", "pattern"),
        *("minimum", "maximum"),
        "anyOf",
    }
)

Schema = Mapping[str, Any]


class UnknownKeyword(ValueError):
    """A schema uses what this module does not check."""


def faults(text: str, schema: Schema) -> list[str]:
    """What is wrong with a model's answer, the first few faults; none where it meets its schema.

    Raises UnknownKeyword.
    """
    try:
        value = msgspec.json.decode(text)
    except msgspec.MsgspecError as error:
        return [f"it is not JSON: {error}"]
    return [fault for fault, _ in zip(check(value, schema), range(FAULTS_TOLD), strict=False)]


def check(value: Any, schema: Schema) -> Iterator[str]:
    """Every fault of a value that was read from JSON; raises UnknownKeyword."""
    return _faults(value, schema, "$")


def _faults(value: Any, schema: Schema, path: str) -> Iterator[str]:
    if unknown := schema.keys() - _KEYWORDS:
        raise UnknownKeyword(f"{path}: {', '.join(sorted(unknown))}")
    kinds = schema.get("type", ())
    kinds = (kinds,) if isinstance(kinds, str) else kinds
    if kinds and not any(_TYPES[kind](value) for kind in kinds):
        yield f"{path} must be of type {' or '.join(kinds)}"
        return
    if "enum" in schema and not any(_same(value, allowed) for allowed in schema["enum"]):
        yield f"{path} must be one of {msgspec.json.encode(schema['enum']).decode()}"
    if "const" in schema and not _same(value, schema["const"]):
        yield f"{path} must be {msgspec.json.encode(schema['const']).decode()}"
    if "anyOf" in schema:
        # the alternative that the value comes nearest to says what is wrong
        yield from min((list(_faults(value, one, path)) for one in schema["anyOf"]), key=len)
    if isinstance(value, dict):
        yield from _object_faults(value, schema, path)
    elif isinstance(value, list):
        yield from _array_faults(value, schema, path)
    elif isinstance(value, str):
        yield from _string_faults(value, schema, path)
    elif _is_number(value):
        if "minimum" in schema and value < schema["minimum"]:
            yield f"{path} must be at least {schema['minimum']}"
        if "maximum" in schema and value > schema["maximum"]:
            yield f"{path} must be at most {schema['maximum']}"


def _object_faults(value: dict[str, Any], schema: Schema, path: str) -> Iterator[str]:
    properties, rest = schema.get("properties", {}), schema.get("additionalProperties", True)
    for name in schema.get("required", ()):
        if name not in value:
            yield f"{path}.{name} is missing"
    for name, member in value.items():
        if name in properties:
            yield from _faults(member, properties[name], f"{path}.{name}")
        elif rest is False:
            yield f"{path}.{name} does not belong there"
        elif isinstance(rest, Mapping):
            yield from _faults(member, rest, f"{path}.{name}")


def _array_faults(value: list[Any], schema: Schema, path: str) -> Iterator[str]:
    if len(value) < schema.get("minItems", 0):
        yield f"{path} must have {schema['minItems']} items or more"
    if "maxItems" in schema and len(value) > schema["maxItems"]:
        yield f"{path} must have {schema['maxItems']} items or fewer"
    if "items" in schema:
        for index, item in enumerate(value):
            yield from _faults(item, schema["items"], f"{path}[{index}]")


def _string_faults(value: str, schema: Schema, path: str) -> Iterator[str]:
    if len(value) < schema.get("minLength", 0):
        yield f"{path} must have {schema['minLength']} characters or more"
    if "maxLength" in schema and len(value) > schema["maxLength"]:
        yield f"{path} must have {schema['maxLength']} characters or fewer"
    if "pattern" in schema and re.search(schema["pattern"], value) is None:
        yield f"{path} must match {schema['pattern']}"


def _is_number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


def _same(left: Any, right: Any) -> bool:
    """Equality as JSON has it, where true is not 1."""
    return left == right and isinstance(left, bool) == isinstance(right, bool)
