"""Entries into files: each exactly once, however they are delivered."""

import gzip
import json
import time
from concurrent.futures import ThreadPoolExecutor

import msgspec
import pytest
from bodybroker.kernel.errors import Unavailable
from bodybroker.models.ledger import file_of
from bodybroker.services.export_ledger import export
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.contract.ledger.conftest import DAYS, entry, everything

CALLS = 40


@pytest.fixture
def files(make_files):
    return make_files()


def test_an_entry_lies_in_the_file_of_its_minute_as_a_line_of_json(files):
    assert export(files, [entry(0), entry(1), entry(25)]) == [entry(0), entry(1), entry(25)]
    client, bucket = files._client, files._bucket
    keys = [found["Key"] for found in client.list_objects_v2(Bucket=bucket)["Contents"]]
    assert keys == ["ledger/dt=2026-11-23/hour=23/59.jsonl.gz", "ledger/dt=2026-11-24/hour=00/00.jsonl.gz"]
    body = client.get_object(Bucket=bucket, Key=keys[0])["Body"].read()
    lines = gzip.decompress(body).decode().splitlines()
    assert [json.loads(line)["call_id"] for line in lines] == ["c0", "c1"]
    assert json.loads(lines[0])["usage"] == {"prompt_tokens": 100, "cached_tokens": 50, "completion_tokens": 20}
    assert list(files.read(DAYS[1])) == [entry(25)]


def test_a_call_that_is_told_twice_is_in_the_books_as_it_was_told_first(files):
    assert export(files, [entry(0, cost=1), entry(0, cost=1)]) == [entry(0, cost=1)]
    assert export(files, [entry(0, cost=2)]) == []
    assert everything(files) == [entry(0, cost=1)]


class Cut(Exception):
    """The function's process ends."""


class Wire:
    """A client of S3 that fails, before or after it has written, as `fates` say; then it does not."""

    def __init__(self, client, fates):
        self._client = client
        self._fates = list(fates)

    def __getattr__(self, name):
        return getattr(self._client, name)

    def put_object(self, **request):
        fate = self._fates.pop() if self._fates else "written"
        if fate == "lost":
            raise Cut
        answer = self._client.put_object(**request)
        if fate == "cut":
            raise Cut
        return answer


DELIVERIES = st.lists(st.lists(st.integers(0, CALLS - 1), min_size=1, max_size=15), max_size=8)
"""Batches in any order, cut anyhow, with repetitions within and between them."""


@settings(max_examples=25, suppress_health_check=list(HealthCheck))
@given(deliveries=DELIVERIES, fates=st.lists(st.sampled_from(["written", "lost", "cut"]), max_size=12))
def test_however_often_in_whatever_order_and_batches_with_whatever_crashes(make_files, deliveries, fates):
    files = make_files()
    files._client = Wire(files._client, fates)
    told = []
    for batch in deliveries:
        for _ in range(20):  # what fails is delivered again
            try:
                told += export(files, [entry(number) for number in batch])
                break
            except Cut:
                continue
    delivered = {number for batch in deliveries for number in batch}
    assert everything(files) == [entry(number) for number in sorted(delivered)]
    assert len(told) == len({each.call_id for each in told}), "a data point twice"


def test_side_by_side_nothing_is_lost_and_nothing_doubled(files):
    """Sixteen deliveries at once, each of every third call and some of the others', into three files."""
    files._pause = time.sleep
    batches = [[entry(number) for number in range(start % 3, CALLS, 3)] for start in range(16)]
    with ThreadPoolExecutor(16) as pool:
        told = [each for new in pool.map(lambda batch: export(files, batch), batches) for each in new]
    assert everything(files) == [entry(number) for number in range(CALLS)]
    assert sorted(each.call_id for each in told) == sorted(f"c{number}" for number in range(CALLS))


def test_a_file_that_others_always_write_first_is_told_to_be_busy(files):
    name = file_of(entry(0))
    others = iter(range(1, 1000))

    class Overtaken(Wire):
        def put_object(self, **request):
            self._client.put_object(Bucket=request["Bucket"], Key=request["Key"], Body=_lines(next(others)))
            return self._client.put_object(**request)

    files._client = Overtaken(files._client, [])
    with pytest.raises(Unavailable):
        files.add(name, [entry(0)])


def _lines(number):
    return gzip.compress(msgspec.json.encode(entry(number)))


def test_what_is_no_entry_is_put_aside(files):
    files.put_aside("7.json", b"{}")
    found = files._client.list_objects_v2(Bucket=files._bucket)["Contents"]
    assert [each["Key"] for each in found] == ["faulty/7.json"]
    assert everything(files) == []
