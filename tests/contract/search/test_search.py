"""Searches: what each query finds, in which order, with what score, and what of it is shown."""

import math
import random

import pytest
from opensearchpy import RequestError, helpers

MEMORIES = {
    "1": {"text": "The ghoul sold a fresh heart", "npc": "grisel", "day": 1, "mood": 0.5, "kept": True},
    "2": {"text": "A heart for a heart, said Grisel", "npc": "grisel", "day": 2, "mood": -1.5, "kept": False},
    "3": {"text": "The police don't come at night", "npc": "vlad", "day": 3, "tags": ["law", "night"]},
    "4": {"text": "Bones, bones and the night", "npc": "Vlad", "day": 4, "tags": ["night"], "at": "2026-01-02"},
    "5": {"npc": "mora", "day": -5, "at": "2026-01-03T04:05:06.789Z", "place": {"kind": "crypt", "depth": 3}},
}
PROPERTIES = {
    "text": {"type": "text", "fields": {"raw": {"type": "keyword", "ignore_above": 30}}},
    "npc": {"type": "keyword"},
    "day": {"type": "integer"},
    "mood": {"type": "float"},
    "kept": {"type": "boolean"},
    "tags": {"type": "keyword"},
    "at": {"type": "date"},
    "place": {"properties": {"kind": {"type": "keyword"}, "depth": {"type": "long"}}},
}


@pytest.fixture
def memories(opensearch, make_index):
    name = make_index(PROPERTIES)
    helpers.bulk(opensearch, ({"_index": name, "_id": id_, **source} for id_, source in MEMORIES.items()), refresh=True)

    def search(query=None, **body):
        body = {**body, **({} if query is None else {"query": query})}
        return opensearch.search(index=name, body=body)["hits"]

    return search


def ids(hits):
    return [hit["_id"] for hit in hits["hits"]]


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ({"match_all": {}}, "12345"),
        ({"match_none": {}}, ""),
        ({"ids": {"values": ["2", "4", "9"]}}, "24"),
        ({"term": {"npc": "vlad"}}, "3"),
        ({"term": {"npc": {"value": "Vlad"}}}, "4"),
        ({"term": {"day": 3}}, "3"),
        ({"term": {"day": "3"}}, "3"),
        ({"term": {"mood": -1.5}}, "2"),
        ({"term": {"kept": True}}, "1"),
        ({"term": {"kept": "false"}}, "2"),
        ({"term": {"tags": "law"}}, "3"),
        ({"term": {"at": "2026-01-02T00:00:00.000Z"}}, "4"),
        ({"term": {"text": "heart"}}, "12"),
        ({"term": {"text": "Heart"}}, ""),
        ({"term": {"text.raw": "Bones, bones and the night"}}, "4"),
        ({"term": {"text.raw": "A heart for a heart, said Grisel"}}, ""),
        ({"term": {"unmapped": 1}}, ""),
        ({"term": {"place.kind": "crypt"}}, "5"),
        ({"terms": {"npc": ["vlad", "mora"]}}, "35"),
        ({"terms": {"day": [1, 4]}}, "14"),
        ({"terms": {"npc": []}}, ""),
        ({"range": {"day": {"gte": 2, "lt": 4}}}, "23"),
        ({"range": {"day": {"gt": 2, "lte": 4}}}, "34"),
        ({"range": {"day": {"lt": 0}}}, "5"),
        ({"range": {"mood": {"gte": -1.5}}}, "12"),
        ({"range": {"npc": {"gte": "grisel", "lte": "mora"}}}, "125"),
        ({"range": {"at": {"gte": "2026-01-02", "lte": "2026-01-02"}}}, "4"),
        ({"range": {"at": {"gt": "2026-01-02"}}}, "5"),
        ({"range": {"at": {"gte": "2026-01-03T04:05:06.789Z"}}}, "5"),
        ({"range": {"at": {"gt": "2026-01-03T04:05:06.789Z"}}}, ""),
        ({"range": {"at": {"lt": 1767398706789}}}, "4"),
        ({"exists": {"field": "tags"}}, "34"),
        ({"exists": {"field": "text"}}, "1234"),
        ({"exists": {"field": "place"}}, "5"),
        ({"exists": {"field": "unmapped"}}, ""),
        ({"match": {"text": "GHOUL night"}}, "134"),
        ({"match": {"text": {"query": "the night", "operator": "and"}}}, "34"),
        ({"match": {"text": {"query": "the police night", "minimum_should_match": 2}}}, "34"),
        ({"match": {"text": "don't"}}, "3"),
        ({"match": {"text": "!?"}}, ""),
        ({"match": {"npc": "grisel"}}, "12"),
        ({"match": {"day": 4}}, "4"),
        ({"bool": {}}, "12345"),
        ({"bool": {"must_not": {"term": {"npc": "grisel"}}}}, "345"),
        ({"bool": {"filter": [{"term": {"tags": "night"}}, {"range": {"day": {"gte": 4}}}]}}, "4"),
        ({"bool": {"should": [{"term": {"day": 1}}, {"term": {"day": 3}}]}}, "13"),
        ({"bool": {"must": {"term": {"npc": "grisel"}}, "should": [{"term": {"day": 1}}]}}, "12"),
        (
            {
                "bool": {
                    "should": [{"term": {"npc": "grisel"}}, {"term": {"day": 1}}, {"term": {"day": 3}}],
                    "minimum_should_match": 2,
                }
            },
            "1",
        ),
        ({"bool": {"should": [{"term": {"day": 1}}], "minimum_should_match": 2}}, ""),
        ({"bool": {"filter": {"bool": {"should": [{"term": {"day": 1}}, {"match": {"text": "bones"}}]}}}}, "14"),
    ],
)
def test_a_query_finds(memories, query, found):
    hits = memories(query)
    assert sorted(ids(hits)) == list(found)
    assert hits["total"] == {"value": len(found), "relation": "eq"}


def test_the_better_match_comes_first_and_filters_do_not_score(memories):
    hits = memories({"match": {"text": "heart ghoul"}})
    assert ids(hits) == ["1", "2"]
    assert hits["max_score"] == hits["hits"][0]["_score"] > hits["hits"][1]["_score"] > 0
    alone = {hit["_id"]: hit["_score"] for hit in memories({"match": {"text": "heart"}})["hits"]}
    assert alone["2"] > alone["1"]  # twice in nearly the same length
    filtered = memories({"bool": {"must": {"match": {"text": "heart"}}, "filter": {"term": {"npc": "grisel"}}}})
    assert {hit["_id"]: hit["_score"] for hit in filtered["hits"]} == pytest.approx(alone)
    assert memories({"bool": {"filter": {"term": {"day": 1}}}})["hits"][0]["_score"] == 0
    assert memories({"match_all": {"boost": 3}})["hits"][0]["_score"] == 3
    assert ids(memories({"match": {"text": "heart"}}, min_score=(alone["1"] + alone["2"]) / 2)) == ["2"]


def test_the_score_is_lucenes(memories):
    # BM25 with k1 1.2 and b 0.75 over the 4 documents that have the field; "police" is in one, of 6 words of 23 in all.
    (hit,) = memories({"match": {"text": "police"}})["hits"]
    idf = math.log(1 + (4 - 1 + 0.5) / (1 + 0.5))
    assert hit["_score"] == pytest.approx(idf / (1 + 1.2 * (0.25 + 0.75 * 6 / (24 / 4))), rel=0.1)


@pytest.mark.parametrize(
    ("sort", "found", "values"),
    [
        (["day"], "51234", [-5, 1, 2, 3, 4]),
        ([{"day": "desc"}], "43215", [4, 3, 2, 1, -5]),
        (
            [{"npc": {"order": "asc"}}, {"day": {"order": "desc"}}],
            "42153",
            ["Vlad", "grisel", "grisel", "mora", "vlad"],
        ),
        ([{"mood": {"order": "desc"}}, "day"], "12534", [0.5, -1.5, None, None, None]),
        ([{"mood": {"order": "asc", "missing": "_first"}}, "day"], "53421", [None, None, None, -1.5, 0.5]),
        ([{"day": {"order": "asc", "missing": 0}}], "51234", [-5, 1, 2, 3, 4]),
        ([{"at": "asc"}, "day"], "45123", [1767312000000, 1767413106789, None, None, None]),
    ],
)
def test_hits_are_sorted(memories, sort, found, values):
    hits = memories({"match_all": {}}, sort=sort)
    assert ids(hits) == list(found)
    shown = [hit["sort"][0] for hit in hits["hits"]]
    assert [value for value, wanted in zip(shown, values, strict=True) if wanted is not None] == [
        value for value in values if value is not None
    ]
    assert all(hit["_score"] is None for hit in hits["hits"])


def test_pages_do_not_overlap(memories):
    pages = [ids(memories({"match_all": {}}, sort=["day"], size=2, **{"from": start})) for start in (0, 2, 4, 6)]
    assert pages == [["5", "1"], ["2", "3"], ["4"], []]
    nothing = memories({"match_all": {}}, size=0)
    assert (nothing["total"]["value"], nothing["hits"]) == (5, [])
    assert memories(size=2, track_total_hits=3)["total"] == {"value": 3, "relation": "gte"}


@pytest.mark.parametrize(
    ("option", "source"),
    [
        (True, MEMORIES["5"]),
        (["npc", "place.kind"], {"npc": "mora", "place": {"kind": "crypt"}}),
        ("place", {"place": {"kind": "crypt", "depth": 3}}),
        ({"includes": ["p*"], "excludes": ["*.depth"]}, {"place": {"kind": "crypt"}}),
        ({"excludes": ["place", "at"]}, {"npc": "mora", "day": -5}),
    ],
)
def test_the_source_is_filtered(memories, option, source):
    (hit,) = memories({"ids": {"values": ["5"]}}, _source=option)["hits"]
    assert hit["_source"] == source
    assert "_source" not in memories({"ids": {"values": ["5"]}}, _source=False)["hits"][0]


@pytest.mark.parametrize(
    "body",
    [
        {"query": {"wish": {"text": "x"}}},
        {"query": {}},
        {"query": {"term": {"npc": "x"}, "match_all": {}}},
        {"query": {"term": {"npc": {"valu": "x"}}}},
        {"query": {"term": {"day": "many"}}},
        {"query": {"range": {"day": {"above": 1}}}},
        {"query": {"bool": {"must": [{"wish": {}}]}}},
        {"query": {"bool": {"maybe": []}}},
        {"query": {"match": {"text": {"operator": "and"}}}},
        {"wish": 1},
        {"size": -1},
        {"from": 9_999, "size": 2},
        {"sort": ["unmapped"]},
        {"sort": ["text"]},
        {"sort": [{"day": "sideways"}]},
    ],
)
def test_what_is_not_understood_is_refused(memories, body):
    with pytest.raises(RequestError) as caught:
        memories(**body)
    assert caught.value.status_code == 400
    assert caught.value.info["error"]["root_cause"]


SPACES = {
    "l2": lambda a, b: 1 / (1 + math.dist(a, b) ** 2),
    "cosinesimil": lambda a, b: (1 + dot(a, b) / math.hypot(*a) / math.hypot(*b)) / 2,
    "innerproduct": lambda a, b: 1 + dot(a, b) if dot(a, b) >= 0 else 1 / (1 - dot(a, b)),
}


def dot(a, b):
    return sum(x * y for x, y in zip(a, b, strict=True))


@pytest.fixture
def vectors(opensearch, make_index):
    def make(space):
        method = {"name": "hnsw", "engine": "lucene", "space_type": space}
        name = make_index(
            {"v": {"type": "knn_vector", "dimension": 4, "method": method}, "npc": {"type": "keyword"}}, {"knn": True}
        )
        source = random.Random(7)
        held = {str(n): [source.uniform(-1, 1) for _ in range(4)] for n in range(40)}
        documents = [{"_index": name, "_id": n, "v": v, "npc": f"npc{int(n) % 4}"} for n, v in held.items()]
        helpers.bulk(opensearch, [*documents, {"_index": name, "_id": "none", "npc": "npc0"}], refresh=True)

        def search(query, size=40):
            hits = opensearch.search(index=name, body={"query": query, "size": size})["hits"]["hits"]
            return {hit["_id"]: hit["_score"] for hit in hits}

        return held, search

    return make


@pytest.mark.parametrize("space", SPACES)
def test_the_nearest_vectors_are_found_with_opensearchs_score(vectors, space):
    held, search = vectors(space)
    asked = [0.5, -0.25, 0.125, 1.0]
    scores = {id_: SPACES[space](asked, vector) for id_, vector in held.items()}
    best = dict(sorted(scores.items(), key=lambda item: -item[1])[:5])
    found = search({"knn": {"v": {"vector": asked, "k": 5}}}, size=5)
    assert list(found) == list(best)
    assert found == pytest.approx(best, rel=1e-4)


def test_filters_apply_before_the_nearest_are_chosen(vectors):
    held, search = vectors("l2")
    asked = [0.0, 0.0, 0.0, 1.0]
    inside = {id_: SPACES["l2"](asked, vector) for id_, vector in held.items() if int(id_) % 4 == 3}
    best = sorted(inside, key=lambda id_: -inside[id_])[:5]
    inner = {"knn": {"v": {"vector": asked, "k": 5, "filter": {"term": {"npc": "npc3"}}}}}
    assert list(search(inner, size=5)) == best
    assert search({"knn": {"v": {"vector": asked, "k": 5, "filter": {"term": {"npc": "nobody"}}}}}) == {}


def test_nearness_and_other_clauses_add_up(vectors):
    held, search = vectors("l2")
    asked = held["8"]
    both = search({"bool": {"should": [{"knn": {"v": {"vector": asked, "k": 40}}}, {"term": {"npc": "npc1"}}]}})
    near = search({"knn": {"v": {"vector": asked, "k": 40}}})
    extra = search({"term": {"npc": "npc1"}})
    assert both == pytest.approx({id_: near[id_] + extra.get(id_, 0) for id_ in near}, rel=1e-4)


@pytest.mark.parametrize(
    "knn",
    [
        {"v": {"vector": [1, 2, 3], "k": 1}},
        {"v": {"vector": [1, 2, 3, 4], "k": 0}},
        {"v": {"k": 1}},
        {"npc": {"vector": [1, 2, 3, 4], "k": 1}},
        {"v": {"vector": [1, 2, 3, 4], "k": 1, "wish": 1}},
    ],
)
def test_a_wrong_vector_query_is_refused(vectors, knn):
    _, search = vectors("l2")
    with pytest.raises(RequestError):
        search({"knn": knn})


def test_random_queries_find_what_an_oracle_finds(opensearch, make_index):
    name = make_index({"a": {"type": "keyword"}, "n": {"type": "integer"}, "b": {"type": "boolean"}})
    dice = random.Random(11)
    documents = {
        str(number): {"a": dice.choice("xyz"), "n": dice.randint(-3, 3), "b": dice.random() < 0.5}
        for number in range(60)
    }
    helpers.bulk(
        opensearch, ({"_index": name, "_id": id_, **source} for id_, source in documents.items()), refresh=True
    )

    def query(depth):
        kind = dice.choice(["a", "n", "b", "bool", "bool"] if depth else ["a", "n", "b"])
        if kind == "a":
            letters = dice.sample("xyzq", 2)
            return {"terms": {"a": letters}}, lambda document: document["a"] in letters
        if kind == "n":
            low = dice.randint(-4, 4)
            return {"range": {"n": {"gte": low}}}, lambda document: document["n"] >= low
        if kind == "b":
            wanted = dice.random() < 0.5
            return {"term": {"b": wanted}}, lambda document: document["b"] == wanted
        musts, shoulds, nots = ([query(depth - 1) for _ in range(dice.randint(0, 2))] for _ in range(3))
        least = 0 if musts else min(1, len(shoulds))
        body = {
            "filter": [body for body, _ in musts],
            "should": [body for body, _ in shoulds],
            "must_not": [body for body, _ in nots],
        }

        def matches(document):
            return (
                all(test(document) for _, test in musts)
                and sum(test(document) for _, test in shoulds) >= least
                and not any(test(document) for _, test in nots)
            )

        return {"bool": body}, matches

    for _ in range(60):
        body, matches = query(2)
        hits = opensearch.search(index=name, body={"query": body, "size": 100})["hits"]
        assert sorted(ids(hits)) == sorted(id_ for id_, document in documents.items() if matches(document)), body


def test_several_searches_in_one_request(opensearch, make_index):
    name = make_index({"npc": {"type": "keyword"}})
    helpers.bulk(opensearch, [{"_index": name, "_id": n, "npc": f"npc{int(n) % 2}"} for n in "123"], refresh=True)
    wrong = {"query": {"nothing_of_that_name": {}}}
    bodies = [{"query": {"term": {"npc": "npc1"}}}, wrong, {"query": {"term": {"npc": "npc0"}}, "_source": False}]
    answers = opensearch.msearch(index=name, body=[line for body in bodies for line in ({}, body)])["responses"]
    found = [{hit["_id"] for hit in answers[number]["hits"]["hits"]} for number in (0, 2)]
    assert found == [{"1", "3"}, {"2"}]
    assert [answer["status"] for answer in answers] == [200, 400, 200]
    assert answers[1]["error"]["root_cause"]


@pytest.mark.parametrize("several", [False, True])
def test_a_window_of_a_long_sorted_list_is_the_beginning_of_the_whole(opensearch, make_index, several):
    name = make_index({"n": {"type": "long"}, "m": {"type": "long"}})
    source = random.Random(3)
    values = [None, *range(9), *([[2, 7], [8, 1]] if several else [])]
    held = [{"n": source.choice(values), "m": source.randrange(5)} for _ in range(300)]
    held = [{key: value for key, value in one.items() if value is not None} for one in held]
    helpers.bulk(opensearch, [{"_index": name, "_id": str(n), **one} for n, one in enumerate(held)], refresh=True)
    for missing in ("_first", "_last", 4):
        for order in ("asc", "desc"):
            body = {"sort": [{"n": {"order": order, "missing": missing}}, {"m": "desc"}], "_source": False}
            whole = [hit["_id"] for hit in opensearch.search(index=name, body={**body, "size": 300})["hits"]["hits"]]
            for size in (1, 7, 299):
                part = opensearch.search(index=name, body={**body, "size": size})["hits"]["hits"]
                assert [hit["_id"] for hit in part] == whole[:size], (missing, order, size)


def test_vectors_of_replaced_and_deleted_documents_are_never_found_again(opensearch, make_index):
    name = make_index({"v": {"type": "knn_vector", "dimension": 2, "space_type": "innerproduct"}}, {"knn": True})
    for round_ in range(40):
        documents = [{"_index": name, "_id": str(n), "v": [float(round_), float(n)]} for n in range(60)]
        helpers.bulk(opensearch, documents, refresh=True)
    opensearch.delete(index=name, id="59", refresh=True)
    hits = opensearch.search(index=name, body={"query": {"knn": {"v": {"vector": [0, 1], "k": 100}}}, "size": 100})
    found = {hit["_id"]: hit["_source"]["v"] for hit in hits["hits"]["hits"]}
    assert found == {str(n): [39.0, float(n)] for n in range(59)}
    assert hits["hits"]["hits"][0]["_id"] == "58"
