"""The ledger: follows the stream of the table of budgets and files what calls have cost."""

import json
import os
from collections.abc import Iterator
from functools import cache
from typing import Any

import msgspec
from aws_lambda_powertools.utilities.typing import LambdaContext
from bodybroker.adapters import aws
from bodybroker.adapters import budget_rows as rows
from bodybroker.adapters.ledger_files import S3LedgerFiles
from bodybroker.doors import metrics
from bodybroker.doors.log import LOG
from bodybroker.models.ledger import Entry, file_of
from bodybroker.models.spending import costs_by
from bodybroker.services.export_ledger import export

NANODOLLARS = 1_000_000_000


@cache
def files() -> S3LedgerFiles:
    return S3LedgerFiles(aws.client("s3"), os.environ["LEDGER_BUCKET"])


def lambda_handler(event: dict[str, Any], context: LambdaContext) -> dict[str, int]:
    """File the entries of a batch of records. When it fails the stream tells the batch again, which does no harm.

    Data points are of entries that are new to the files; a crash in between loses those of one batch, not their money.
    """
    new = export(files(), _entries(event["Records"]))
    for (layer, tier), costs in costs_by(new, lambda entry: (entry.layer, entry.tier)).items():
        metrics.emit(
            {"layer": str(layer), "tier": tier},
            [["layer"], ["layer", "tier"]],
            {
                "CostDollars": costs.cost / NANODOLLARS,
                "ChargedDollars": costs.charged / NANODOLLARS,
                "Calls": costs.calls,
            },
        )
    LOG.info("filed", told=len(event["Records"]), new=len(new))
    return {"new": len(new)}


def _entries(records: list[dict[str, Any]]) -> Iterator[Entry]:
    """The entries that settling and noting left in the records; what is not an entry is put aside and told of."""
    for record in records:
        image = record["dynamodb"].get("NewImage", {})
        if rows.ENTRY not in image:
            continue
        try:
            entry = rows.read_entry(image[rows.ENTRY]["S"])
            file_of(entry)
        except (msgspec.DecodeError, ValueError) as error:
            LOG.failure("faulty_entry", error)
            files().put_aside(f"{record['dynamodb']['SequenceNumber']}.json", json.dumps(image).encode())
        else:
            yield entry
