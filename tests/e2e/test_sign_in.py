"""Signing in, refreshing, and every way of not being let in."""

import base64
import json

import httpx
import pytest

from play.client import ApiError, Client


def test_a_guest_gets_tokens_that_open_the_api(client: Client) -> None:
    assert client.tokens["token_type"] == "Bearer"
    assert 0 < client.tokens["expires_in"] <= 900
    assert client.worlds() == {"worlds": []}


def test_a_refresh_token_works_once_and_its_second_use_revokes_the_family(client: Client) -> None:
    spent = dict(client.tokens)
    client.refresh()
    newest = dict(client.tokens)
    assert newest["refresh_token"] != spent["refresh_token"]
    assert newest["player_id"] == spent["player_id"]
    for stolen in (spent, newest):
        client.tokens = stolen
        with pytest.raises(ApiError) as refused:
            client.refresh()
        assert refused.value.status == 401


def forged(token: str) -> str:
    header, payload, signature = token.split(".")
    claims = json.loads(base64.urlsafe_b64decode(payload + "=="))
    claims["sub"] = "0190a000-0000-7000-8000-000000000000"
    body = base64.urlsafe_b64encode(json.dumps(claims).encode()).rstrip(b"=").decode()
    return f"{header}.{body}.{signature}"


def unsigned(token: str) -> str:
    header = base64.urlsafe_b64encode(b'{"alg":"none","typ":"JWT"}').rstrip(b"=").decode()
    return f"{header}.{token.split('.')[1]}."


@pytest.mark.parametrize(
    "spoil", [forged, unsigned, lambda token: "", lambda token: "x.y.z"], ids=["forged", "unsigned", "empty", "garbage"]
)
@pytest.mark.parametrize(
    "path",
    ["/worlds", "/worlds/0190a000-0000-7000-8000-000000000000/npcs/0190a000-0000-7000-8000-000000000000/turns"],
    ids=["buffered", "streamed"],
)
def test_a_bad_token_is_refused(cloud, client: Client, spoil, path: str) -> None:
    token = spoil(client.tokens["access_token"])
    method = "POST" if path.endswith("turns") else "GET"
    answer = httpx.request(
        method, cloud.api.rstrip("/") + path, headers={"authorization": f"Bearer {token}".strip()}, timeout=30
    )
    assert answer.status_code == 401, answer.text
    assert answer.headers["content-type"] == "application/problem+json"
    assert answer.json()["code"] == "unauthorized"


def test_no_token_at_all_is_refused(cloud) -> None:
    answer = httpx.get(f"{cloud.api.rstrip('/')}/worlds", timeout=30)
    assert answer.status_code == 401
    assert answer.json()["code"] == "unauthorized"


def steam_ticket(cloud, **wishes: object) -> str:
    wishes = {"identity": "bodybroker"} | wishes
    answer = httpx.post(f"{cloud.endpoints['steam']}/fake/tickets", json=wishes, timeout=10)
    assert answer.is_success, answer.text
    return str(answer.json()["ticket"])


def test_a_good_steam_ticket_signs_in_once_and_always_as_the_same_player(cloud) -> None:
    with Client(cloud.api) as client:
        ticket = steam_ticket(cloud, steamid="76561198000000001", uses=1)
        first = client.sign_in_with_steam(ticket)
        assert client.worlds() == {"worlds": []}
        with pytest.raises(ApiError) as reused:
            client.sign_in_with_steam(ticket)
        assert reused.value.status == 401
        again = client.sign_in_with_steam(steam_ticket(cloud, steamid="76561198000000001"))
    assert again["player_id"] == first["player_id"]


@pytest.mark.parametrize(
    ("wishes", "status"),
    [({"appid": "1"}, 401), ({"identity": "elsewhere"}, 401), ({"vac_banned": True}, 403), ({"failures": 9}, 503)],
    ids=["other app", "other identity", "banned", "steam is down"],
)
def test_a_bad_steam_ticket_is_refused(cloud, wishes: dict[str, object], status: int) -> None:
    ticket = steam_ticket(cloud, steamid="76561198000000002", **wishes)
    body = {"ticket": ticket, "identity": "bodybroker"}
    answer = httpx.post(f"{cloud.api}/auth/steam", json=body, timeout=30)
    assert answer.status_code == status, answer.text
    assert answer.headers["content-type"] == "application/problem+json"
