"""Records reach the journal before they can be read, and come back from it."""

import pytest

from local_cloud.sagemaker.store import Store


class Journal:
    def __init__(self):
        self.records = {}
        self.broken = False

    def put(self, service, key, value):
        if self.broken:
            raise OSError("disk full")
        self.records[service, key] = value

    def delete(self, service, key):
        self.records.pop((service, key), None)

    def load(self, service):
        return {key: value for (name, key), value in self.records.items() if name == service}


def test_records_come_back():
    journal = Journal()
    table = Store(journal, "sagemaker").table("Endpoint")
    table.put("a/b", {"Name": "a/b"})
    table.put("gone", {})
    table.delete("gone")
    again = Store(journal, "sagemaker").table("Endpoint")
    assert list(again) == [{"Name": "a/b"}]
    assert again.get("a/b") == {"Name": "a/b"}
    assert list(Store(journal, "other").table("Endpoint")) == []


def test_what_is_not_durable_is_not_there():
    journal = Journal()
    table = Store(journal, "sagemaker").table("Endpoint")
    journal.broken = True
    with pytest.raises(OSError, match="disk full"):
        table.put("a", {})
    assert "a" not in table
