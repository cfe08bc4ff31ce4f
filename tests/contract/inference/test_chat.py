"""What every endpoint of a tier must do: ours on the CPU, vLLM on AWS."""

import json
import threading

import pytest

LONG_SYSTEM = "You are Grisel, a ghoul. " + " ".join(f"Crypt {n} is guarded by hound {n}." for n in range(30))


def usage_of(chunks):
    assert chunks[-1]["choices"] == []
    return chunks[-1]["usage"]


def test_a_whole_answer(endpoint):
    answer = endpoint.ask("Who are you?")
    choice = answer["choices"][0]
    assert answer["object"] == "chat.completion"
    assert choice["message"]["role"] == "assistant"
    assert choice["message"]["content"]
    assert choice["finish_reason"] in ("stop", "length")
    usage = answer["usage"]
    assert usage["total_tokens"] == usage["prompt_tokens"] + usage["completion_tokens"]
    assert 0 < usage["completion_tokens"] <= 16


def test_a_stream_says_the_same_as_the_whole_answer(endpoint, read_text):
    endpoint.ask("Who are you?")  # both answers then start from the same cached prefix
    whole = endpoint.ask("Who are you?")
    chunks = list(endpoint.stream("Who are you?"))
    assert read_text(chunks) == whole["choices"][0]["message"]["content"]
    assert {chunk["object"] for chunk in chunks} == {"chat.completion.chunk"}
    assert len({chunk["id"] for chunk in chunks}) == 1
    assert chunks[0]["choices"][0]["delta"]["role"] == "assistant"
    reasons = [choice["finish_reason"] for chunk in chunks for choice in chunk["choices"]]
    assert reasons[-1] == whole["choices"][0]["finish_reason"]
    assert set(reasons[:-1]) == {None}
    assert usage_of(chunks)["completion_tokens"] == whole["usage"]["completion_tokens"]


def test_tokens_arrive_one_by_one_and_calls_run_side_by_side(endpoint):
    order, lock = [], threading.Lock()

    def stream(number):
        for chunk in endpoint.stream(f"Tell me story {number}.", max_tokens=24, response_format=LIST):
            with lock:
                order.append((number, bool(chunk["choices"])))

    threads = [threading.Thread(target=stream, args=(number,)) for number in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    ends = [index for index, (_, more) in enumerate(order) if not more]
    assert len(ends) == 4
    assert {number for number, _ in order[: ends[0]]} == {0, 1, 2, 3}  # all had begun before the first had ended
    assert all(sum(n == number for n, _ in order) > 16 for number in range(4))


def test_max_tokens_ends_an_answer(endpoint):
    chunks = list(endpoint.stream("Count as far as you can.", max_tokens=5, response_format=LIST))
    assert usage_of(chunks)["completion_tokens"] == 5
    assert chunks[-2]["choices"][0]["finish_reason"] == "length"


def test_a_repeated_prefix_is_not_computed_again(endpoint):
    endpoint.ask("Hello.", system=LONG_SYSTEM, max_tokens=1)
    usage = endpoint.ask("What do you sell?", system=LONG_SYSTEM, max_tokens=4)["usage"]
    assert usage["prompt_tokens_details"]["cached_tokens"] > 0.8 * usage["prompt_tokens"]


def test_more_prefixes_than_slots_are_all_found_again(endpoint):
    systems = [f"{name} speaks. {LONG_SYSTEM}" for name in ("Ada", "Bela", "Cora", "Dina", "Enid", "Flor")]
    for system in systems:
        endpoint.ask("Hello.", system=system, max_tokens=1)
    for system in systems:
        usage = endpoint.ask("What do you sell?", system=system, max_tokens=1)["usage"]
        assert usage["prompt_tokens_details"]["cached_tokens"] > 0.8 * usage["prompt_tokens"]


ACT = {
    "type": "object",
    "properties": {
        "line": {"type": "string", "maxLength": 40},
        "mood": {"enum": ["calm", "angry"]},
        "price": {"type": "integer", "minimum": 1, "maximum": 500},
    },
    "required": ["line", "mood", "price"],
    "additionalProperties": False,
}


def constrained(schema):
    return {"type": "json_schema", "json_schema": {"name": "answer", "schema": schema, "strict": True}}


LIST = constrained({"type": "array", "items": {"type": "integer"}, "minItems": 100})


@pytest.mark.parametrize("seed", range(4))
def test_a_schema_binds_the_answer(endpoint, seed):
    answer = endpoint.ask(
        "Make me an offer for a heart.", max_tokens=200, temperature=1, seed=seed, response_format=constrained(ACT)
    )
    act = json.loads(answer["choices"][0]["message"]["content"])
    assert act.keys() == {"line", "mood", "price"}
    assert len(act["line"]) <= 40
    assert act["mood"] in ("calm", "angry")
    assert 1 <= act["price"] <= 500


def test_a_stop_string_ends_the_answer_and_is_left_out(endpoint):
    answer = endpoint.ask("Say: one", max_tokens=60, stop=["5"], response_format=COUNT)["choices"][0]
    assert answer["finish_reason"] == "stop"
    assert "4" in answer["message"]["content"]
    assert "5" not in answer["message"]["content"]


COUNT = constrained({"const": "1 2 3 4 5 6 7 8 9"})


def test_the_same_call_gives_the_same_answer(endpoint):
    def speak(**fields):
        answer = endpoint.ask("Tell me about the night.", **fields)
        return answer["choices"][0]["message"]["content"]

    speak()  # from here on each call starts from the same cached prefix
    assert len({speak() for _ in range(3)}) == 1
    assert len({speak(temperature=1, seed=7) for _ in range(3)}) == 1
    assert len({speak(temperature=1, seed=seed) for seed in range(5)}) > 1


def test_a_prompt_that_does_not_fit_is_refused(endpoint):
    for stream in (False, True):
        response = endpoint.post(messages=[{"role": "user", "content": "bone " * 20_000}], max_tokens=1, stream=stream)
        assert 400 <= response.status_code < 500
        assert "context" in response.text
