"""What only our service promises: acknowledged writes survive a SIGKILL, and what it lacks is refused."""

import threading

import httpx
import pytest
from opensearchpy import TransportError

PROPERTIES = {
    "n": {"type": "integer"},
    "text": {"type": "text"},
    "v": {"type": "knn_vector", "dimension": 2, "space_type": "cosinesimil"},
}


def test_acknowledged_writes_survive_a_kill_in_the_middle_of_writing(restartable):
    service, client = restartable
    client.indices.create(index="night", body={"settings": {"index.knn": True}, "mappings": {"properties": PROPERTIES}})
    acknowledged = {}
    started = threading.Event()

    def write():
        number = 0
        while True:
            document = {"n": number, "text": f"heart {number}", "v": [1, number]}
            try:
                client.index(index="night", id=str(number % 50), body=document)
            except TransportError:
                return
            acknowledged[str(number % 50)] = number
            number += 1
            if number == 70:
                started.set()

    writer = threading.Thread(target=write)
    writer.start()
    assert started.wait(60)
    service.kill()
    writer.join()
    service.start()
    for id_, number in acknowledged.items():
        assert client.get(index="night", id=id_)["_source"]["n"] >= number
    assert client.count(index="night", body={"query": {"match": {"text": "heart"}}})["count"] == 50
    nearest = client.search(index="night", body={"query": {"knn": {"v": {"vector": [1, 0.5], "k": 3}}}})
    assert len(nearest["hits"]["hits"]) == 3


def test_versions_deletes_and_mappings_survive_a_kill(restartable):
    service, client = restartable
    client.index(index="made", id="1", body={"word": "first"})
    last = client.index(index="made", id="1", body={"word": "second", "more": 1})
    client.index(index="made", id="2", body={"word": "third"})
    client.delete(index="made", id="2")
    client.index(index="gone", id="1", body={})
    client.indices.delete(index="gone")
    mapping = client.indices.get_mapping(index="made")
    service.kill()
    service.start()
    assert client.indices.get_mapping(index="made") == mapping
    assert not client.indices.exists(index="gone")
    assert not client.exists(index="made", id="2")
    expected = {"if_seq_no": last["_seq_no"], "if_primary_term": 1}
    again = client.index(index="made", id="1", body={"word": "third"}, params=expected)
    assert again["_version"] == 3
    assert again["_seq_no"] > last["_seq_no"]


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("GET", "/_cat/indices"),
        ("POST", "/_reindex"),
        ("POST", "/_search"),
        ("PUT", "/_index_template/x"),
        ("POST", "/night/_update_by_query"),
        ("GET", "/night/_search?q=heart"),
        ("GET", "/night*/_search"),
        ("GET", "/night,day/_search"),
        ("PUT", "/night/_doc/1?routing=x"),
        ("PATCH", "/night"),
    ],
)
def test_what_the_service_lacks_is_refused(local_search, method, path):
    response = httpx.request(method, local_search.url + path, json={}, trust_env=False)
    assert response.status_code == 400
    error = response.json()["error"]
    assert error["type"] == "illegal_argument_exception"
    assert error["root_cause"][0]["reason"]


@pytest.mark.parametrize(
    "body",
    [
        {"aggs": {"x": {"terms": {"field": "n"}}}},
        {"highlight": {}},
        {"search_after": [1]},
        {"query": {"nested": {"path": "x", "query": {"match_all": {}}}}},
        {"query": {"script_score": {}}},
        {"query": {"range": {"n": {"gte": 1, "format": "x"}}}},
        {"query": {"knn": {"v": {"vector": [1, 1], "min_score": 0.5}}}},
    ],
)
def test_search_features_that_it_lacks_are_refused(local_search, body):
    client = httpx.Client(base_url=local_search.url, trust_env=False)
    client.put("/lacking", json={"settings": {"index.knn": True}, "mappings": {"properties": PROPERTIES}})
    response = client.post("/lacking/_search", json=body)
    assert response.status_code == 400
    assert response.json()["status"] == 400


@pytest.mark.parametrize("raw", [b"{", b"[]", b"\xff"])
def test_a_body_that_is_no_json_object_is_refused(local_search, raw):
    for path in ("/night/_doc/1", "/other"):
        response = httpx.put(local_search.url + path, content=raw, trust_env=False)
        assert (response.status_code, response.json()["error"]["type"]) == (400, "parsing_exception")
    response = httpx.post(local_search.url + "/_bulk", content=raw, trust_env=False)
    assert response.status_code == 400


ODD = [
    None,
    True,
    -1,
    1.5,
    1 << 70,
    "",
    "x",
    "50%",
    "-9x%",
    [],
    ["x"],
    [[1]],
    [None],
    [{}],
    {},
    {"a": 1},
    {"n": {"n": 1}},
]
HOLES = [
    *(
        {"query": {kind: "?"}}
        for kind in ["match_all", "match_none", "bool", "term", "terms", "range", "exists", "match", "ids", "knn"]
    ),
    *(
        {"query": {kind: {field: "?"}}}
        for kind in ("term", "terms", "range", "match", "knn")
        for field in ("n", "text", "v", "_id", "absent", "boost")
    ),
    *(
        {"query": {kind: {field: {"value": 1, option: "?"} if kind == "term" else {option: "?"}}}}
        for kind, options in {
            "term": ["value", "boost"],
            "range": ["gte", "gt", "lte", "lt", "boost"],
            "match": ["query"],
        }.items()
        for field in ("n", "text", "v")
        for option in options
    ),
    *(
        {"query": {"match": {"text": {"query": "heart", o: "?"}}}}
        for o in ("operator", "minimum_should_match", "boost")
    ),
    *({"query": {"bool": {option: "?"}}} for option in ("must", "should", "filter", "must_not", "boost")),
    {"query": {"bool": {"should": [{"match_all": {}}], "minimum_should_match": "?"}}},
    *(
        {"query": {"knn": {"v": {"vector": [1, 1], "k": 1, option: "?"}}}}
        for option in ("vector", "k", "filter", "boost")
    ),
    {"query": {"exists": {"field": "?"}}},
    {"query": {"ids": {"values": "?"}}},
    *({option: "?"} for option in ("query", "sort", "size", "from", "_source", "min_score", "track_total_hits")),
    *({"sort": [{field: "?"}]} for field in ("n", "text", "v", "_id", "_score", "_doc", "absent")),
    *({"sort": [{"n": {option: "?"}}]} for option in ("order", "missing", "mode", "unmapped_type")),
]


@pytest.mark.parametrize("odd", ODD, ids=repr)
def test_any_search_body_is_answered_or_refused(local_search, odd):
    def filled(shape):
        if isinstance(shape, dict):
            return {name: filled(value) for name, value in shape.items()}
        return [filled(item) for item in shape] if isinstance(shape, list) else odd if shape == "?" else shape

    with httpx.Client(base_url=local_search.url, trust_env=False, timeout=60) as client:
        client.put("/any", json={"settings": {"index.knn": True}, "mappings": {"properties": PROPERTIES}})
        client.put("/any/_doc/1?refresh=true", json={"n": 1, "text": "heart", "v": [1, 2]})
        for hole in HOLES:
            response = client.post("/any/_search", json=filled(hole))
            assert response.status_code in (200, 400), (filled(hole), response.text)
