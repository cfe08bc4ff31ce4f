"""The way from a process to DynamoDB: it takes time, others run meanwhile, and it fails in every way that AWS can."""

from collections.abc import Callable
from dataclasses import dataclass, field
from hashlib import sha256
from random import Random
from typing import Any

from botocore.exceptions import ConnectTimeoutError, ReadTimeoutError

from tests.simulation.dynamodb import DynamoDB, client_error

URL = "http://dynamodb"
RATES = (0, 0, 0.005, 0.02, 0.08)
"""Chances of a fault per call; a run draws one of them for each fault."""
ONLY = {
    "conflict": ("transact_write_items",),
    "resent": ("transact_write_items", "put_item"),
    "partial": ("batch_write_item",),
}
"""Faults that only some calls can meet; the others meet any."""
SLOW_S = 3.0
"""The longest that an answer takes to come: long enough for others to do much meanwhile."""


class Crash(BaseException):
    """The process ends here: nothing of it runs any more, not even its handlers of errors."""


class Violation(AssertionError):
    """Something that must never be true is."""


@dataclass
class Trace:
    """What happened, in order, as one digest; `lines` are kept for whoever wants to read them."""

    keep: bool = False
    lines: list[str] = field(default_factory=list)
    counts: dict[str, int] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self._hash = sha256()

    def note(self, kind: str, *what: object) -> None:
        self.counts[kind] = self.counts.get(kind, 0) + 1
        line = f"{kind} {' '.join(map(str, what))}"
        self._hash.update(line.encode() + b"\n")
        if self.keep:
            self.lines.append(line)

    @property
    def digest(self) -> str:
        return self._hash.hexdigest()


@dataclass
class Weather:
    """Which faults a call meets; `calm` keeps all of them away. `impatience` is the chance that a caller does not wait
    for a request to end."""

    random: Random
    calm: bool = False

    def __post_init__(self) -> None:
        kinds = (
            "throttled",
            "conflict",
            "refused",
            "broken",
            "lost",
            "lost_500",
            "resent",
            "slow",
            "crash_before",
            "crash_after",
        )
        self.impatience = self.random.choice((0, 0.05, 0.3))
        self.rates = {kind: self.random.choice(RATES) for kind in kinds} | {"partial": 0.3}

    def draw(self, operation: str) -> str:
        """The fault that a call of `operation` meets, or ``.``."""
        if self.calm:
            return "."
        for kind, rate in self.rates.items():
            if self.random.random() < rate:
                return kind if operation in ONLY.get(kind, (operation,)) else "."
        return "."


@dataclass
class Wire:
    """botocore's client as one process has it. `tenant` is whose request the process serves: no other's rows may be
    touched for it."""

    database: DynamoDB
    weather: Weather
    trace: Trace
    pause: Callable[[float], None]
    tenant: str | None = None

    def __getattr__(self, operation: str) -> Callable[..., dict[str, Any]]:
        return lambda **request: self._call(operation, request)

    def _call(self, operation: str, request: dict[str, Any]) -> dict[str, Any]:
        keys = [*touched(operation, request)]
        for pk, _ in keys:
            if self.tenant is not None and self.tenant not in pk:
                raise Violation(f"{operation} touches {pk} for {self.tenant}")
        fault = self.weather.draw(operation)
        self.trace.note(operation, fault, *(f"{pk[:60]}/{sk}" for pk, sk in keys))
        number = self.trace.counts[operation]
        self.pause(0)
        answer = self._meet(fault, operation, request, f"token-{number}")
        self.pause(self.weather.random.random() * SLOW_S if fault == "slow" else 0)
        return answer

    def _meet(self, fault: str, operation: str, request: dict[str, Any], token: str) -> dict[str, Any]:
        match fault:
            case "throttled":
                raise client_error("ThrottlingException")
            case "refused":
                raise ConnectTimeoutError(endpoint_url=URL)
            case "broken":
                raise client_error("InternalServerError", 500)
            case "crash_before":
                raise Crash
            case "conflict":
                raise _conflict(request)
        if fault == "resent" and operation == "transact_write_items":
            request = {"ClientRequestToken": token, **request}
        if fault == "partial":
            ((table, writes),) = request["RequestItems"].items()
            self.database.call(operation, {"RequestItems": {table: writes[:1]}})
            return {"UnprocessedItems": {table: writes[1:]} if writes[1:] else {}}
        answer = self.database.call(operation, request)
        match fault:
            case "crash_after":
                raise Crash
            case "lost":
                raise ReadTimeoutError(endpoint_url=URL)
            case "lost_500":
                raise client_error("InternalServerError", 500)
            case "resent":  # botocore got no answer and asked again by itself
                return self.database.call(operation, request)
        return answer


def _conflict(request: dict[str, Any]) -> Exception:
    reasons = [{"Code": "None"} for _ in request["TransactItems"]]
    reasons[-1]["Code"] = "TransactionConflict"
    return client_error("TransactionCanceledException", CancellationReasons=reasons)


def touched(operation: str, request: dict[str, Any]) -> list[tuple[str, str]]:
    """The keys that a request names; for a query its partition."""
    match operation:
        case "query":
            values = request["ExpressionAttributeValues"]
            return [(values[":pk"]["S"], str(sorted(value["S"] for name, value in values.items() if name != ":pk")))]
        case "scan":
            return []
        case "batch_get_item":
            return [_key(key) for part in request["RequestItems"].values() for key in part["Keys"]]
        case "batch_write_item":
            batch = (write for part in request["RequestItems"].values() for action in part for write in action.values())
            return [_key(write.get("Key") or write["Item"]) for write in batch]
        case "transact_write_items":
            writes = (write for action in request["TransactItems"] for write in action.values())
            return [_key(write.get("Key") or write["Item"]) for write in writes]
        case _:
            return [_key(request.get("Key") or request["Item"])]


def _key(attributes: dict[str, Any]) -> tuple[str, str]:
    return attributes["pk"]["S"], attributes["sk"]["S"]
