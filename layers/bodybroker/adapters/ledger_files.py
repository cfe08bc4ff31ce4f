"""The ledger's files on S3: JSON lines, compressed, under `ledger/`.

A file is a set of calls. Adding reads it, merges and writes it back on the condition that nobody has changed it
meanwhile, so deliveries may be repeated, cut otherwise, reordered or run side by side.
"""

import gzip
import random
import time
from collections.abc import Callable, Iterator, Sequence
from datetime import date
from typing import Any

import msgspec
from botocore.exceptions import ClientError

from bodybroker.adapters.aws import error_code, outages
from bodybroker.kernel.errors import Unavailable
from bodybroker.models.ledger import Entry, merged

SYSTEM = "The ledger's bucket"
LEDGER = "ledger/"
FAULTY = "faulty/"
OVERTAKEN = frozenset({"PreconditionFailed", "ConditionalRequestConflict", "NoSuchKey"})
"""Somebody else has written the file first, or is just about to; or it is gone."""
ATTEMPTS = 10
FIRST_PAUSE_S = 0.02
LONGEST_PAUSE_S = 1.0

_encode = msgspec.json.Encoder().encode_lines
_decode = msgspec.json.Decoder(Entry).decode_lines


class S3LedgerFiles:
    """`ports.LedgerFiles` in one bucket."""

    def __init__(self, client: Any, bucket: str, pause: Callable[[float], None] = time.sleep) -> None:
        self._client = client
        self._bucket = bucket
        self._pause = pause

    def add(self, name: str, entries: Sequence[Entry]) -> Sequence[Entry]:
        for attempt in range(ATTEMPTS):
            kept, version = self._get(LEDGER + name)
            known = {entry.call_id for entry in kept}
            new = [entry for entry in merged([], entries) if entry.call_id not in known]
            if not new or self._put(LEDGER + name, merged(kept, new), version):
                return new
            longest = min(FIRST_PAUSE_S * 2**attempt, LONGEST_PAUSE_S)
            self._pause(random.uniform(0, longest))  # noqa: S311 - only to spread tries
        raise Unavailable(f"{SYSTEM} is busy; try again.")

    def _get(self, key: str) -> tuple[list[Entry], str | None]:
        """A file's entries and what names this state of it; None where there is no such file."""
        try:
            with outages(SYSTEM):
                found = self._client.get_object(Bucket=self._bucket, Key=key)
                return _decode(gzip.decompress(found["Body"].read())), found["ETag"]
        except ClientError as error:
            if error_code(error) == "NoSuchKey":
                return [], None
            raise

    def _put(self, key: str, entries: Sequence[Entry], version: str | None) -> bool:
        """Write a file if its state is still that one; False where it is not."""
        condition = {"IfNoneMatch": "*"} if version is None else {"IfMatch": version}
        body = gzip.compress(_encode(entries), mtime=0)
        try:
            with outages(SYSTEM):
                self._client.put_object(
                    Bucket=self._bucket, Key=key, Body=body, ContentType="application/gzip", **condition
                )
        except ClientError as error:
            if error_code(error) in OVERTAKEN:
                return False
            raise
        return True

    def put_aside(self, name: str, what: bytes) -> None:
        with outages(SYSTEM):
            self._client.put_object(Bucket=self._bucket, Key=FAULTY + name, Body=what)

    def read(self, day: date) -> Iterator[Entry]:
        request = {"Bucket": self._bucket, "Prefix": f"{LEDGER}dt={day.isoformat()}/"}
        while True:
            with outages(SYSTEM):
                page = self._client.list_objects_v2(**request)
            for found in page.get("Contents", []):
                yield from self._get(found["Key"])[0]
            if not page.get("IsTruncated"):
                return
            request["ContinuationToken"] = page["NextContinuationToken"]
