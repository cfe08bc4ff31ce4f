"""What a day uses: requests, bytes and database units by function, tokens by job. All integers: sums are exact."""

from collections import defaultdict
from collections.abc import Iterator
from contextlib import contextmanager
from math import ceil
from time import process_time_ns
from typing import Any

from bodybroker.models.player_day import FunctionUse, JobUse

from tests.simulation.dynamodb import Change, DynamoDB, Key, Request, _size
from tests.simulation.expressions import Item

READ_UNIT_BYTES = 4096
WRITE_UNIT_BYTES = 1024


class Meter:
    """Counts for one day. What happens is put down to the `function` at work."""

    def __init__(self) -> None:
        self.functions: defaultdict[str, FunctionUse] = defaultdict(FunctionUse)
        self.jobs: defaultdict[str, JobUse] = defaultdict(JobUse)
        self._at_work = "setup"

    @contextmanager
    def at_work(self, function: str) -> Iterator[None]:
        """Everything inside is one invocation of `function`, its CPU time too."""
        before, self._at_work, began = self._at_work, function, process_time_ns()
        try:
            yield
        finally:
            self._at_work = before
            self.use(function, invocations=1, cpu_us=(process_time_ns() - began) // 1000)

    def use(self, function: str = "", **counts: int) -> None:
        """Add to what a function, or else the one at work, has used."""
        name = function or self._at_work
        self.functions[name] += FunctionUse(**counts)

    def call(self, job: str, use: JobUse) -> None:
        """Add a model call."""
        self.jobs[job] += use


class MeteredDynamoDB(DynamoDB):
    """The simulated DynamoDB, with AWS's arithmetic of read and write units."""

    def __init__(self, tables: tuple[str, ...], meter: Meter) -> None:
        super().__init__(tables, self._written)
        self._meter = meter
        self._sizes: list[int] = []
        self._write_units = 0
        self.pending: list[Change] = []

    def call(self, operation: str, request: Request) -> dict[str, Any]:
        self._sizes, self._write_units = [], 0
        transaction = operation == "transact_write_items"
        checks = sum("ConditionCheck" in action for action in request["TransactItems"]) if transaction else 0
        try:
            return super().call(operation, dict(request))
        finally:
            read = [sum(self._sizes)] if operation in ("query", "scan") else self._sizes
            reads = sum(max(1, ceil(size / READ_UNIT_BYTES)) for size in read)
            writes = (self._write_units + checks) * (2 if transaction else 1)
            halves = reads * (2 if _is_consistent(request) else 1)
            self._meter.use(aws_calls=1, half_read_units=halves, write_units=writes)

    def _read(self, table: str, key: Key, consistent: bool) -> Item | None:
        item = super()._read(table, key, consistent)
        self._sizes.append(0 if item is None else _size(item))
        return item

    def _written(self, changes: list[Change]) -> None:
        for _, _, old, new in changes:
            size = max(_size(old or {}), _size(new or {}))
            self._write_units += max(1, ceil(size / WRITE_UNIT_BYTES))
            self._meter.use(stored_bytes=_size(new or {}) - _size(old or {}))
        self.pending += changes


def _is_consistent(request: Request) -> bool:
    """Whether a read asks for the newest; a batch does when its tables do."""
    parts = request.get("RequestItems", {}).values()
    return bool(request.get("ConsistentRead")) or any("Keys" in part and part.get("ConsistentRead") for part in parts)
