"""A stand-in for an endpoint's model that answers at a steady pace: what is left to measure is everything else.

A laptop's cores cannot make several lines at once in time; an accelerator can. The pace is the one that is ordered with
`python -m local_cloud fault <endpoint> paced`.
"""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator
from typing import Any

from local_cloud.faults import FIRST_TOKEN_MS, TOKEN_MS
from local_cloud.sagemaker import eventstream

LINE = "I have waited for you. What do you bring me tonight, broker?"
MODEL = "paced"


async def frames(body: bytes) -> AsyncIterator[bytes]:
    """The frames of an answer to a streamed chat request: a line, or the least that its schema allows."""
    request = json.loads(body)
    schema = request.get("response_format", {}).get("json_schema", {}).get("schema")
    text = LINE if schema is None else json.dumps(least(schema))
    words = [word if number == 0 else f" {word}" for number, word in enumerate(text.split(" "))]
    begun = asyncio.get_running_loop().time()
    for number, word in enumerate(words):
        due = begun + (FIRST_TOKEN_MS + number * TOKEN_MS) / 1000
        await asyncio.sleep(max(0.0, due - asyncio.get_running_loop().time()))
        yield _part({"choices": [{"index": 0, "delta": {"content": word}}]})
    prompt = sum(len(message["content"]) for message in request["messages"]) // 4
    usage = {"prompt_tokens": prompt, "completion_tokens": len(words), "total_tokens": prompt + len(words)}
    yield _part({"model": MODEL, "choices": [], "usage": usage})
    yield eventstream.payload_part(b"data: [DONE]\n\n")


def least(schema: dict[str, Any]) -> Any:
    """The first value that a JSON schema of constants, choices, integers, strings and objects allows."""
    if "const" in schema:
        return schema["const"]
    if "enum" in schema:
        return schema["enum"][0]
    if "anyOf" in schema:
        return least(schema["anyOf"][0])
    match schema["type"]:
        case "object":
            return {name: least(value) for name, value in schema["properties"].items()}
        case "integer":
            return schema.get("minimum", 0)
        case "array":
            return [least(schema["items"])] * schema.get("minItems", 0)
    return ""


def _part(document: dict[str, Any]) -> bytes:
    return eventstream.payload_part(b"data: " + json.dumps(document).encode() + b"\n\n")
