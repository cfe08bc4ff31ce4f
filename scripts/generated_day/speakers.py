"""Who answers in the place of the deployed models: a script that knows a request only, or a model behind a URL."""

from collections.abc import Mapping
from hashlib import sha256
from typing import Any, Protocol

import httpx
import msgspec
from bodybroker.generation.locations import Addition, Entity
from bodybroker.generation.specialists import Specialists, Variant, fallback
from bodybroker.kernel import schemas
from bodybroker.kernel.random import Stream
from bodybroker.models.inference import ChatRequest, read_completion

PATIENCE_S = 120
DRAWS = 32
"""How often the script tries to fit a schema that is narrower than its grammar."""

_encode = msgspec.json.Encoder(order="sorted").encode


class Speaker(Protocol):
    """Answers requests. `about` and `place` are for a script, which has no wits of its own; a model never sees them."""

    name: str

    def answer(self, request: ChatRequest, about: Entity, place: Entity) -> str:
        """The answer's text."""


class Served:
    """A model behind an OpenAI-compatible server, such as the local one."""

    def __init__(self, url: str) -> None:
        self._http = httpx.Client(base_url=url.rstrip("/"), timeout=PATIENCE_S)
        self.name = "not asked yet"

    def answer(self, request: ChatRequest, about: Entity, place: Entity) -> str:
        """The model's words."""
        headers = {"content-type": "application/json"}
        answer = self._http.post("/invocations", content=request.body(stream=False), headers=headers)
        answer.raise_for_status()
        completion = read_completion(answer.content)
        self.name = completion.model
        return completion.text


class Scripted:
    """Draws an answer from the specialist's grammar. The draw depends on the request and on nothing else, as a model's
    does: the same request gets the same words, and any other gets its own."""

    name = "script"

    def __init__(self, specialists: Specialists) -> None:
        self._specialists = specialists

    def answer(self, request: ChatRequest, about: Entity, place: Entity) -> str:
        """Drawn until it is of the request's schema, as a model's answer always is."""
        assert request.schema is not None
        stream = Stream(fingerprint(request), "script")
        answer: dict[str, Any] = {}
        for _ in range(DRAWS):
            drawn = Variant(0, stream.below(2**20))
            answer = _spelled(fallback(self._specialists, about, place, drawn, stream), request.schema["properties"])
            if not [*schemas.check(answer, request.schema)]:
                break
        return _encode(answer).decode()


def fingerprint(request: ChatRequest) -> str:
    """SHA-256 of all that a request says, the seed of its sampling included."""
    said = (request.messages, request.max_tokens, request.temperature, request.seed, request.stop, request.schema)
    return sha256(_encode(said)).hexdigest()


def _spelled(addition: Addition, wanted: Mapping[str, Any]) -> dict[str, Any]:
    """An addition as an answer with the wanted fields."""
    answer = {
        "text": addition.text,
        "title": addition.title,
        "personality": _phrase(addition.personality),
        "wants": _phrase(addition.wants),
        "traits": addition.traits,
        "props": tuple(wish.kind for wish in addition.props for _ in range(wish.count)),
        "hazards": tuple(hazard.kind for hazard in addition.hazards),
        "clue": addition.clues[0].text if addition.clues else "",
        "clue_of": 0,
    }
    return {
        field: list(value) if isinstance(value, tuple) else value for field, value in answer.items() if field in wanted
    }


def _phrase(text: str) -> str:
    """Without the sentence's signs: a grammar writes a sentence where a model is asked for some words."""
    return text[:1].lower() + text[1:].rstrip(".")
