"""The authorizer of a streamed route decides as the emulator's does for a buffered one."""

import json

import httpx
import pytest


def authorizer_context(http: httpx.Client, token: str, method: str = "GET") -> dict[str, str]:
    answer = http.request(method, "/v1/live/page", headers={"Authorization": token})
    return json.loads(answer.json()["headers"]["x-amzn-request-context"])["authorizer"]


@pytest.mark.parametrize("path", ["/v1/live/page", "/v1/guarded"], ids=["streamed", "buffered"])
@pytest.mark.parametrize(
    ("headers", "status", "code"),
    [
        ({}, 401, "UNAUTHORIZED"),
        ({"Authorization": ""}, 401, "UNAUTHORIZED"),
        ({"Authorization": "Basic good"}, 401, "UNAUTHORIZED"),
        ({"Authorization": "Bearer expired"}, 401, "UNAUTHORIZED"),
        ({"Authorization": "Bearer denied"}, 403, "ACCESS_DENIED"),
        ({"Authorization": "Bearer malformed-policy"}, 500, None),
        ({"Authorization": "Bearer unknown"}, 500, "AUTHORIZER_FAILURE"),
        ({"Authorization": "Bearer good"}, 200, None),
    ],
)
def test_verdicts(http: httpx.Client, path: str, headers: dict[str, str], status: int, code: str | None) -> None:
    answer = http.get(path, headers=headers)

    assert answer.status_code == status
    if code:
        assert answer.headers["content-type"] == "application/problem+json"
        assert answer.json()["code"] == code


def test_a_cached_policy_is_judged_for_each_method(http: httpx.Client) -> None:
    token = {"Authorization": "Bearer only-get"}

    assert http.get("/v1/live/page", headers=token).status_code == 200
    assert http.post("/v1/live/page", headers=token).status_code == 403


def test_a_verdict_is_remembered_for_its_token_alone(http: httpx.Client) -> None:
    first = authorizer_context(http, "Bearer good.one")["nonce"]

    assert authorizer_context(http, "Bearer good.one", "POST")["nonce"] == first
    assert authorizer_context(http, "Bearer good.two")["nonce"] != first
