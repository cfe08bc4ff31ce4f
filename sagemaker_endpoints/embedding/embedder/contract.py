"""The contract of embeddings: `{"texts": […]}` in, `{"model", "dimensions", "vectors"}` out."""

from __future__ import annotations

import json
from typing import Any

MAX_TEXTS = 256
MAX_CHARACTERS = 8192
"""Of one text."""


class InvalidRequest(ValueError):
    """Not a request of the contract; carries every fault as (path, message)."""

    def __init__(self, *faults: tuple[str, str]) -> None:
        super().__init__("; ".join(f"{path}: {message}" if path else message for path, message in faults))
        self.faults = faults

    def body(self) -> bytes:
        """The error as JSON, in the shape of the other endpoints' errors."""
        faults = [{"path": path, "message": message} for path, message in self.faults]
        error = {"message": str(self), "type": "invalid_request_error", "code": "invalid_request", "faults": faults}
        return json.dumps({"error": error}).encode()


def parse(body: bytes) -> list[str]:
    """The texts of a request; raises InvalidRequest with all that is wrong."""
    try:
        document = json.loads(body)
    except ValueError as error:
        raise InvalidRequest(("", f"the body is not JSON: {error}")) from error
    if not isinstance(document, dict) or not isinstance(document.get("texts"), list):
        raise InvalidRequest(("texts", "a list of texts is required"))
    texts: list[str] = document["texts"]
    faults = [(name, "is not known") for name in sorted(document.keys() - {"texts"})]
    if len(texts) > MAX_TEXTS:
        faults.append(("texts", f"has {len(texts)} texts, more than {MAX_TEXTS}"))
    faults += [(f"texts[{number}]", fault) for number, text in enumerate(texts) if (fault := _fault(text))]
    if faults:
        raise InvalidRequest(*faults)
    return texts


def _fault(text: Any) -> str:
    if not isinstance(text, str):
        return "is not a text"
    return f"is longer than {MAX_CHARACTERS} characters" if len(text) > MAX_CHARACTERS else ""


def answer(model: str, vectors: list[list[float]]) -> bytes:
    """The answer's body."""
    dimensions = len(vectors[0]) if vectors else 0
    return json.dumps({"model": model, "dimensions": dimensions, "vectors": vectors}, separators=(",", ":")).encode()
