"""The embedding endpoint keeps `ports.Embeddings`, and its server the contract of its body."""

import math

import httpx
import pytest
from bodybroker.adapters.embedding_endpoint import BATCH, EndpointEmbeddings
from bodybroker.kernel.errors import Unavailable

from tests.contract.embeddings.server import ServerClient


def product(a, b):
    return sum(x * y for x, y in zip(a, b, strict=True))


def test_vectors_have_length_one_and_the_same_text_the_same_vector(embeddings):
    texts = ["The player sold a rotten heart.", "Ada asked for a liver.", "The player sold a rotten heart."]
    first, second, third = embeddings.embed(texts)
    assert len(first) == embeddings.dimensions
    assert first == third != second
    assert math.hypot(*first) == pytest.approx(1, abs=1e-4)


@pytest.mark.parametrize(
    ("asked", "near", "far"),
    [
        ("Who was murdered?", "The werewolf killed a policeman.", "Rain fell on the harbour."),
        ("Do I owe you money?", "The player is in debt for two hundred dollars.", "A crypt lies under the church."),
        ("Where is the doctor hiding?", "The physician lives in secret behind the morgue.", "Kidneys cost more today."),
    ],
)
def test_what_is_meant_alike_lies_near_without_a_word_in_common(embeddings, asked, near, far):
    question, close, distant = embeddings.embed([asked, near, far])
    assert product(question, close) > product(question, distant)


def test_any_number_of_texts_comes_back_in_order(embeddings):
    texts = [f"The {number}. heart" for number in range(2 * BATCH + 3)]
    vectors = embeddings.embed(texts)
    assert len(vectors) == len(texts)
    assert vectors[BATCH + 1] == embeddings.embed([texts[BATCH + 1]])[0]
    assert embeddings.embed([]) == []


def test_texts_of_any_kind_are_embedded(embeddings):
    texts = ["", " ", "\x00\u202e", "\U0001f9db" * 10, "heart " * 20_000]
    vectors = embeddings.embed(texts)
    assert not any(vectors[0])
    assert all(math.isfinite(value) for vector in vectors for value in vector)


@pytest.mark.parametrize(
    ("body", "faults"),
    [
        (b"{", [""]),
        (b"[]", ["texts"]),
        (b'{"texts": [1, "a", null], "more": 1}', ["more", "texts[0]", "texts[2]"]),
        (b'{"texts": ["%s"]}' % (b"a" * 10_000), ["texts[0]"]),
        (b'{"texts": [%s]}' % b",".join([b'"a"'] * 300), ["texts"]),
    ],
)
def test_a_bad_body_is_told_all_its_faults(embedding_server, body, faults):
    answer = httpx.post(f"{embedding_server}/invocations", content=body, trust_env=False)
    assert answer.status_code == 400
    assert [fault["path"] for fault in answer.json()["error"]["faults"]] == faults


def test_a_body_without_end_is_refused(embedding_server):
    answer = httpx.post(f"{embedding_server}/invocations", content=b" " * (5 << 20), trust_env=False)
    assert answer.status_code == 413


def test_an_endpoint_that_is_gone_or_serves_another_model_is_an_outage(embedding_server, monkeypatch):
    with pytest.raises(Unavailable):
        EndpointEmbeddings(ServerClient("http://127.0.0.1:9"), "gone").embed(["heart"])
    monkeypatch.setattr("bodybroker.adapters.embedding_endpoint.MODEL", "another")
    with pytest.raises(Unavailable):
        EndpointEmbeddings(ServerClient(embedding_server), "local").embed(["heart"])
