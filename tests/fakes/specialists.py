"""A model that answers specialists: what their schemas ask for, in words that nobody has ever heard."""

import json
import re
from collections.abc import AsyncGenerator
from dataclasses import dataclass, field
from random import Random
from typing import Any

from bodybroker.models.inference import ChatRequest, Chunk, Completion
from bodybroker.models.usage import Usage

USAGE = Usage(180, 100, 60)
TIMES = re.compile(r"\)\{(\d+),(\d+)\}")
"""How often groups of a pattern come: words of a sentence, and sentences."""


@dataclass
class Bard:
    """`ports.Model`: the same request gets the same answer. `says` are answers that come first, `requests` those seen;
    `failure` is raised instead while there is one."""

    name: str = "gold-endpoint"
    says: list[str] = field(default_factory=list)
    requests: list[ChatRequest] = field(default_factory=list)
    failure: Exception | None = None

    def complete(self, request: ChatRequest) -> Completion:
        raise AssertionError("the router streams")

    async def stream(self, request: ChatRequest) -> AsyncGenerator[Chunk, None]:
        if self.failure is not None:
            raise self.failure
        self.requests.append(request)
        yield Chunk(self.says.pop(0) if self.says else answer(request))
        yield Chunk(usage=USAGE, model=self.name)


def answer(request: ChatRequest) -> str:
    """JSON of the request's schema."""
    assert request.schema is not None
    random = Random(f"{request.seed} {[*request.messages]}")
    return json.dumps({name: _value(kind, random) for name, kind in request.schema["properties"].items()})


def _value(kind: dict[str, Any], random: Random) -> Any:
    if kind["type"] == "array":
        return random.sample(kind["items"]["enum"], kind["minItems"])
    if kind["type"] == "integer":
        return kind["enum"][0]
    return _text(kind["pattern"], random)


def _text(pattern: str, random: Random) -> str:
    least = [int(low) for low, _ in TIMES.findall(pattern)]
    is_prose = pattern.endswith(("\\.$", "}$")) and "\\." in pattern
    sentences = 1 + (least[2] if is_prose and len(least) > 2 else 0)
    spoken = [" ".join(_word(random) for _ in range(least[0] + 1)) for _ in range(sentences)]
    if is_prose:
        return " ".join(f"{sentence.capitalize()}." for sentence in spoken)
    return spoken[0].capitalize() if pattern.startswith("^[A-Z]") else spoken[0]


def _word(random: Random) -> str:
    return "".join(random.choice("bdfgklmnprstvz") + random.choice("aeiou") for _ in range(random.choice((2, 3))))
