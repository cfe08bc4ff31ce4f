"""Who speaks for the NPCs while a day is measured: the procedural layer, or a model behind a server."""

import json
from collections.abc import Mapping
from typing import Any, Protocol

import httpx
from bodybroker.kernel.random import Stream
from bodybroker.minds.encounters import Encounter, procedural_line
from bodybroker.models.inference import ChatRequest, read_completion

PATIENCE_S = 120


class Speaker(Protocol):
    """Answers what a model would be asked; `name` goes into the measurement."""

    name: str

    def line(self, request: ChatRequest, encounter: Encounter) -> str:
        """What the NPC says."""

    def acts(self, request: ChatRequest, encounter: Encounter) -> str:
        """What it does, as JSON of the request's schema."""


class Procedural:
    """Lines of the procedural layer and acts drawn from their schema: the same for the same seed, and quick."""

    name = "procedural"

    def __init__(self, stream: Stream) -> None:
        self._stream = stream

    def line(self, request: ChatRequest, encounter: Encounter) -> str:
        return procedural_line(encounter)

    def acts(self, request: ChatRequest, encounter: Encounter) -> str:
        assert request.schema is not None
        return json.dumps(self._draw(request.schema))

    def _draw(self, kind: Mapping[str, Any]) -> Any:
        match kind:
            case {"anyOf": alternatives}:
                return self._draw(self._stream.choice(alternatives))
            case {"properties": properties}:
                return {name: self._draw(member) for name, member in properties.items()}
            case {"enum": values}:
                return self._stream.choice(values)
            case {"const": value}:
                return value
            case {"type": "null"}:
                return None
        return kind["minimum"]


class Served:
    """A model behind an OpenAI-compatible server, such as the local one."""

    def __init__(self, url: str) -> None:
        self._http = httpx.Client(base_url=url.rstrip("/"), timeout=PATIENCE_S)
        self.name = "not asked yet"

    def line(self, request: ChatRequest, encounter: Encounter) -> str:
        return self._ask(request)

    def acts(self, request: ChatRequest, encounter: Encounter) -> str:
        return self._ask(request)

    def _ask(self, request: ChatRequest) -> str:
        headers = {"content-type": "application/json"}
        answer = self._http.post("/invocations", content=request.body(stream=False), headers=headers)
        answer.raise_for_status()
        completion = read_completion(answer.content)
        self.name = completion.model
        return completion.text
