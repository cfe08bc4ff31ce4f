"""The ledger's files in a real bucket."""

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import uuid4

import pytest
from bodybroker.adapters.ledger_files import S3LedgerFiles
from bodybroker.models.ledger import Entry
from bodybroker.models.usage import Usage

BEGIN = datetime(2026, 11, 23, 23, 59, tzinfo=UTC)
DAYS = (date(2026, 11, 23), date(2026, 11, 24))


def entry(number: int, cost: int = 1000) -> Entry:
    """The call of a number; twenty in a minute, from one minute before midnight on."""
    at = (BEGIN + timedelta(seconds=3 * number)).isoformat()
    return Entry(
        f"c{number}", at, "p1", "free", "w1", "line", 3, "gold", "small", None, "answered", Usage(100, 50, 20),
        cost, cost, 40, 20,
    )  # fmt: skip


@pytest.fixture
def make_files(aws_client: Callable[[str], Any]) -> Callable[[], S3LedgerFiles]:
    """Makes ledgers in fresh buckets."""

    def make() -> S3LedgerFiles:
        bucket = f"ledger-{uuid4()}"
        aws_client("s3").create_bucket(Bucket=bucket)
        return S3LedgerFiles(aws_client("s3"), bucket, pause=lambda seconds: None)

    return make


def everything(files: S3LedgerFiles) -> list[Entry]:
    """All entries of the two days that `entry` can lie in."""
    return [each for day in DAYS for each in files.read(day)]
