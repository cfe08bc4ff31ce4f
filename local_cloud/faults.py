"""Faults that a SageMaker endpoint is ordered to have: `python -m local_cloud fault <endpoint> <kind>`.

They lie in a file of the state directory, so that tests and people need no door of their own into the emulator.
"""

from pathlib import Path
from typing import Final

from local_cloud.paths import read_json, write_json

SLOW_S: Final = 30
FIRST_TOKEN_MS: Final = 100
TOKEN_MS: Final = 16
KINDS: Final = {
    "down": "no server is there",
    "error": "the container answers 500",
    "throttled": "the container answers 429",
    "slow": f"the container thinks for {SLOW_S} s",
    "garbage": "the answer is not JSON",
    "cut": "the answer breaks off",
    "paced": f"a stand-in streams an answer, its first word after {FIRST_TOKEN_MS} ms, then one every {TOKEN_MS} ms",
}

BEYOND: Final = "x-bodybroker-beyond-faults"
"""A request with this header meets no fault: who stands in for the cloud speaks by an endpoint's model, and has faults
of its own."""


def order(path: Path, endpoint: str, kind: str | None) -> None:
    """Write a fault down, or with None take it back."""
    others = {name: fault for name, fault in (read_json(path) or {}).items() if name != endpoint}
    write_json(path, others if kind is None else others | {endpoint: kind})
