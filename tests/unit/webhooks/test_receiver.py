"""What the studio's game server gets, and what it cannot make us do."""

import hashlib
import hmac
import json
import time

import pytest
from bodybroker.adapters.webhooks import NOTICE_ID, SIGNATURE, HttpReceiver, WrongAddress, address, signature
from bodybroker.kernel.errors import Unavailable
from botocore.exceptions import ClientError

from tests.unit.webhooks.conftest import NOTICE, SETTINGS, Secret


def verified(header: str, body: bytes, key: str) -> int:
    """What a receiver does, as docs/operating.md tells: the time of a signature that ``key`` made over ``body``."""
    parts = [part.split("=", 1) for part in header.split(",")]
    ((_, at),) = (part for part in parts if part[0] == "t")
    expected = hmac.new(key.encode(), at.encode() + b"." + body, hashlib.sha256).hexdigest()
    assert any(hmac.compare_digest(expected, value) for name, value in parts if name == "v1")
    return int(at)


def test_a_notice_arrives_signed_at_its_time(server, receiver):
    assert receiver.deliver(NOTICE)
    (got,) = server.received
    assert got.path == "/hooks/bodybroker?realm=1"
    assert json.loads(got.body) == {
        "id": "place-1",
        "type": "location.settled",
        "at": "2026-11-23T18:00:00Z",
        "data": {"place_id": "p", "digest": "d"},
    }
    assert got.headers["content-type"] == "application/json"
    assert got.headers[NOTICE_ID] == NOTICE.id
    assert verified(got.headers[SIGNATURE], got.body, "s3cret") == 1_764_000_100


def test_a_signature_has_the_form_of_stripes():
    body = b'{"a":1}'
    expected = hmac.new(b"key", b"17." + body, hashlib.sha256).hexdigest()
    assert signature(["key"], 17, body) == f"t=17,v1={expected}"


@pytest.mark.parametrize(
    ("key", "body"), [("another", b'{"a":1}'), ("key", b'{"a":2}')], ids=["another key", "another body"]
)
def test_what_was_changed_on_its_way_is_found_out(key, body):
    with pytest.raises(AssertionError):
        verified(signature(["key"], 17, b'{"a":1}'), body, key)


def test_while_a_key_is_replaced_both_verify(server, secret, receiver):
    secret["previous_signing_key"] = "old"
    receiver.deliver(NOTICE)
    (got,) = server.received
    for key in ("s3cret", "old"):
        verified(got.headers[SIGNATURE], got.body, key)


@pytest.mark.parametrize("status", [301, 302, 307, 400, 404, 410, 429, 500, 503])
def test_any_other_answer_is_tried_again_and_no_redirect_followed(server, receiver, status):
    server.status, server.headers = status, {"location": server.url}
    with pytest.raises(Unavailable, match=str(status)):
        receiver.deliver(NOTICE)
    assert len(server.received) == 1


@pytest.mark.parametrize("kind", ["silent", "dripping"])
def test_a_slow_receiver_holds_nobody_longer_than_the_timeout(server, receiver, kind):
    server.drips = kind == "dripping"
    if kind == "silent":
        server.goes_on.clear()
    started = time.monotonic()
    with pytest.raises(Unavailable):
        receiver.deliver(NOTICE)
    assert time.monotonic() - started < SETTINGS.timeout_s + 3


def test_nobody_there_is_tried_again(secret, clock):
    secret["url"] = "http://127.0.0.1:1/"
    with pytest.raises(Unavailable):
        HttpReceiver(secret, clock, 1).deliver(NOTICE)


@pytest.mark.parametrize(
    "url",
    [
        "http://example.com/hook",
        "http://169.254.169.254/latest",
        "http://localhost.example.com/",
        "ftp://example.com/",
        "file:///etc/passwd",
        "https://user:secret@example.com/",
        "https:///path",
        "https://example.com:port/",
        "//example.com/",
        "",
    ],
)
def test_only_https_or_this_machine_is_spoken_to(url):
    with pytest.raises(WrongAddress) as refused:
        address(url)
    assert "secret" not in refused.value.detail


@pytest.mark.parametrize(
    "url", ["https://example.com/hook", "http://127.0.0.1:8000/", "http://[::1]/", "http://localhost/"]
)
def test_https_and_this_machine_are_fine(url):
    assert address(url).geturl() == url


def test_a_secret_that_is_no_json_is_not_repeated(clock):
    class Plain(Secret):
        def read(self) -> dict[str, str]:
            raise json.JSONDecodeError("no JSON", "s3cret", 0)

    with pytest.raises(WrongAddress) as refused:
        HttpReceiver(Plain(), clock, 1).deliver(NOTICE)
    assert refused.value.__cause__ is None and "s3cret" not in str(refused.value)


@pytest.mark.parametrize("missing", ["url", "signing_key"])
def test_half_a_secret_is_an_operators_mistake(server, secret, receiver, missing):
    del secret[missing]
    with pytest.raises(WrongAddress, match=missing):
        receiver.deliver(NOTICE)
    assert not server.received


def test_without_a_secret_nothing_is_sent(clock):
    class Absent:
        def __init__(self, code: str) -> None:
            self.code = code

        def read(self) -> dict[str, str]:
            raise ClientError({"Error": {"Code": self.code}}, "GetSecretValue")

    assert HttpReceiver(Absent("ResourceNotFoundException"), clock, 1).deliver(NOTICE) is False
    assert HttpReceiver(Secret(), clock, 1).deliver(NOTICE) is False
    with pytest.raises(ClientError):
        HttpReceiver(Absent("AccessDeniedException"), clock, 1).deliver(NOTICE)
