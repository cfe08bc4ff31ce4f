"""The chat contract reads strictly and writes what OpenAI clients read."""

import json

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from sagemaker_endpoints.serving.contract import ChatRequest, Completion, Finish, Message, Piece, Usage, parse
from sagemaker_endpoints.serving.errors import InvalidRequest

HELLO = [{"role": "user", "content": "hello"}]
SCHEMA = {"type": "object"}

json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(), inner, max_size=4),
    max_leaves=20,
)


def body(**fields):
    return json.dumps({"messages": HELLO, **fields}).encode()


def paths(raw):
    with pytest.raises(InvalidRequest) as caught:
        parse(raw)
    return [fault.path for fault in caught.value.faults]


def test_a_request_with_every_field_is_read():
    raw = body(
        max_tokens=7,
        temperature=0,
        seed=2**63 - 1,
        stop=["\n", "END"],
        stream=True,
        stream_options={"include_usage": True},
        response_format={"type": "json_schema", "json_schema": {"name": "act", "schema": SCHEMA, "strict": True}},
    )
    assert parse(raw) == ChatRequest(
        (Message("user", "hello"),), 7, 0.0, 2**63 - 1, ("\n", "END"), stream=True, schema=SCHEMA
    )


def test_the_messages_alone_are_a_request():
    assert parse(body()) == ChatRequest((Message("user", "hello"),))
    assert parse(body(stop="\n", response_format={"type": "text"})).stop == ("\n",)


def test_every_fault_is_listed_at_once():
    raw = json.dumps(
        {
            "messages": [{"role": "ghoul", "content": 1, "mood": "x"}, "hi"],
            "max_tokens": True,
            "temperature": 2.5,
            "stop": [""],
            "stream": "yes",
            "zeal": 1,
        }
    ).encode()
    assert paths(raw) == [
        "messages[0].role",
        "messages[0].content",
        "messages[0].mood",
        "messages[1]",
        "max_tokens",
        "temperature",
        "stop",
        "stream",
        "zeal",
    ]


@pytest.mark.parametrize(
    ("fields", "path"),
    [
        ({"messages": []}, "messages"),
        ({"messages": None}, "messages"),
        ({"max_tokens": 0}, "max_tokens"),
        ({"max_tokens": 1.5}, "max_tokens"),
        ({"temperature": -0.1}, "temperature"),
        ({"temperature": "hot"}, "temperature"),
        ({"seed": -1}, "seed"),
        ({"seed": 2**63}, "seed"),
        ({"stop": ["x"] * 17}, "stop"),
        ({"stream_options": {"other": 1}}, "stream_options"),
        ({"stream_options": {"include_usage": 1}}, "stream_options.include_usage"),
        ({"response_format": {"type": "json_object"}}, "response_format.type"),
        ({"response_format": {"type": "text", "json_schema": {}}}, "response_format.json_schema"),
        ({"response_format": {"type": "json_schema"}}, "response_format.json_schema"),
        (
            {"response_format": {"type": "json_schema", "json_schema": {"schema": SCHEMA}}},
            "response_format.json_schema.name",
        ),
        (
            {"response_format": {"type": "json_schema", "json_schema": {"name": "a", "schema": []}}},
            "response_format.json_schema.schema",
        ),
    ],
)
def test_each_field_is_checked(fields, path):
    assert paths(body(**fields)) == [path]


@pytest.mark.parametrize(
    "raw",
    [
        b"",
        b"{",
        b"[]",
        b"\xff",
        b'{"messages": NaN}',
        b"[" * 100_000,
        b'{"messages": [{"role": "user", "content": "\\ud800"}]}',
    ],
)
def test_a_body_that_is_no_json_object_is_refused(raw):
    assert paths(raw) == [""]


@settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.dictionaries(st.sampled_from(["messages", "stop", "response_format", "seed", "x"]), json_values))
def test_no_document_makes_the_reader_fail_in_another_way(document):
    try:
        parse(json.dumps(document).encode())
    except InvalidRequest as error:
        assert error.faults


def test_a_stream_is_a_role_pieces_a_reason_the_usage_and_done():
    completion = Completion("small")
    raw = completion.opening() + completion.piece(Piece("né")) + completion.ending(Finish("length", Usage(5, 2, 3)))
    *lines, done = raw.decode().strip().split("\n\n")
    assert done == "data: [DONE]"
    chunks = [json.loads(line.removeprefix("data: ")) for line in lines]
    assert {chunk["object"] for chunk in chunks} == {"chat.completion.chunk"}
    assert len({chunk["id"] for chunk in chunks}) == 1
    assert [choice["delta"] for chunk in chunks for choice in chunk["choices"]] == [
        {"role": "assistant", "content": ""},
        {"content": "né"},
        {},
    ]
    assert chunks[2]["choices"][0]["finish_reason"] == "length"
    assert chunks[3]["choices"] == []
    assert chunks[3]["usage"] == {
        "prompt_tokens": 5,
        "completion_tokens": 2,
        "total_tokens": 7,
        "prompt_tokens_details": {"cached_tokens": 3},
    }


def test_a_whole_answer_carries_text_reason_and_usage():
    answer = json.loads(Completion("small").whole("hi", Finish("stop", Usage(1, 1))))
    assert answer["object"] == "chat.completion"
    assert answer["choices"][0]["message"] == {"role": "assistant", "content": "hi"}
    assert answer["choices"][0]["finish_reason"] == "stop"
    assert answer["usage"]["prompt_tokens_details"] == {"cached_tokens": 0}
