"""Sums of the ledger, and its files' names."""

import pytest
from bodybroker.models.ledger import Entry, by_file, file_of, merged
from bodybroker.models.spending import Costs, report
from bodybroker.models.usage import Usage

from scripts.spending import lines


def entry(
    call_id: str, at: str = "2026-11-23T07:05:09+00:00", player: str = "p1", layer: int = 3, cost: int = 1_000_000
):
    return Entry(
        call_id, at, player, "free", None, "line", layer, "gold", "small", None, "answered", Usage(9, 4, 2), cost,
        cost // 2, 40,
    )  # fmt: skip


@pytest.mark.parametrize(
    ("at", "name"),
    [
        ("2026-11-23T07:05:09+00:00", "dt=2026-11-23/hour=07/05.jsonl.gz"),
        ("2026-11-23T07:05:09.123456+00:00", "dt=2026-11-23/hour=07/05.jsonl.gz"),
        ("2026-11-23T23:30:00-01:00", "dt=2026-11-24/hour=00/30.jsonl.gz"),
        ("2026-11-23T07:05:09Z", "dt=2026-11-23/hour=07/05.jsonl.gz"),
    ],
)
def test_an_entrys_file_follows_from_its_time_in_utc(at, name):
    assert file_of(entry("a", at)) == name


def test_files_hold_their_own_entries():
    early, late = entry("a"), entry("b", "2026-11-23T07:06:00+00:00")
    assert by_file([late, early, late]) == {file_of(early): [early], file_of(late): [late, late]}


def test_merging_keeps_each_call_once_as_it_was_told_first_in_the_order_of_time():
    first, second = entry("a"), entry("b", "2026-11-23T07:05:01+00:00")
    other = entry("a", cost=7)
    assert merged([first], [other, second]) == [second, first]
    assert merged([], [other, first]) == [other]
    assert merged([first, second], []) == [second, first]


def test_a_report_is_per_day_and_hour_of_a_player_who_called():
    entries = [
        entry("a"),
        entry("b", layer=4, cost=6_000_000),
        entry("c", "2026-11-23T08:00:00+00:00"),
        entry("d", "2026-11-24T08:00:00+00:00"),
        entry("e", player="p2", cost=0),
    ]
    found = report(entries, "layer")
    assert found.parts == {
        "3": Costs(4, Usage(36, 16, 8), 3_000_000, 1_500_000),
        "4": Costs(1, Usage(9, 4, 2), 6_000_000, 3_000_000),
    }
    assert found.total == Costs(5, Usage(45, 20, 10), 9_000_000, 4_500_000)
    assert (found.player_days, found.player_hours) == (3, 4)
    table = list(lines(found, "layer"))
    assert table[-1].split() == ["all", "5", "45", "20", "10", "0.009000", "0.004500", "0.003000", "0.002250"]
    assert len({len(line) for line in table[1:]}) == 1


def test_a_report_of_nothing_is_empty():
    assert list(lines(report([], "tier"), "tier"))[-1].split()[:2] == ["all", "0"]
