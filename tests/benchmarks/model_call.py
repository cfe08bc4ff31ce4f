"""The bare model call: first token from cold, with a cached prefix, and tokens per second.

`python -m tests.benchmarks.model_call [--url http://…] [--rounds N]` prints a table; without a URL it starts the model
server of this repository. `measure` gives the same figures to other benchmarks, which set theirs against them.
"""

from __future__ import annotations

import argparse
import json
import os
import socket
import statistics
import subprocess
import time
import uuid
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx

ROOT = Path(__file__).parents[2]
MODEL_PYTHON = ROOT / ".build/envs/model/bin/python"
SERVER = ROOT / "sagemaker_endpoints/serve.py"
TOKENS = 48
PARALLEL = 4


@dataclass(frozen=True)
class Call:
    """One streamed call: seconds to the first token, tokens per second after it, prompt tokens and cached ones."""

    first_token: float
    rate: float
    prompt_tokens: int
    cached_tokens: int


def prompt(salt: str) -> str:
    """About 350 tokens that no other salt shares from the start."""
    facts = " ".join(f"Crypt {number} is guarded by hound {number}." for number in range(30))
    return f"Night {salt}. You are Grisel, a ghoul who trades in body parts. {facts}"


def call(client: httpx.Client, url: str, system: str, text: str) -> Call:
    """Make one streamed call to `url`/invocations and time it."""
    request = {
        "messages": [{"role": "system", "content": system}, {"role": "user", "content": text}],
        "max_tokens": TOKENS,
        "temperature": 0,
        "stream": True,
        "stream_options": {"include_usage": True},
    }
    arrivals: list[float] = []
    usage: dict[str, Any] = {}
    started = time.perf_counter()
    with client.stream("POST", f"{url}/invocations", json=request) as response:
        response.raise_for_status()
        for line in response.iter_lines():
            if not line or line == "data: [DONE]":
                continue
            chunk = json.loads(line.removeprefix("data: "))
            usage = chunk.get("usage") or usage
            if chunk["choices"] and chunk["choices"][0]["delta"].get("content"):
                arrivals.append(time.perf_counter() - started)
    rate = (len(arrivals) - 1) / (arrivals[-1] - arrivals[0]) if len(arrivals) > 1 else 0.0
    cached = (usage.get("prompt_tokens_details") or {}).get("cached_tokens", 0)
    return Call(arrivals[0], rate, usage["prompt_tokens"], cached)


def measure(url: str, rounds: int = 10) -> dict[str, list[Call]]:
    """Calls by kind: `cold` (a prompt never seen), `cached` (its prefix seen), `parallel` (four cached at a time)."""
    kinds: dict[str, list[Call]] = {"cold": [], "cached": [], "parallel": []}
    shared = prompt(uuid.uuid4().hex)
    with httpx.Client(timeout=300, trust_env=False) as client, ThreadPoolExecutor(PARALLEL) as threads:

        def together() -> list[Call]:
            return list(threads.map(lambda number: call(client, url, shared, f"Who guards {number}?"), range(PARALLEL)))

        together()  # each slot computes the prefix once
        for number in range(rounds):
            system = prompt(uuid.uuid4().hex)
            kinds["cold"].append(call(client, url, system, "Who are you?"))
            kinds["cached"].append(call(client, url, system, f"What is in crypt {number}?"))
            kinds["parallel"] += together()
    return kinds


def table(kinds: dict[str, list[Call]]) -> str:
    """The figures, one line per kind."""
    lines = [
        f"{'model call':<10}{'n':>4}{'first token ms p50':>20}{'p90':>8}{'tokens/s':>10}{'prompt':>8}{'cached':>8}"
    ]
    for kind, calls in kinds.items():
        first = sorted(1000 * call.first_token for call in calls)
        lines.append(
            f"{kind:<10}{len(calls):>4}{statistics.median(first):>20.1f}{first[int(0.9 * (len(first) - 1))]:>8.1f}"
            f"{statistics.median(call.rate for call in calls):>10.1f}"
            f"{statistics.median(call.prompt_tokens for call in calls):>8.0f}"
            f"{statistics.median(call.cached_tokens for call in calls):>8.0f}"
        )
    return "\n".join(lines)


@contextmanager
def server() -> Iterator[str]:
    """The model server of this repository on a free port; its base URL."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    environment = {**os.environ, "PORT": str(port), "SM_MODEL_DIR": str(ROOT / "sagemaker_endpoints/gold")}
    process = subprocess.Popen([MODEL_PYTHON, SERVER], env=environment, stdout=subprocess.DEVNULL, stderr=None)
    try:
        while process.poll() is None:
            try:
                if httpx.get(f"http://127.0.0.1:{port}/ping", trust_env=False).is_success:
                    break
            except httpx.TransportError:  # not listening yet, or too busy reading the weights to answer
                time.sleep(0.05)
        yield f"http://127.0.0.1:{port}"
    finally:
        process.terminate()
        process.wait()


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--url", help="base URL of an endpoint that already runs")
    parser.add_argument("--rounds", type=int, default=10)
    arguments = parser.parse_args()
    if arguments.url:
        print(table(measure(arguments.url.rstrip("/"), arguments.rounds)))
    else:
        with server() as url:
            print(table(measure(url, arguments.rounds)))


if __name__ == "__main__":
    main()
