"""Whatever JSON comes as mapping, settings, document or source filter is read, or refused in OpenSearch's words."""

import itertools

import pytest

from local_cloud.search.errors import SearchError
from local_cloud.search.mappings import Mapping
from local_cloud.search.settings import Settings
from local_cloud.search.source_filter import source_filter
from local_cloud.search.values import KINDS, read

ODD = [
    None,
    True,
    -1,
    1.5,
    1 << 70,
    float("inf"),
    "",
    "x",
    [],
    ["x"],
    [[1]],
    [None],
    [{}],
    {},
    {"a": 1},
    {"a": {"a": 1}},
]
OPTIONS = ["fields", "analyzer", "ignore_above", "format", "dimension", "space_type", "method", "data_type", "wish"]


def refused_or_read(call, *arguments):
    """Call; an error must be one that the caller sees with status 400."""
    try:
        return call(*arguments)
    except SearchError as error:
        assert error.status == 400
        assert error.body()["error"]["root_cause"]
        return None


@pytest.mark.parametrize("odd", ODD, ids=repr)
def test_odd_mappings(odd):
    for mapping in (odd, {"properties": odd}, {"dynamic": odd}, {"properties": {"a": odd}}, {"wish": odd}):
        refused_or_read(Mapping.parse, mapping)
    for inner in ({"properties": odd}, {"type": odd}, {"type": "text", "fields": {"a": odd}}, {"type": "object"}):
        refused_or_read(Mapping.parse, {"properties": {"a": inner}})
    for kind, option in itertools.product(KINDS, OPTIONS):
        definition = {"type": kind, **({"dimension": 3} if kind == "knn_vector" else {}), option: odd}
        refused_or_read(Mapping.parse, {"properties": {"a": definition}})


@pytest.mark.parametrize("odd", ODD, ids=repr)
def test_odd_settings(odd):
    for settings in (odd, {"index": odd}, {"index.knn": odd}, {"refresh_interval": odd}, {"wish": odd}):
        refused_or_read(Settings.parse, settings)


@pytest.mark.parametrize("odd", ODD, ids=repr)
def test_odd_documents(odd):
    for kind, dynamic in itertools.product(sorted(KINDS), ("true", "false", "strict")):
        definition = {"type": kind, **({"dimension": 1} if kind == "knn_vector" else {})}
        mapping = Mapping.parse(
            {"dynamic": dynamic, "properties": {"a": definition, "o": {"properties": {"a": definition}}}}
        )
        for source in ({"a": odd}, {"a": [odd, odd]}, {"o": odd}, {"o": {"a": odd}}, {"b": odd}, {"b": {"c": odd}}):
            extended = refused_or_read(mapping.extended, source)
            if extended is not None:
                refused_or_read(extended.read, source)
                assert extended.extended(source) is extended  # it brings nothing new a second time


@pytest.mark.parametrize("odd", ODD, ids=repr)
def test_odd_source_filters(odd):
    for option in (odd, [odd], {"includes": odd}, {"excludes": odd}, {"wish": odd}):
        keep = refused_or_read(source_filter, option)
        if keep is not None:
            kept = keep({"a": {"b": [1, {"c": 2}]}, "x": odd})
            assert kept is None or kept.keys() <= {"a", "x"}


@pytest.mark.parametrize(
    ("text", "first", "last"),
    [
        ("1970", 0, 31_536_000_000 - 1),
        ("1970-02", 2_678_400_000, 5_097_600_000 - 1),
        ("1970-01-02", 86_400_000, 172_800_000 - 1),
        ("1970-01-01T00:00:01.5Z", 1500, 1500),
        ("1970-01-01T01:00:00+01:00", 0, 0),
        (-5, -5, -5),
    ],
)
def test_a_date_means_its_first_or_its_last_millisecond(text, first, last):
    assert (read("date", text), read("date", text, round_up=True)) == (first, last)


@pytest.mark.parametrize("text", ["now-1d", "19700101", "1970-13-01", "1970-W01", "1970-01-01 00:00", ""])
def test_other_dates_are_refused(text):
    with pytest.raises(ValueError, match="failed to parse date field"):
        read("date", text)
