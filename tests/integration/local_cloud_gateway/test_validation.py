"""A streamed route's request validator refuses what the emulator's refuses for a buffered route."""

import httpx
import pytest

KEY = {"Idempotency-Key": "k-1"}


@pytest.mark.parametrize("path", ["/v1/said", "/v1/said-buffered"], ids=["streamed", "buffered"])
@pytest.mark.parametrize(
    ("headers", "body", "status", "code"),
    [
        (KEY, '{"text": "hello"}', 200, None),
        (KEY | {"Content-Type": "text/plain"}, '{"text": "hello"}', 200, None),
        ({}, '{"text": "hello"}', 400, "BAD_REQUEST_PARAMETERS"),
        (KEY, "{}", 400, "BAD_REQUEST_BODY"),
        (KEY, "[]", 400, "BAD_REQUEST_BODY"),
        (KEY, '{"text":', 400, "BAD_REQUEST_BODY"),
        (KEY, "", 400, "BAD_REQUEST_BODY"),
        (KEY, "[" * 100_000, 400, "BAD_REQUEST_BODY"),
    ],
)
def test_refusals(
    http: httpx.Client, path: str, headers: dict[str, str], body: str, status: int, code: str | None
) -> None:
    answer = http.post(path, content=body, headers={"Content-Type": "application/json"} | headers)

    assert answer.status_code == status
    if code:
        assert answer.json()["code"] == code
