"""The fake of Steam answers as Steam does, for every kind of ticket."""

import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest

from local_cloud.steam import APP_ID, PUBLISHER_KEY

ROOT = Path(__file__).parents[3]
IDENTITY = "bodybroker"
INVALID = {"error": {"errorcode": 101, "errordesc": "Invalid ticket"}}


@pytest.fixture(scope="module")
def steam() -> Iterator[httpx.Client]:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    command = [sys.executable, "-m", "local_cloud.steam", "--port", str(port)]
    with (
        subprocess.Popen(command, cwd=ROOT) as process,
        httpx.Client(base_url=f"http://127.0.0.1:{port}") as client,
    ):
        try:
            wait_until_healthy(client)
            yield client
        finally:
            process.terminate()


def wait_until_healthy(client: httpx.Client) -> None:
    end = time.monotonic() + 30
    while True:
        try:
            assert client.get("/healthz").json() == {"status": "ok"}
            return
        except httpx.ConnectError:
            assert time.monotonic() < end, "the fake did not start in time"
            time.sleep(0.02)


def mint(steam: httpx.Client, **fields: Any) -> str:
    answer = steam.post("/fake/tickets", json={"identity": IDENTITY, **fields})
    assert answer.status_code == 201
    return answer.json()["ticket"]


def check(steam: httpx.Client, minted: str, **changes: str) -> httpx.Response:
    query = {"key": PUBLISHER_KEY, "appid": APP_ID, "ticket": minted, "identity": IDENTITY} | changes
    return steam.get("/ISteamUserAuth/AuthenticateUserTicket/v1/", params=query)


def test_a_good_ticket_names_its_player(steam: httpx.Client) -> None:
    ticket = mint(steam, steamid="76561198000000001")

    assert check(steam, ticket).json() == {
        "response": {
            "params": {
                "result": "OK",
                "steamid": "76561198000000001",
                "ownersteamid": "76561198000000001",
                "vacbanned": False,
                "publisherbanned": False,
            }
        }
    }


def test_a_ticket_is_hexadecimal_of_either_case(steam: httpx.Client) -> None:
    assert check(steam, mint(steam).lower()).json()["response"]["params"]["result"] == "OK"


@pytest.mark.parametrize(
    ("flags", "shown"),
    [
        ({"vac_banned": True}, {"vacbanned": True}),
        ({"publisher_banned": True}, {"publisherbanned": True}),
        ({"owner_steamid": "76561198000000009"}, {"ownersteamid": "76561198000000009"}),
    ],
)
def test_bans_and_family_sharing_are_shown(steam: httpx.Client, flags: dict[str, Any], shown: dict[str, Any]) -> None:
    params = check(steam, mint(steam, **flags)).json()["response"]["params"]

    assert params.items() >= shown.items()


@pytest.mark.parametrize(
    ("fields", "changes", "response"),
    [
        ({}, {"identity": "another-service"}, INVALID),
        ({}, {"ticket": "00AA"}, INVALID),
        ({"expires_in_s": 0}, {}, INVALID),
        ({"uses": 0}, {}, INVALID),
        ({"appid": "570"}, {}, {"error": {"errorcode": 102, "errordesc": "Ticket for other app"}}),
        ({}, {"ticket": "not hexadecimal"}, {"error": {"errorcode": 3, "errordesc": "Invalid parameter"}}),
    ],
    ids=["identity", "unknown", "expired", "used up", "other app", "not hexadecimal"],
)
def test_refused_tickets(
    steam: httpx.Client, fields: dict[str, Any], changes: dict[str, str], response: dict[str, Any]
) -> None:
    answer = check(steam, mint(steam, **fields), **changes)

    assert answer.status_code == 200
    assert answer.json() == {"response": response}


def test_a_ticket_for_one_use_is_refused_the_second_time(steam: httpx.Client) -> None:
    ticket = mint(steam, uses=1)

    assert "params" in check(steam, ticket).json()["response"]
    assert check(steam, ticket).json() == {"response": INVALID}


def test_steam_may_fail_and_come_back(steam: httpx.Client) -> None:
    ticket = mint(steam, failures=2)

    assert [check(steam, ticket).status_code for _ in range(3)] == [500, 500, 200]


def test_a_slow_answer_takes_its_time(steam: httpx.Client) -> None:
    ticket = mint(steam, delay_s=0.05)
    started = time.monotonic()

    check(steam, ticket)

    assert time.monotonic() - started >= 0.05


@pytest.mark.parametrize("missing", ["key", "appid", "ticket", "identity"])
def test_a_missing_parameter_is_a_bad_request_page(steam: httpx.Client, missing: str) -> None:
    answer = check(steam, mint(steam), **{missing: ""})

    assert answer.status_code == 400
    assert answer.headers["content-type"].startswith("text/html")


def test_a_wrong_key_is_forbidden(steam: httpx.Client) -> None:
    answer = check(steam, mint(steam), key="0123")

    assert answer.status_code == 403
    assert "Access is denied" in answer.text


@pytest.mark.parametrize("body", ['{"steam": 1}', '{"appid": 480}', '{"failures": true}', "[]", "{"])
def test_a_ticket_that_cannot_be_is_not_minted(steam: httpx.Client, body: str) -> None:
    assert steam.post("/fake/tickets", content=body).status_code == 400
