"""Faults that are ordered from outside: what a caller sees of them, and that they can be taken back."""

import json

import boto3
import pytest
from botocore.config import Config
from botocore.exceptions import ClientError, EventStreamError, ReadTimeoutError

from local_cloud.cli import main
from local_cloud.providers.mind import endpoint_mind
from local_cloud.sagemaker.faults import PIECES_BEFORE_CUT


@pytest.fixture
def order(cloud, endpoint):
    """Order a fault of the endpoint as a developer does."""

    def give(kind):
        assert main(["--state-dir", str(cloud.state_dir), "fault", endpoint, kind]) == 0

    yield give
    give("none")


def stream(cloud, endpoint):
    answer = cloud.runtime.invoke_endpoint_with_response_stream(EndpointName=endpoint, Body=b'{"mode": "stream"}')
    for event in answer["Body"]:
        yield event["PayloadPart"]["Bytes"]


@pytest.mark.parametrize(
    ("kind", "code", "status"),
    [("down", "ServiceUnavailable", None), ("error", "ModelError", 500), ("throttled", "ModelError", 429)],
)
def test_nothing_comes_through(cloud, endpoint, order, kind, code, status):
    order(kind)
    for call in (lambda: cloud.invoke(endpoint, {"mode": "describe"}), lambda: next(stream(cloud, endpoint))):
        with pytest.raises(ClientError) as caught:
            call()
        assert caught.value.response["Error"]["Code"] == code
        assert caught.value.response.get("OriginalStatusCode") == status
    order("none")
    assert cloud.describe_server(endpoint)["pid"]


def test_garbage_is_no_json(cloud, endpoint, order):
    order("garbage")
    with pytest.raises(json.JSONDecodeError):
        cloud.invoke(endpoint, {"mode": "describe"})
    assert [b"".join(stream(cloud, endpoint))[:1]] == [b"<"]


def test_a_stream_breaks_off(cloud, endpoint, order):
    order("cut")
    heard = []
    with pytest.raises(EventStreamError):
        for piece in stream(cloud, endpoint):
            heard.append(piece)
    assert 0 < len(heard) <= PIECES_BEFORE_CUT
    with pytest.raises(ClientError):
        cloud.invoke(endpoint, {"mode": "describe"})


def test_a_slow_endpoint_keeps_its_caller_waiting(cloud, endpoint, order):
    order("slow")
    hasty = Config(read_timeout=1, retries={"total_max_attempts": 1})
    client = boto3.client("sagemaker-runtime", endpoint_url=cloud.url, region_name="us-east-1", config=hasty,
                          aws_access_key_id="test", aws_secret_access_key="any")  # fmt: skip
    with pytest.raises(ReadTimeoutError):
        client.invoke_endpoint(EndpointName=endpoint, Body=b"{}")


def test_who_stands_in_for_the_cloud_meets_none(cloud, endpoint, order, monkeypatch):
    keys = {"AWS_ENDPOINT_URL": cloud.url, "AWS_ACCESS_KEY_ID": "test", "AWS_SECRET_ACCESS_KEY": "any"}
    for name, value in {**keys, "AWS_DEFAULT_REGION": "us-east-1"}.items():
        monkeypatch.setenv(name, value)
    ask = endpoint_mind(endpoint)
    for kind in ("down", "garbage", "cut"):
        order(kind)
        assert ask({"mode": "describe"})["pid"]
