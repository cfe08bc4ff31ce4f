"""The node: its indices by name, and bulk writes across them."""

from __future__ import annotations

import json
import re
import uuid
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from .errors import SearchError, illegal_argument, index_not_found
from .index import Batch, Index
from .store import Store

_NAME = re.compile(r"(?![-_+])[^\sA-Z\\/*?\"<>|,#:]{1,255}")
_ACTIONS = {"index", "create", "delete", "update"}
_METADATA = {"_index", "_id", "if_seq_no", "if_primary_term"}

Body = dict[str, Any]


class Service:
    """Every index of one state directory."""

    def __init__(self, state_dir: Path) -> None:
        state_dir.mkdir(parents=True, exist_ok=True)
        self.store = Store(state_dir / "search.sqlite3")
        self.indices = {name: Index(name, body, self.store) for name, body in self.store.indices()}

    def index(self, name: str) -> Index:
        """The index of this name; raises `index_not_found_exception`."""
        if "*" in name or "," in name or name == "_all":
            raise illegal_argument(f"[{name}]: only one index can be named, without wildcards")
        if name not in self.indices:
            raise index_not_found(name)
        return self.indices[name]

    def writable(self, name: str) -> Index:
        """The index to write a document to; made when it is missing, as OpenSearch does."""
        if name not in self.indices:
            self.create(name, {})
        return self.indices[name]

    def create(self, name: str, body: Body) -> None:
        """Make an index; raises when the name or the body is wrong, or when it exists."""
        if not _NAME.fullmatch(name) or name in (".", ".."):
            raise SearchError(400, "invalid_index_name_exception", f"Invalid index name [{name}]", index=name)
        if name in self.indices:
            reason = f"index [{name}] already exists"
            raise SearchError(400, "resource_already_exists_exception", reason, index=name)
        if unknown := body.keys() - {"settings", "mappings"}:
            raise illegal_argument(f"unknown key [{sorted(unknown)[0]}] for create index")
        self.indices[name] = Index.create(name, body.get("settings", {}), body.get("mappings", {}), self.store)

    def delete(self, name: str) -> None:
        """Delete an index and its documents."""
        index = self.index(name)
        self.store.delete_index(index.name)
        del self.indices[index.name]

    def bulk(self, raw: bytes, default: str | None) -> tuple[list[Body], list[Index]]:
        """Apply newline-delimited actions in order, durable together; the items, and the indices written to."""
        if not raw.endswith(b"\n"):
            raise illegal_argument("The bulk request must be terminated by a newline [\\n]")
        lines = raw.split(b"\n")[:-1]
        batch, items, number = Batch(self.store), [], 0
        while number < len(lines):
            action, metadata = _action(lines[number], number + 1)
            name = metadata.get("_index", default)
            if not isinstance(name, str):
                raise illegal_argument(f"action on line [{number + 1}] names no index")
            document: bytes | None = None
            if action != "delete":
                number += 1
                if number >= len(lines):
                    raise illegal_argument("The bulk request ends with an action that has no document")
                document = lines[number]
            number += 1
            items.append({action: self._apply(batch, action, name, metadata, document)})
        touched = list(batch.touched())
        batch.commit()
        return items, touched

    def searches(self, raw: bytes, default: str | None) -> Iterator[tuple[str, Body]]:
        """The searches of a multi-search, each with its index; raises where a line is not what it must be."""
        if not raw.endswith(b"\n"):
            raise illegal_argument("The msearch request must be terminated by a newline [\\n]")
        lines = [_document(line) for line in raw.split(b"\n")[:-1]]
        if len(lines) % 2 or not all(isinstance(line, dict) for line in lines):
            raise illegal_argument("a multi-search is pairs of lines: a header and a body, both objects")
        for header, body in zip(lines[::2], lines[1::2], strict=True):
            if unknown := header.keys() - {"index"}:
                raise illegal_argument(f"key [{sorted(unknown)[0]}] is not supported in the metadata section")
            name = header.get("index", default)
            if not isinstance(name, str):
                raise illegal_argument("index is missing")
            yield name, body

    def _apply(self, batch: Batch, action: str, name: str, metadata: Body, document: bytes | None) -> Body:
        id_ = str(metadata.get("_id") or (new_id() if action == "index" or action == "create" else ""))
        try:
            expected = expectation(metadata.get("if_seq_no"), metadata.get("if_primary_term"))
            if action == "delete":
                result = batch.delete(self.index(name), id_, expected)
            elif action == "update":
                result = batch.update(self.index(name), id_, _document(document), expected)
            else:
                result = batch.index(self.writable(name), id_, _document(document), action == "create", expected)
        except SearchError as error:
            return {"_index": name, "_id": id_, "status": error.status, "error": error.cause}
        return {**result, "status": status_of(result)}


def new_id() -> str:
    """An id for a document that came without one."""
    return uuid.uuid4().hex


def status_of(result: Body) -> int:
    """The HTTP status of one write's result."""
    return {"created": 201, "not_found": 404}.get(result["result"], 200)


def expectation(seq_no: Any, primary_term: Any) -> tuple[int, int] | None:
    """`if_seq_no` and `if_primary_term`, which come together or not at all."""
    if seq_no is None and primary_term is None:
        return None
    try:
        return int(seq_no), int(primary_term)
    except (TypeError, ValueError) as error:
        raise illegal_argument("if_seq_no and if_primary_term must both be set, and be numbers") from error


def _action(line: bytes, number: int) -> tuple[str, Body]:
    try:
        document = json.loads(line)
        ((action, metadata),) = document.items()
        unknown = metadata.keys() - _METADATA
    except (ValueError, AttributeError) as error:
        raise illegal_argument(f"Malformed action/metadata line [{number}], expected START_OBJECT") from error
    if action not in _ACTIONS:
        raise illegal_argument(f"Malformed action/metadata line [{number}], unknown action [{action}]")
    if unknown:
        raise illegal_argument(f"Action/metadata line [{number}] contains an unknown parameter [{sorted(unknown)[0]}]")
    return action, metadata


def _document(line: bytes | None) -> Any:
    try:
        return json.loads(line or b"")
    except ValueError as error:
        raise SearchError(400, "mapper_parsing_exception", f"failed to parse: {error}") from error
