"""Signing in over the door."""

import pytest
from bodybroker.kernel.clock import SystemClock
from bodybroker.services.sign_in import SignIn

from functions.accounts import handler
from tests.fakes.accounts import MemoryAccounts
from tests.fakes.http import send
from tests.fakes.vault import MemoryKeys


class Signer:
    def sign(self, message: bytes) -> bytes:
        return b"signature"


class Tickets:
    def check(self, ticket: str, identity: str) -> str:
        return ticket


@pytest.fixture(autouse=True)
def keys(monkeypatch):
    keys, accounts = MemoryKeys(), MemoryAccounts()
    sign_in = SignIn(accounts, keys, Signer(), SystemClock())
    monkeypatch.setattr(handler, "keys", lambda: keys)
    monkeypatch.setattr(handler, "accounts", lambda: accounts)
    monkeypatch.setattr(handler, "sign_in", lambda: sign_in)
    monkeypatch.setattr(handler, "steam", Tickets)
    return keys


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


def delete(player, body):
    return send(handler.lambda_handler, "DELETE", "/account", body, player=player)


GOODBYE = {"confirm": "delete my account"}


def test_a_deleted_account_is_not_let_in_again(keys):
    gone = post("/auth/steam", {"ticket": "ab12", "identity": "bodybroker"}).body
    other = post("/auth/guest", None).body
    reply = delete(gone["player_id"], GOODBYE)
    assert (reply.status, reply.body) == (202, {"player_id": gone["player_id"]})
    assert delete(gone["player_id"], GOODBYE).status == 202
    assert list(keys.open()) == [gone["player_id"]]
    assert post("/auth/refresh", {"refresh_token": gone["refresh_token"]}).status == 401
    back = post("/auth/steam", {"ticket": "ab12", "identity": "bodybroker"})
    assert back.status == 201 and back.body["player_id"] != gone["player_id"]
    assert keys.find(back.body["player_id"]) and keys.find(other["player_id"])
    assert post("/auth/refresh", {"refresh_token": other["refresh_token"]}).status == 200


def test_a_guests_device_token_is_forgotten():
    gone = post("/auth/guest", None).body
    delete(gone["player_id"], GOODBYE)
    assert post("/auth/guest", {"device_token": gone["device_token"]}).status == 401


@pytest.mark.parametrize("body", [None, {}, {"confirm": "yes"}, {"confirm": "Delete my account"}, {"confirm": True}])
def test_nothing_is_deleted_by_accident(keys, body):
    player = post("/auth/guest", None).body["player_id"]
    assert delete(player, body).status == 400
    assert keys.find(player)


def test_a_stranger_deletes_nothing(keys):
    assert delete(None, GOODBYE).status == 401
