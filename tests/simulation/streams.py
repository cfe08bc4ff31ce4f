"""DynamoDB Streams and the event source mapping that feeds a function from them.

Records of one partition key keep their order; those of different keys may change places. Delivery is at least once:
a batch that fails comes again from its first failed record, up to `RETRIES` times; then its first record is given up.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from random import Random
from typing import Any
from zlib import crc32

from tests.simulation.dynamodb import Change
from tests.simulation.network import Trace

SHARDS = 2
RETRIES = 5
BATCH = 10
LONGEST_PAUSE_S = 0.3

Record = dict[str, Any]


@dataclass
class Shard:
    """Records in the order of their delivery; those before `position` are done with, those before `seen` were read."""

    records: list[Record] = field(default_factory=list)
    position: int = 0
    seen: int = 0


@dataclass
class Stream:
    """The stream of one table."""

    table: str
    random: Random
    shards: list[Shard] = field(default_factory=lambda: [Shard() for _ in range(SHARDS)])
    _written: int = 0

    def changed(self, changes: list[Change]) -> None:
        """Take the records of one write or transaction."""
        ours = [change for change in changes if change[0] == self.table and change[2] != change[3]]
        self.random.shuffle(ours)
        for _, (pk, sk), old, new in ours:
            self._written += 1
            kind = "INSERT" if old is None else "REMOVE" if new is None else "MODIFY"
            image = {} if new is None else {"NewImage": new}
            record = {
                "eventID": f"{self._written:032x}",
                "eventName": kind,
                "eventSource": "aws:dynamodb",
                "dynamodb": {
                    "Keys": {"pk": {"S": pk}, "sk": {"S": sk}},
                    "SequenceNumber": f"{self._written:021d}",
                    "StreamViewType": "NEW_IMAGE",
                    **image,
                },
            }
            self._append(self.shards[crc32(pk.encode()) % SHARDS], pk, record)

    def _append(self, shard: Shard, pk: str, record: Record) -> None:
        """At the end, or before some of the records of other keys that nobody has seen yet."""
        at = len(shard.records)
        while at > shard.seen and _pk(shard.records[at - 1]) != pk and self.random.random() < 0.3:
            at -= 1
        shard.records.insert(at, record)


def _pk(record: Record) -> str:
    return str(record["dynamodb"]["Keys"]["pk"]["S"])


@dataclass
class Mapping:
    """Polls one shard and invokes a function with what passes its filter.

    `invoke(event)` gives the function's answer, or None when it failed or never answered.
    """

    shard: Shard
    invoke: Callable[[Record], dict[str, Any] | None]
    passes: Callable[[Record], bool]
    pause: Callable[[float], None]
    random: Random
    trace: Trace
    given_up: set[str] = field(default_factory=set)
    over: bool = False

    def run(self) -> None:
        """Deliver until `over` is set and everything is delivered."""
        retries, size = 0, BATCH
        while not (self.over and self.shard.position == len(self.shard.records)):
            start = self.shard.position
            batch = self.shard.records[start : start + self.random.randint(1, size)]
            self.shard.seen = max(self.shard.seen, start + len(batch))
            failed = self._deliver(batch)
            if failed is None:
                self.shard.position = start + len(batch)
                retries, size = 0, BATCH
                self._deliver_again(batch)
            elif failed > 0:
                self.shard.position = start + failed
                retries = 0
            elif retries < RETRIES:
                retries, size = retries + 1, max(1, len(batch) // 2)
            else:
                self.given_up.add(_pk(batch[0]))
                self.shard.position = start + 1
                retries = 0
            self.pause(self.random.random() * LONGEST_PAUSE_S)

    def _deliver_again(self, batch: list[Record]) -> None:
        """At least once may be twice, and late: whatever comes of it, the stream goes on."""
        if batch and self.random.random() < 0.1:
            self.pause(self.random.random() * LONGEST_PAUSE_S)
            self._deliver(batch)

    def _deliver(self, batch: list[Record]) -> int | None:
        """The index in `batch` of the first record that failed; None when all is well."""
        wanted = [record for record in batch if self.passes(record)]
        if not wanted:
            return None
        self.trace.note("deliver", *(record["dynamodb"]["SequenceNumber"][-6:] for record in wanted))
        answer = self.invoke({"Records": wanted})
        if answer is None:
            return 0
        failures = {failure["itemIdentifier"] for failure in answer["batchItemFailures"]}
        places = (place for place, record in enumerate(batch) if record["dynamodb"]["SequenceNumber"] in failures)
        return next(places, None)
