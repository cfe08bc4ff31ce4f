"""Indices and documents: what is written can be read, changed, counted and removed."""

import time
import uuid

import pytest
from opensearchpy import ConflictError, NotFoundError, RequestError, TransportError, helpers

PROPERTIES = {"name": {"type": "keyword"}, "rank": {"type": "integer"}}


def error_of(caught):
    return caught.value.status_code, caught.value.error


def test_the_service_says_who_and_how_it_is(opensearch):
    assert opensearch.ping()
    assert opensearch.info()["version"]["distribution"] == "opensearch"
    assert opensearch.cluster.health()["status"] in ("green", "yellow")


def test_an_index_is_made_shown_extended_and_deleted(opensearch, make_index):
    name = make_index(PROPERTIES)
    assert opensearch.indices.exists(index=name)
    assert opensearch.indices.get_mapping(index=name)[name]["mappings"]["properties"] == PROPERTIES
    assert opensearch.indices.get(index=name)[name]["settings"]["index"]["provided_name"] == name
    with pytest.raises(RequestError) as caught:
        opensearch.indices.create(index=name)
    assert error_of(caught) == (400, "resource_already_exists_exception")
    opensearch.indices.put_mapping(index=name, body={"properties": {"house": {"type": "keyword"}}})
    assert opensearch.indices.get_mapping(index=name)[name]["mappings"]["properties"].keys() == {
        "name",
        "rank",
        "house",
    }
    with pytest.raises(RequestError) as caught:
        opensearch.indices.put_mapping(index=name, body={"properties": {"rank": {"type": "keyword"}}})
    assert error_of(caught) == (400, "illegal_argument_exception")
    opensearch.indices.delete(index=name)
    assert not opensearch.indices.exists(index=name)


def test_a_missing_index_is_said_to_be_missing(opensearch):
    for call in (
        lambda: opensearch.search(index="absent", body={}),
        lambda: opensearch.count(index="absent"),
        lambda: opensearch.indices.delete(index="absent"),
        lambda: opensearch.indices.get_mapping(index="absent"),
        lambda: opensearch.delete(index="absent", id="1"),
    ):
        with pytest.raises(NotFoundError) as caught:
            call()
        assert error_of(caught) == (404, "index_not_found_exception")


def test_a_document_lives(opensearch, make_index):
    name = make_index(PROPERTIES)
    created = opensearch.index(index=name, id="a/b c", body={"name": "Grisel", "rank": 3})
    assert (created["result"], created["_version"]) == ("created", 1)
    updated = opensearch.index(index=name, id="a/b c", body={"name": "Grisel", "rank": 4})
    assert (updated["result"], updated["_version"]) == ("updated", 2)
    found = opensearch.get(index=name, id="a/b c")  # before any refresh
    assert (found["_source"], found["_version"]) == ({"name": "Grisel", "rank": 4}, 2)
    assert opensearch.exists(index=name, id="a/b c")
    assert opensearch.get_source(index=name, id="a/b c")["rank"] == 4
    assert opensearch.delete(index=name, id="a/b c")["result"] == "deleted"
    assert not opensearch.exists(index=name, id="a/b c")
    for call in (opensearch.get, opensearch.delete):
        with pytest.raises(NotFoundError):
            call(index=name, id="a/b c")
    assert opensearch.index(index=name, body={"rank": 1})["_id"]


def test_create_and_expected_versions_conflict(opensearch, make_index):
    name = make_index(PROPERTIES)
    first = opensearch.create(index=name, id="1", body={"rank": 1})
    with pytest.raises(ConflictError) as caught:
        opensearch.create(index=name, id="1", body={"rank": 2})
    assert error_of(caught) == (409, "version_conflict_engine_exception")
    expected = {"if_seq_no": first["_seq_no"], "if_primary_term": first["_primary_term"]}
    opensearch.index(index=name, id="1", body={"rank": 2}, params=expected)
    for change in (
        lambda: opensearch.index(index=name, id="1", body={"rank": 3}, params=expected),
        lambda: opensearch.delete(index=name, id="1", params=expected),
    ):
        with pytest.raises(ConflictError):
            change()
    assert opensearch.get(index=name, id="1")["_source"] == {"rank": 2}


def test_an_update_merges(opensearch, make_index):
    name = make_index({"stats": {"properties": {"heat": {"type": "integer"}, "health": {"type": "integer"}}}})
    opensearch.index(index=name, id="1", body={"stats": {"heat": 1, "health": 9}})
    opensearch.update(index=name, id="1", body={"doc": {"stats": {"heat": 2}}})
    assert opensearch.get(index=name, id="1")["_source"] == {"stats": {"heat": 2, "health": 9}}
    assert opensearch.update(index=name, id="1", body={"doc": {"stats": {"heat": 2}}})["result"] == "noop"
    with pytest.raises(NotFoundError) as caught:
        opensearch.update(index=name, id="2", body={"doc": {"stats": {}}})
    assert error_of(caught) == (404, "document_missing_exception")
    made = opensearch.update(index=name, id="2", body={"doc": {"stats": {"heat": 5}}, "doc_as_upsert": True})
    assert made["result"] == "created"


def test_a_bulk_applies_in_order_and_reports_each_item(opensearch, make_index):
    name = make_index(PROPERTIES, dynamic="strict")
    actions = [
        {"index": {"_index": name, "_id": "1"}},
        {"rank": 1},
        {"create": {"_index": name, "_id": "1"}},
        {"rank": 2},
        {"index": {"_index": name, "_id": "2"}},
        {"rank": "high"},
        {"index": {"_index": name, "_id": "3"}},
        {"unknown": 1},
        {"update": {"_index": name, "_id": "1"}},
        {"doc": {"name": "Grisel"}},
        {"delete": {"_index": name, "_id": "4"}},
        {"index": {"_index": name, "_id": "5"}},
        {"rank": 5},
        {"delete": {"_index": name, "_id": "5"}},
    ]
    answer = opensearch.bulk(body=actions, refresh=True)
    assert answer["errors"] is True
    statuses = [next(iter(item.values()))["status"] for item in answer["items"]]
    assert statuses == [201, 409, 400, 400, 200, 404, 201, 200]
    kinds = [next(iter(item.values())).get("error", {}).get("type") for item in answer["items"]]
    assert kinds[1:4] == [
        "version_conflict_engine_exception",
        "mapper_parsing_exception",
        "strict_dynamic_mapping_exception",
    ]
    assert opensearch.count(index=name)["count"] == 1
    assert opensearch.get(index=name, id="1")["_source"] == {"rank": 1, "name": "Grisel"}


def test_the_bulk_helper_works(opensearch, make_index):
    name = make_index(PROPERTIES)
    done, errors = helpers.bulk(
        opensearch, ({"_index": name, "_id": n, "rank": n} for n in range(250)), chunk_size=100, refresh=True
    )
    assert (done, errors) == (250, [])
    assert opensearch.count(index=name)["count"] == 250


def test_searches_see_what_has_been_refreshed(opensearch, make_index):
    name = make_index(PROPERTIES)

    def count():
        return opensearch.count(index=name)["count"]

    opensearch.index(index=name, id="1", body={"rank": 1})
    assert count() == 0
    opensearch.indices.refresh(index=name)
    assert count() == 1
    opensearch.index(index=name, id="1", body={"rank": 2})
    hits = opensearch.search(index=name, body={})["hits"]["hits"]
    assert hits[0]["_source"] == {"rank": 1}  # the snapshot, not the newest version
    opensearch.delete(index=name, id="1", params={"refresh": "true"})
    assert count() == 0


def test_changes_become_searchable_on_their_own(opensearch, make_index):
    name = make_index(PROPERTIES, {"refresh_interval": "100ms"})
    opensearch.index(index=name, id="1", body={"rank": 1})
    deadline = time.monotonic() + 30
    while opensearch.count(index=name)["count"] == 0:
        assert time.monotonic() < deadline
        time.sleep(0.05)


def test_delete_by_query_deletes_what_matches(opensearch, make_index):
    name = make_index(PROPERTIES)
    helpers.bulk(opensearch, ({"_index": name, "_id": n, "rank": n} for n in range(10)), refresh=True)
    answer = opensearch.delete_by_query(
        index=name, body={"query": {"range": {"rank": {"gte": 6}}}}, params={"refresh": "true"}
    )
    assert (answer["total"], answer["deleted"], answer["failures"]) == (4, 4, [])
    assert opensearch.count(index=name)["count"] == 6
    with pytest.raises(RequestError):
        opensearch.delete_by_query(index=name, body={})


def test_delete_by_query_does_not_delete_what_has_changed_since(opensearch, make_index):
    name = make_index(PROPERTIES)
    opensearch.index(index=name, id="1", body={"rank": 1}, params={"refresh": "true"})
    opensearch.index(index=name, id="1", body={"rank": 2})
    everything = {"query": {"match_all": {}}}
    with pytest.raises(ConflictError):
        opensearch.delete_by_query(index=name, body=everything)
    answer = opensearch.delete_by_query(index=name, body=everything, params={"conflicts": "proceed"})
    assert (answer["deleted"], answer["version_conflicts"]) == (0, 1)
    assert opensearch.exists(index=name, id="1")


def test_fields_are_mapped_as_they_come_unless_the_mapping_is_strict_or_closed(opensearch, make_index):
    document = {"word": "Ghoul", "n": 3, "x": 1.5, "yes": True, "at": "2026-01-31T22:00:00Z", "in": {"deep": "x"}}
    name = make_index()
    opensearch.index(index=name, id="1", body=document, params={"refresh": "true"})
    properties = opensearch.indices.get_mapping(index=name)[name]["mappings"]["properties"]
    assert {path: definition.get("type") for path, definition in properties.items()} == {
        "word": "text",
        "n": "long",
        "x": "float",
        "yes": "boolean",
        "at": "date",
        "in": None,
    }
    for query in ({"term": {"word.keyword": "Ghoul"}}, {"match": {"in.deep": "x"}}, {"term": {"yes": True}}):
        assert opensearch.count(index=name, body={"query": query})["count"] == 1
    strict = make_index(dynamic="strict")
    with pytest.raises(RequestError) as caught:
        opensearch.index(index=strict, id="1", body=document)
    assert error_of(caught) == (400, "strict_dynamic_mapping_exception")
    closed = make_index(dynamic="false")
    opensearch.index(index=closed, id="1", body=document, params={"refresh": "true"})
    assert opensearch.count(index=closed, body={"query": {"term": {"n": 3}}})["count"] == 0
    assert opensearch.get(index=closed, id="1")["_source"] == document


@pytest.mark.parametrize(
    ("properties", "document"),
    [
        ({"n": {"type": "integer"}}, {"n": "many"}),
        ({"n": {"type": "byte"}}, {"n": 128}),
        ({"n": {"type": "float"}}, {"n": {"a": 1}}),
        ({"b": {"type": "boolean"}}, {"b": "perhaps"}),
        ({"d": {"type": "date"}}, {"d": "yesterday"}),
        ({"o": {"properties": {"x": {"type": "keyword"}}}}, {"o": "flat"}),
        ({"v": {"type": "knn_vector", "dimension": 2}}, {"v": [1, 2, 3]}),
    ],
)
def test_a_value_that_does_not_fit_its_field_is_refused(opensearch, make_index, properties, document):
    name = make_index(properties, {"knn": True})
    with pytest.raises(RequestError) as caught:
        opensearch.index(index=name, id="1", body=document)
    assert error_of(caught)[1] in ("mapper_parsing_exception", "illegal_argument_exception")
    assert not opensearch.exists(index=name, id="1")


@pytest.mark.parametrize(
    "body",
    [
        {"mappings": {"properties": {"x": {"type": "soul"}}}},
        {"mappings": {"properties": {"v": {"type": "knn_vector", "dimension": 0}}}},
        {"mappings": {"properties": {"x": {"type": "keyword", "colour": 1}}}},
        {"settings": {"index": {"colour": 1}}},
        {"colour": 1},
    ],
)
def test_a_wrong_index_is_not_made(opensearch, body):
    name = f"test-{uuid.uuid4().hex}"
    with pytest.raises(RequestError):
        opensearch.indices.create(index=name, body=body)
    assert not opensearch.indices.exists(index=name)


@pytest.mark.parametrize("name", ["Upper", "_hidden", "a b", "a,b", "a*"])
def test_an_index_has_a_proper_name(opensearch, name):
    with pytest.raises(TransportError) as caught:
        opensearch.indices.create(index=name)
    assert caught.value.status_code == 400
