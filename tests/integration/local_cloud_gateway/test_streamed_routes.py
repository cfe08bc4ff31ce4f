"""Streamed routes: the function's own web server, what it sees, and how its answer passes."""

import contextlib
import json
import os

import httpx
import pytest

from tests.integration.local_cloud_gateway.conftest import GatewayProcess, wait_until

GOOD = {"Authorization": "Bearer good"}


def environment(http: httpx.Client) -> dict:
    return http.get("/v1/live/environment", headers=GOOD).json()


def test_each_chunk_passes_when_it_is_written(http: httpx.Client) -> None:
    """The second chunk is written only after the first has arrived here, by a second request at the same time."""
    with http.stream("GET", "/v1/live/gated", headers=GOOD) as stream:
        chunks = stream.iter_raw()
        assert next(chunks) == b"data: first\n\n"
        assert http.get("/v1/live/open", headers=GOOD).status_code == 200
        assert next(chunks) == b"data: second\n\n"
        assert next(chunks, None) is None

    assert stream.headers["content-type"] == "text/event-stream"


def test_the_server_learns_that_the_client_left(http: httpx.Client) -> None:
    with http.stream("GET", "/v1/live/endless?who=leaver", headers=GOOD) as stream:
        next(stream.iter_raw())

    wait_until(lambda: "/live/endless?who=leaver" in http.get("/v1/live/broken", headers=GOOD).json()["broken_streams"])


def test_the_path_has_no_stage_and_keeps_its_query(http: httpx.Client) -> None:
    answer = http.post("/v1/live/a%20b?x=1&x=%C3%A9", headers=GOOD, content=b"the body").json()

    assert answer["path"] == "/live/a%20b?x=1&x=%C3%A9"
    assert answer["body"] == "the body"


def test_the_adapters_headers_say_who_calls(http: httpx.Client) -> None:
    forged = {"x-amzn-request-context": '{"authorizer": {"player_id": "forged"}}', "X-Amzn-Lambda-Context": "{}"}

    headers = http.get("/v1/live/page", headers=GOOD | forged).json()["headers"]

    by_name = {name.lower(): value for name, value in headers.items()}
    context = json.loads(by_name["x-amzn-request-context"])
    assert context["authorizer"] | {"nonce": ""} == {
        "player_id": "p-1",
        "plan": "free",
        "guest": "true",
        "principalId": "p-1",
        "nonce": "",
    }
    assert context["resourcePath"] == "/live/{name}"
    assert context["path"] == "/v1/live/page"
    assert context["identity"]["sourceIp"] == "127.0.0.1"
    assert json.loads(by_name["x-amzn-lambda-context"])["env_config"]["function_name"] == "live"


def test_a_route_without_authorizer_has_no_caller(http: httpx.Client) -> None:
    headers = http.get("/v1/open/page").json()["headers"]

    assert "authorizer" not in json.loads(headers["x-amzn-request-context"])


def test_the_environment_is_lambdas_and_not_the_hosts(http: httpx.Client, gateway: GatewayProcess) -> None:
    seen = environment(http)["environment"]

    assert seen["GREETING"] == "hello"
    assert seen["AWS_LAMBDA_FUNCTION_NAME"] == "live"
    assert seen["AWS_ENDPOINT_URL"].startswith("http://127.0.0.1:")
    assert seen["AWS_ACCESS_KEY_ID"] == "000000000000"
    assert "SECRET_OF_THE_HOST" not in seen
    assert "VIRTUAL_ENV" not in seen
    assert seen["HOME"].startswith(str(gateway.state))


def test_imports_find_the_layer_and_no_installed_package(http: httpx.Client) -> None:
    assert http.get("/v1/live/page", headers=GOOD).json()["layer"] == "from the layer"
    assert not [path for path in environment(http)["path"] if "site-packages" in path]


def test_output_goes_to_the_functions_log(http: httpx.Client, gateway: GatewayProcess) -> None:
    http.get("/v1/live/page?mark=logged", headers=GOOD)

    assert "mark=logged" in (gateway.state / "logs/lambda/live.log").read_text()


def test_a_stream_that_breaks_does_not_look_whole(http: httpx.Client) -> None:
    with (
        pytest.raises(httpx.RemoteProtocolError),
        http.stream("GET", "/v1/live/torn", headers=GOOD) as stream,
    ):
        assert list(stream.iter_raw()) == [b"data: half\n\n"]


def test_a_server_that_dies_is_a_502_and_starts_again(http: httpx.Client) -> None:
    wait_until(lambda: http.get("/v1/live/page", headers=GOOD).is_success)
    before = environment(http)["pid"]

    answer = http.get("/v1/live/die", headers=GOOD)

    assert answer.status_code == 502
    assert answer.headers["content-type"] == "application/problem+json"
    assert environment(http)["pid"] != before
    with contextlib.suppress(ProcessLookupError):
        os.kill(before, 0)
        pytest.fail("the old server still runs")
