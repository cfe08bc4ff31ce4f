"""OpenSearch's errors: a type, a reason, a status, one shape."""

from __future__ import annotations

from typing import Any


class SearchError(Exception):
    """An error as the caller of OpenSearch sees it."""

    def __init__(self, status: int, kind: str, reason: str, **extra: object) -> None:
        super().__init__(reason)
        self.status = status
        self.cause: dict[str, Any] = {"type": kind, "reason": reason, **extra}

    def body(self) -> dict[str, object]:
        """The JSON object of the answer."""
        return {"error": {"root_cause": [self.cause], **self.cause}, "status": self.status}


def illegal_argument(reason: str) -> SearchError:
    """An argument that OpenSearch, or this service, does not take."""
    return SearchError(400, "illegal_argument_exception", reason)


def parsing(reason: str) -> SearchError:
    """A query or a search body that cannot be read."""
    return SearchError(400, "parsing_exception", reason)


def mapper_parsing(reason: str) -> SearchError:
    """A mapping or a document that does not fit."""
    return SearchError(400, "mapper_parsing_exception", reason)


def index_not_found(name: str) -> SearchError:
    """No index of this name."""
    return SearchError(404, "index_not_found_exception", f"no such index [{name}]", index=name)


def version_conflict(id_: str, reason: str) -> SearchError:
    """The document is not in the state that the writer expected."""
    return SearchError(409, "version_conflict_engine_exception", f"[{id_}]: version conflict, {reason}")
