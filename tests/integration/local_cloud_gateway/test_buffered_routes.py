"""Buffered routes: what reaches the function, what comes back, and API Gateway's own errors."""

import json

import httpx
import pytest


def test_path_query_headers_and_body_reach_the_function(http: httpx.Client) -> None:
    answer = http.post("/v1/echo/a%20b?x=1&x=%C3%A9", content=b'{"deep": "body"}', headers={"X-Mine": "yes"})

    event = answer.json()
    assert event["pathParameters"] == {"name": "a b"}
    assert event["multiValueQueryStringParameters"] == {"x": ["1", "é"]}
    assert event["headers"]["x-mine"] == "yes"
    assert event["body"] == '{"deep": "body"}'


def test_status_and_repeated_headers_come_back(http: httpx.Client) -> None:
    answer = http.post("/v1/teapot")

    assert answer.status_code == 418
    assert answer.headers["x-answer"] == "yes"
    assert answer.headers.get_list("set-cookie") == ["a=1", "b=2"]


def test_hop_by_hop_headers_stay_behind(http: httpx.Client) -> None:
    answer = http.post("/v1/echo", headers={"Connection": "keep-alive, X-Private", "X-Private": "1", "TE": "trailers"})

    assert not {"connection", "x-private", "te"} & answer.json()["headers"].keys()
    assert "connection" not in answer.headers


@pytest.mark.parametrize("header", ["x-amzn-request-context", "X-Amzn-Lambda-Context", "X-Amz-Tenant-Id"])
def test_a_client_cannot_speak_for_the_gateway(http: httpx.Client, header: str) -> None:
    event = http.post("/v1/echo", headers={header: '{"authorizer": {"player_id": "forged"}}'}).json()

    assert header.lower() not in event["headers"]


def test_a_client_cannot_choose_its_address_or_another_service(http: httpx.Client) -> None:
    forged = {"X-Forwarded-For": "6.6.6.6", "X-Amz-Target": "DynamoDB_20120810.ListTables"}

    event = http.post("/v1/echo", headers=forged).json()

    assert event["headers"]["x-forwarded-for"] == event["requestContext"]["identity"]["sourceIp"] == "127.0.0.1"


def test_the_authorizers_context_reaches_the_function(http: httpx.Client) -> None:
    event = http.get("/v1/guarded", headers={"Authorization": "Bearer good"}).json()

    assert event["requestContext"]["authorizer"]["player_id"] == "p-1"


def test_a_raising_function_is_a_502_that_tells_nothing(http: httpx.Client) -> None:
    answer = http.post("/v1/boom")

    assert answer.status_code == 502
    assert answer.headers["content-type"] == "application/problem+json"
    assert answer.json()["title"] == "Internal server error"
    assert answer.json()["correlation_id"] == answer.headers["x-correlation-id"]
    assert "secret" not in answer.text


def test_an_unknown_route_gets_the_deployed_gateway_response(http: httpx.Client) -> None:
    answer = http.get("/v1/nowhere")

    assert answer.status_code == 403
    assert answer.headers["content-type"] == "application/problem+json"
    assert answer.json()["code"] == "MISSING_AUTHENTICATION_TOKEN"


@pytest.mark.parametrize("path", ["/v2/echo", "/v1open/page", "/open/page", "/"])
def test_another_stage_is_forbidden(http: httpx.Client, path: str) -> None:
    assert http.get(path).status_code == 403


@pytest.mark.parametrize("path", ["/v1/echo", "/v1/live/page"])
def test_more_than_ten_megabytes_are_too_large(http: httpx.Client, path: str) -> None:
    body = b"x" * (10 * 1024 * 1024 + 1)

    answer = http.post(path, content=body, headers={"Authorization": "Bearer good"})

    assert answer.status_code == 413
    assert answer.json()["code"] == "REQUEST_TOO_LARGE"


def test_a_function_slower_than_the_integration_allows_is_a_504(http: httpx.Client) -> None:
    answer = http.get("/v1/slow")

    assert answer.status_code == 504
    assert answer.json()["code"] == "INTEGRATION_TIMEOUT"


def test_answers_are_not_decoded_on_the_way(http: httpx.Client) -> None:
    raw = http.post("/v1/echo", headers={"Accept-Encoding": "identity"}).content

    assert json.loads(raw)["headers"]["accept-encoding"] == "identity"
