"""Budgets and books that do not fit on one page."""

import gzip
import io
from datetime import date

import msgspec
from bodybroker.adapters.budget_writes import BudgetWrites
from bodybroker.adapters.budgets_upkeep import DynamoBudgetUpkeep
from bodybroker.adapters.ledger_files import S3LedgerFiles
from bodybroker.models.ledger import Entry
from bodybroker.models.usage import Usage


def day(number):
    return {"pk": {"S": f"P#p{number}"}, "sk": {"S": "D#2026-11-23"}, "open": {"N": "1"}}


class Tables:
    """Two pages of each answer; a page without items in between, as a filter leaves them."""

    def __init__(self):
        self.starts = []

    def scan(self, **request):
        start = request.get("ExclusiveStartKey")
        self.starts.append(start)
        pages = {None: ([day(0), day(1)], "a"), "a": ([], "b"), "b": ([day(2)], None)}
        items, last = pages[start]
        return {"Items": items} | ({"LastEvaluatedKey": last} if last else {})

    query = scan


def test_every_page_of_the_table_is_swept():
    tables = Tables()
    upkeep = DynamoBudgetUpkeep(tables, BudgetWrites(tables, "budgets"))
    assert [each.player for each in upkeep.unfinished()] == ["p0", "p1", "p2"]
    assert tables.starts == [None, "a", "b"]
    assert len(upkeep.days("p0")) == 3


class Files:
    """A bucket with a file on each of two pages."""

    def list_objects_v2(self, **request):
        assert request["Prefix"] == "ledger/dt=2026-11-23/"
        if "ContinuationToken" not in request:
            return {"Contents": [{"Key": "0"}], "IsTruncated": True, "NextContinuationToken": "more"}
        assert request["ContinuationToken"] == "more"
        return {"Contents": [{"Key": "1"}], "IsTruncated": False}

    def get_object(self, **request):
        entry = Entry(
            f"c{request['Key']}", "2026-11-23T07:05:09+00:00", "p1", "free", None, "line", 3, "gold", "small", None,
            "answered", Usage(), 1, 1, 40,
        )  # fmt: skip
        return {"Body": io.BytesIO(gzip.compress(msgspec.json.encode(entry))), "ETag": "1"}


def test_every_page_of_the_books_is_read():
    found = S3LedgerFiles(Files(), "books").read(date(2026, 11, 23))
    assert [entry.call_id for entry in found] == ["c0", "c1"]
