"""Signing in over the door."""

import pytest
from bodybroker.kernel.clock import SystemClock
from bodybroker.services.sign_in import SignIn

from functions.accounts import handler
from tests.fakes.accounts import MemoryAccounts
from tests.fakes.http import send


class Signer:
    def sign(self, message: bytes) -> bytes:
        return b"signature"


class Tickets:
    def check(self, ticket: str, identity: str) -> str:
        return ticket


@pytest.fixture(autouse=True)
def wiring(monkeypatch):
    sign_in = SignIn(MemoryAccounts(), Signer(), SystemClock())
    monkeypatch.setattr(handler, "sign_in", lambda: sign_in)
    monkeypatch.setattr(handler, "steam", Tickets)


def post(path, body):
    return send(handler.lambda_handler, "POST", path, body, player=None)


def test_a_guest_signs_in_without_a_body_and_comes_back_with_the_device_token():
    first = post("/auth/guest", None)
    assert first.status == 201
    assert (first.body["token_type"], first.body["expires_in"]) == ("Bearer", 900)
    again = post("/auth/guest", {"device_token": first.body["device_token"]})
    assert again.body["player_id"] == first.body["player_id"]
    assert post("/auth/guest", {}).body["player_id"] != first.body["player_id"]
    assert post("/auth/guest", {"device_token": "guess"}).status == 401


def test_a_steam_player_signs_in():
    reply = post("/auth/steam", {"ticket": "ab12", "identity": "bodybroker"})
    assert reply.status == 201
    assert "device_token" not in reply.body
    wrong = post("/auth/steam", {"ticket": "ab12", "identity": "elsewhere"})
    assert (wrong.status, wrong.body["code"]) == (401, "steam_ticket_refused")


def test_tokens_are_refreshed_once():
    token = post("/auth/guest", {"device_id": "phone"}).body["refresh_token"]
    assert post("/auth/refresh", {"refresh_token": token}).status == 200
    reused = post("/auth/refresh", {"refresh_token": token})
    assert (reused.status, reused.body["code"]) == (401, "token_reused")


@pytest.mark.parametrize(
    ("path", "body"),
    [
        ("/auth/guest", {"device_id": ""}),
        ("/auth/guest", {"player_id": "me"}),
        ("/auth/steam", {"ticket": "not hex", "identity": "bodybroker"}),
        ("/auth/steam", {"ticket": "ab12"}),
        ("/auth/refresh", {}),
    ],
)
def test_a_bad_body_is_refused(path, body):
    reply = post(path, body)
    assert (reply.status, reply.body["code"]) == (400, "invalid_body")
