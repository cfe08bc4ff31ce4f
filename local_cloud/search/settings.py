"""Index settings: those that mean something here or change nothing that a caller could see."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from .errors import illegal_argument

KNOWN = {"number_of_shards", "number_of_replicas", "refresh_interval", "knn", "knn.algo_param.ef_search"}
_INTERVAL = re.compile(r"(\d+)(ms|s|m)")
_SECONDS = {"ms": 0.001, "s": 1.0, "m": 60.0}


@dataclass(frozen=True)
class Settings:
    """Settings as they were given, flat and as strings, and the two that the service reads."""

    given: dict[str, str]
    knn: bool
    refresh_interval: float
    """Seconds after which a search sees changes that nobody has refreshed; infinite for -1."""

    @classmethod
    def parse(cls, body: Any) -> Settings:
        """Read the `settings` object of an index; raises `illegal_argument_exception`."""
        if not isinstance(body, dict):
            raise illegal_argument("settings must be an object")
        given = {name.removeprefix("index."): value for name, value in _flat(body, "")}
        if unknown := sorted(given.keys() - KNOWN):
            raise illegal_argument(f"unknown setting [index.{unknown[0]}]")
        knn = given.get("knn", "false")
        if knn not in ("true", "false"):
            raise illegal_argument(f"Failed to parse value [{knn}] as only [true] or [false] are allowed.")
        return cls(given, knn == "true", _seconds(given.get("refresh_interval", "1s")))

    def shown(self) -> dict[str, str]:
        """The settings as OpenSearch shows them."""
        return {"number_of_shards": "1", "number_of_replicas": "0", **self.given}


def _flat(body: dict[str, Any], prefix: str) -> Iterator[tuple[str, str]]:
    for name, value in body.items():
        if isinstance(value, dict):
            yield from _flat(value, f"{prefix}{name}.")
        else:
            yield prefix + name, str(value).lower() if isinstance(value, bool) else str(value)


def _seconds(text: str) -> float:
    if text == "-1":
        return float("inf")
    match = _INTERVAL.fullmatch(text)
    if match is None:
        raise illegal_argument(f"failed to parse setting [index.refresh_interval] with value [{text}]")
    return int(match[1]) * _SECONDS[match[2]]
