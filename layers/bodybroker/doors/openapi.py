"""Makes docs/openapi.json (OpenAPI 3.1) from what the handlers say of themselves: `python -m bodybroker.doors.openapi`.

Run from the repository's root, where `functions` can be imported. A test compares the file with what this makes.
"""

import json
import re
from collections.abc import Iterable, Mapping
from http import HTTPStatus
from importlib import import_module
from importlib.metadata import version
from inspect import cleandoc
from pathlib import Path
from typing import Any

import msgspec
from pydantic import BaseModel, ValidationError
from pydantic.json_schema import models_json_schema

from bodybroker.doors.operations import EVENT_STREAM, Operation, operation_of
from bodybroker.doors.problems import CONTENT_TYPE as PROBLEM
from bodybroker.kernel.ids import PATTERN

TARGET = Path("docs/openapi.json")
HANDLERS = Path("functions")
SERVES = "\nOPERATIONS = ("
JSON = "application/json"
REF = "#/components/schemas/{}"
Schema = dict[str, Any]

PROBLEM_SCHEMA: Schema = {
    "title": "Problem",
    "description": "An error (RFC 9457). `code` is stable and made for programs, `detail` for people.",
    "type": "object",
    "required": ["type", "title", "status", "detail", "code", "retryable", "correlation_id"],
    "properties": {
        "type": {"type": "string", "format": "uri"},
        "title": {"type": "string"},
        "status": {"type": "integer"},
        "detail": {"type": "string"},
        "code": {"type": "string"},
        "retryable": {"type": "boolean", "description": "Whether the same request may succeed later."},
        "correlation_id": {"type": "string"},
        "index": {"type": "integer", "description": "With 422 on a batch: which of its commands was refused."},
        "current_version": {"type": "integer", "description": "With 409: where the world stands."},
        "retry_after": {"type": "integer", "description": "With 429: seconds to wait."},
        "faults": {
            "type": "array",
            "description": "With 400: everything that is wrong, at once.",
            "items": {
                "type": "object",
                "required": ["path", "message"],
                "properties": {"path": {"type": "string"}, "message": {"type": "string"}},
            },
        },
    },
}
CORRELATION_HEADER: Schema = {
    "description": "Finds this request in the logs; the caller's own `x-correlation-id` where it sent one.",
    "schema": {"type": "string"},
}
REPLAY_HEADER: Schema = {
    "description": "`true` when the command had been carried out before and this is its first result.",
    "schema": {"type": "string", "enum": ["true"]},
}
KEY_PARAMETER: Schema = {
    "name": "Idempotency-Key",
    "in": "header",
    "required": True,
    "description": "Names the command: sent again with the same body it gives the first result, with another one 422.",
    "schema": {"type": "string", "pattern": r"^[A-Za-z0-9._:-]{1,64}$"},
}


def operations() -> list[Operation]:
    """Every operation of every function that serves some (its handler has `OPERATIONS`), by function."""
    handlers = HANDLERS.glob("*/handler.py")
    # The others stay unread: what serves no player may need packages that only its layers bring.
    names = sorted(path.parent.name for path in handlers if SERVES in path.read_text("utf-8"))
    modules = [import_module(f"{HANDLERS}.{name}.handler") for name in names]
    return [operation_of(handler) for module in modules for handler in getattr(module, "OPERATIONS", ())]


def document(found: Iterable[Operation]) -> Schema:
    """The OpenAPI document of the operations."""
    found = list(found)
    schemas, components = _schemas(found)
    paths: dict[str, Schema] = {}
    for operation in found:
        paths.setdefault(operation.path, {})[operation.method.lower()] = _operation(operation, schemas)
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "The Body Broker",
            "version": version("bodybroker"),
            "description": "The AI core of the game. Every answer carries `x-correlation-id`; errors are problem+json.",
            "license": {"name": "Apache-2.0", "identifier": "Apache-2.0"},
        },
        "servers": [{"url": "/v1"}],
        "security": [{"access_token": []}],
        "paths": paths,
        "components": {
            "securitySchemes": {"access_token": {"type": "http", "scheme": "bearer", "bearerFormat": "JWT"}},
            "schemas": {"Problem": PROBLEM_SCHEMA, **dict(sorted(components.items()))},
        },
    }


def _schemas(found: list[Operation]) -> tuple[dict[Any, Schema], dict[str, Schema]]:
    """The schema of every type that comes in or goes out, by type, and the components that they refer to."""
    models = [operation.request for operation in found if operation.request]
    by_mode, definitions = models_json_schema(
        [(model, "validation") for model in models], ref_template=REF.format("{model}")
    )
    incoming: dict[str, Schema] = definitions.get("$defs", {})
    structs = [
        kind for operation in found for kind in (*operation.responses.values(), *operation.events.values()) if kind
    ]
    schemas, outgoing = msgspec.json.schema_components(structs, ref_template=REF.format("{name}"))
    clash = incoming.keys() & outgoing.keys()
    assert not clash, f"two types share a name: {clash}"
    by_type: dict[Any, Schema] = {model: schema for (model, _), schema in by_mode.items()}
    components = incoming | outgoing
    for component in components.values():
        if "description" in component:
            component["description"] = cleandoc(component["description"])
    return by_type | dict(zip(structs, schemas, strict=True)), components


def _operation(operation: Operation, schemas: Mapping[Any, Schema]) -> Schema:
    described: Schema = {
        "operationId": operation.name,
        "summary": operation.summary,
        "description": operation.description,
        "parameters": _parameters(operation),
        "responses": _responses(operation, schemas),
    }
    if operation.request is not None:
        required = _requires_something(operation.request)
        described["requestBody"] = {"required": required, "content": {JSON: {"schema": schemas[operation.request]}}}
    if operation.public:
        described["security"] = []
    return described


def _requires_something(model: type[BaseModel]) -> bool:
    try:
        model.model_validate({})
    except ValidationError:
        return True
    return False


def _parameters(operation: Operation) -> list[Schema]:
    found: list[Schema] = [
        {"name": name, "in": "path", "required": True, "schema": {"type": "string", "pattern": PATTERN}}
        for name in re.findall(r"{(\w+)}", operation.path)
    ]
    if operation.query is not None:
        fields = operation.query.model_json_schema()["properties"]
        found += [{"name": name, "in": "query", "schema": schema} for name, schema in fields.items()]
    return [*found, KEY_PARAMETER] if operation.idempotent else found


def _responses(operation: Operation, schemas: Mapping[Any, Schema]) -> Schema:
    headers = {"x-correlation-id": CORRELATION_HEADER}
    replayed = {"Idempotent-Replayed": REPLAY_HEADER} if operation.idempotent else {}
    answers: Schema = {}
    for status, kind in operation.responses.items():
        content = _stream(operation, schemas) if operation.events else {JSON: {"schema": schemas[kind]}}
        answers[str(status)] = {
            "description": HTTPStatus(status).phrase,
            "headers": headers | replayed,
            "content": content,
        }
    for status in _problem_statuses(operation):
        answers[str(status)] = {
            "description": HTTPStatus(status).phrase,
            "headers": headers,
            "content": {PROBLEM: {"schema": {"$ref": REF.format("Problem")}}},
        }
    return answers


def _stream(operation: Operation, schemas: Mapping[Any, Schema]) -> Schema:
    """Server-sent events: OpenAPI 3.1 has no word for their types, so these stand in an extension, by event name."""
    events = {name: schemas[kind] for name, kind in operation.events.items()}
    return {EVENT_STREAM: {"schema": {"type": "string"}, "x-events": events}}


def _problem_statuses(operation: Operation) -> list[int]:
    statuses = {400, 401, 429, 500, 503, *operation.problems}
    if "{" in operation.path:
        statuses.add(404)
    if operation.request is not None:
        statuses.add(413)
    return sorted(statuses)


def render() -> str:
    """The text of docs/openapi.json."""
    return json.dumps(document(operations()), indent=2, ensure_ascii=False) + "\n"


if __name__ == "__main__":
    TARGET.parent.mkdir(exist_ok=True)
    TARGET.write_text(render(), encoding="utf-8")
