"""The stand-in for the providers: it speaks as each does, fails as it is told, and tells what it was asked."""

import pytest
from starlette.testclient import TestClient

from local_cloud.providers import API_KEY
from local_cloud.providers.app import MOST_TOKENS, create_app

KEY = {"authorization": f"Bearer {API_KEY}"}
CHAT = "/openai/v1/chat/completions"
REQUEST = {"model": "m", "messages": [{"role": "user", "content": "Who?"}], "max_tokens": 40}


class Model:
    """The small model: remembers what it was asked."""

    def __init__(self) -> None:
        self.asked: list[dict] = []

    def __call__(self, request):
        self.asked.append(request)
        usage = {"prompt_tokens": 30, "completion_tokens": 5, "prompt_tokens_details": {"cached_tokens": 20}}
        return {"choices": [{"message": {"content": "Grisel."}, "finish_reason": "stop"}], "usage": usage}


@pytest.fixture
def model():
    return Model()


@pytest.fixture
def client(model):
    return TestClient(create_app(model))


def order(client, *faults, **more):
    assert client.put("/control/faults", json={"faults": list(faults), **more}).status_code == 204


SPOKEN = [
    (CHAT, REQUEST, lambda answer: (answer["choices"][0]["message"]["content"], answer["usage"]["prompt_tokens"])),
    (
        "/openai/v1/responses",
        {"model": "m", "instructions": "Be brief.", "input": "Who?", "max_output_tokens": 40},
        lambda answer: (answer["output"][0]["content"][0]["text"], answer["usage"]["input_tokens"]),
    ),
    (
        "/anthropic/v1/messages",
        {"model": "m", "system": "Be brief.", "messages": REQUEST["messages"], "max_tokens": 40},
        lambda answer: (
            answer["content"][0]["text"],
            answer["usage"]["input_tokens"] + answer["usage"]["cache_read_input_tokens"],
        ),
    ),
    (
        "/gemini/models/m:generateContent",
        {
            "system_instruction": {"parts": [{"text": "Be brief."}]},
            "contents": [{"role": "user", "parts": [{"text": "Who?"}]}],
            "generationConfig": {"max_output_tokens": 40},
        },
        lambda answer: (
            answer["candidates"][0]["content"]["parts"][0]["text"],
            answer["usageMetadata"]["promptTokenCount"],
        ),
    ),
]


@pytest.mark.parametrize(("path", "request_", "read"), SPOKEN, ids=[path for path, _, _ in SPOKEN])
def test_each_provider_is_answered_by_the_model_in_its_own_words(client, model, path, request_, read):
    answer = client.post(path, json=request_, headers=KEY)
    assert answer.status_code == 200 and read(answer.json()) == ("Grisel.", 30)
    (asked,) = model.asked
    assert asked["messages"][-1] == {"role": "user", "content": "Who?"} and asked["max_tokens"] == 40
    if path != CHAT:
        assert asked["messages"][0] == {"role": "system", "content": "Be brief."}
    (call,) = client.get("/control/calls").json()
    assert (call["path"], call["model"], call["request"]) == (path, "m", request_)


@pytest.mark.parametrize("path", [path for path, _, _ in SPOKEN])
def test_a_wrong_key_is_refused(client, model, path):
    assert client.post(path, json=REQUEST, headers={"authorization": "Bearer x"}).status_code == 401
    assert model.asked == []


@pytest.mark.parametrize("path", [path for path, _, _ in SPOKEN])
def test_nonsense_is_a_bad_request(client, path):
    assert client.post(path, json={"model": "m"}, headers=KEY).status_code == 400


def test_faults_meet_their_provider_as_often_as_ordered(client):
    order(client, {"provider": "openai", "kind": "status", "status": 429, "times": 2})
    statuses = [client.post(CHAT, json=REQUEST, headers=KEY).status_code for _ in range(3)]
    other = client.post("/anthropic/v1/messages", json=REQUEST, headers=KEY)
    assert statuses == [429, 429, 200] and other.status_code == 200


def test_every_kind_of_fault_is_one(client):
    whole = client.post(CHAT, json=REQUEST, headers=KEY).content
    order(client, {"provider": "*", "kind": "garbage", "times": 1}, {"provider": "*", "kind": "cut", "times": 1})
    assert client.post(CHAT, json=REQUEST, headers=KEY).text.startswith("<html>")
    assert 0 < len(client.post(CHAT, json=REQUEST, headers=KEY).content) < len(whole)
    order(client, {"provider": "*", "kind": "empty"})
    assert client.post(CHAT, json=REQUEST, headers=KEY).json()["choices"][0]["message"]["content"] == ""
    order(client, {"provider": "*", "kind": "slow", "delay_s": 0.2})
    assert client.post(CHAT, json=REQUEST, headers=KEY).elapsed.total_seconds() >= 0.2
    assert client.put("/control/faults", json={"faults": [{"provider": "*", "kind": "gone"}]}).status_code == 400


def test_hidden_tokens_count_as_written_and_stay_within_the_limit(client):
    order(client, reasoning_tokens=1000)
    usage = client.post(CHAT, json=REQUEST, headers=KEY).json()["usage"]
    assert usage["completion_tokens_details"]["reasoning_tokens"] == 39
    assert usage["completion_tokens"] == 39 + 5


def test_the_small_model_is_never_asked_for_more_than_it_can_write(client, model):
    client.post(CHAT, json=REQUEST | {"max_tokens": 100_000}, headers=KEY)
    assert model.asked[0]["max_tokens"] == MOST_TOKENS


def test_a_model_that_does_not_answer_is_an_outage():
    def out(_):
        raise ConnectionError("no endpoint")

    answer = TestClient(create_app(out)).post(CHAT, json=REQUEST, headers=KEY)
    assert answer.status_code == 503 and "no endpoint" in answer.json()["error"]["message"]


def test_the_price_list_is_the_registrys_until_another_is_ordered(client):
    assert client.get("/prices.json").json()["gpt-6-luna"]["output_cost_per_token"] == pytest.approx(5e-07)
    client.put("/control/prices", content=b"<html>")
    assert client.get("/prices.json").text == "<html>"
    client.put("/control/prices", content=b"")
    assert "gpt-6-luna" in client.get("/prices.json").json()
