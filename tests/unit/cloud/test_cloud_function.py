"""`ports.Model` over Lambda's Invoke: what goes out, and what each answer means."""

import asyncio
import io
import json

import msgspec
import pytest
from bodybroker.adapters.cloud_function import ROUND_TRIP_MS, CloudFunctionModel
from bodybroker.models.cloud import CloudCall, CloudReply, Failure
from bodybroker.models.inference import ChatRequest, Chunk, Completion, ModelFailed
from bodybroker.models.usage import Usage
from botocore.exceptions import ClientError, ConnectTimeoutError, EndpointConnectionError, ReadTimeoutError

from cdk.app import ROOT

ANSWER = Completion("Liver.", "claude-haiku-5-5", Usage(10, 2, 3), 1234)
REQUEST = ChatRequest(
    messages=[{"role": "user", "content": "Who?"}], max_tokens=7, temperature=0.5, seed=3, stop=("\n",), schema={"a": 1}
)


class Lambda:
    def __init__(self, answer) -> None:
        self.answer, self.asked = answer, []

    def invoke(self, **call):
        self.asked.append(call)
        if isinstance(self.answer, Exception):
            raise self.answer
        if isinstance(self.answer, bytes):
            return {"StatusCode": 200, "Payload": io.BytesIO(self.answer)}
        return self.answer


def model(client, made=None):
    def make(read_timeout_s):
        if made is not None:
            made.append(read_timeout_s)
        return client

    return CloudFunctionModel("cloud_models", "speaker", 4.0, make)


def test_the_whole_request_goes_out_with_a_deadline_that_leaves_time_for_the_way():
    client = Lambda(msgspec.json.encode(CloudReply(completion=ANSWER)))
    assert model(client).complete(REQUEST) == ANSWER
    (asked,) = client.asked
    assert asked["FunctionName"] == "cloud_models"
    sent = msgspec.json.decode(asked["Payload"], type=CloudCall)
    assert (sent.role, sent.deadline_ms, sent.request()) == ("speaker", 4000 - ROUND_TRIP_MS, REQUEST)


def test_the_client_is_made_by_the_first_call_and_kept():
    made: list[float] = []
    client = Lambda(msgspec.json.encode(CloudReply(completion=ANSWER)))
    asked = model(client, made)
    assert made == [] and asked.name == "cloud-speaker"
    asked.complete(REQUEST)
    asked.complete(REQUEST)
    assert made == [4.0]


def test_a_stream_is_the_whole_answer_and_its_cost():
    async def hear():
        client = Lambda(msgspec.json.encode(CloudReply(completion=ANSWER)))
        return [chunk async for chunk in model(client).stream(REQUEST)]

    text, end = asyncio.run(hear())
    assert text == Chunk("Liver.")
    assert (end.usage, end.model, end.cost_nanodollars) == (ANSWER.usage, ANSWER.model, 1234)


def _refusal(code, status):
    return ClientError({"Error": {"Code": code}, "ResponseMetadata": {"HTTPStatusCode": status}}, "Invoke")


@pytest.mark.parametrize(
    ("answer", "reason"),
    [
        (msgspec.json.encode(CloudReply(failure=Failure("refused", "no key"))), "refused"),
        (msgspec.json.encode(CloudReply(failure=Failure("deadline", "late"))), "deadline"),
        (b"<html>", "garbage"),
        (b"{}", "garbage"),
        pytest.param({"FunctionError": "Unhandled", "Payload": io.BytesIO(b"{}")}, "broken", id="unhandled"),
        (ReadTimeoutError(endpoint_url="u"), "deadline"),
        (ConnectTimeoutError(endpoint_url="u"), "unavailable"),
        (EndpointConnectionError(endpoint_url="u"), "unavailable"),
        (_refusal("TooManyRequestsException", 429), "unavailable"),
        (_refusal("ServiceException", 500), "unavailable"),
        (_refusal("AccessDeniedException", 403), "refused"),
        (_refusal("ResourceNotFoundException", 404), "refused"),
        (ConnectionResetError("gone"), "unavailable"),
    ],
    ids=str,
)
def test_every_failure_has_its_reason(answer, reason):
    with pytest.raises(ModelFailed) as failed:
        model(Lambda(answer)).complete(REQUEST)
    assert failed.value.reason == reason


def test_waiting_functions_never_load_what_speaks_to_providers():
    users = [
        path.relative_to(ROOT).as_posix()
        for folder in ("functions", "layers/bodybroker", "scripts", "play", "local_cloud", "cdk")
        for path in (ROOT / folder).rglob("*.py")
        if "cloud_llm import" in path.read_text() or "import litellm" in path.read_text()
    ]
    assert sorted(users) == ["functions/cloud_models/handler.py", "layers/bodybroker/adapters/cloud_llm.py"]


def test_a_reply_survives_json():
    reply = CloudReply(completion=ANSWER)
    assert msgspec.convert(json.loads(json.dumps(msgspec.to_builtins(reply))), CloudReply) == reply
