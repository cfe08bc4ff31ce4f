"""Deleting an account: everything is gone at once, for good, also from copies that were made before."""

import time
from collections.abc import Callable
from typing import Any

import botocore.session
import httpx
import pytest

from play.client import ApiError, Client
from play.game import Game

GOODBYE = {"confirm": "delete my account"}
CONFESSION = "My mother sleeps beneath the old lindens."
SOON_S = 60

Items = list[tuple[str, dict[str, Any]]]


@pytest.fixture
def dynamodb(cloud) -> Any:
    """The tables from behind, as an operator or a thief sees them."""
    session = botocore.session.get_session()
    session.set_credentials("bodybroker-local", "any")
    return session.create_client("dynamodb", region_name="us-east-1", endpoint_url=cloud.endpoints["aws"])


@pytest.fixture
def rows_of(dynamodb) -> Callable[[str], Items]:
    """Every item of every table that belongs to a player, with its table."""
    tables = dynamodb.list_tables()["TableNames"]
    assert sum("Worlds" in table for table in tables) == 1

    def rows_of(player: str) -> Items:
        return [(table, item) for table in tables for item in scan(dynamodb, table) if player in str(item)]

    return rows_of


def scan(dynamodb, table: str) -> list[dict[str, Any]]:
    items, start = [], {}
    while True:
        page = dynamodb.scan(TableName=table, ConsistentRead=True, **start)
        items += page["Items"]
        if "LastEvaluatedKey" not in page:
            return items
        start = {"ExclusiveStartKey": page["LastEvaluatedKey"]}


def legible(items: Items) -> str:
    """All that somebody without a key can make of the items."""
    return "\n".join(
        value.decode(errors="replace") if isinstance(value, bytes) else str(value)
        for _, item in items
        for attribute in item.values()
        for value in attribute.values()
    )


def talk(game: Game, text: str) -> dict[str, Any]:
    npc = game.npc("ghoul")
    game.meet(npc)
    return list(game.client.turn(game.id, npc["npc_id"], text))[-1].data


def status(call: Callable[[], object]) -> int:
    try:
        call()
    except ApiError as error:
        return error.status
    return 200


def wait_until(what: Callable[[], bool], message: str) -> None:
    deadline = time.monotonic() + SOON_S
    while not what():
        assert time.monotonic() < deadline, message
        time.sleep(0.2)


def test_what_a_player_says_is_legible_nowhere(graveyard: Game, rows_of) -> None:
    line = talk(graveyard, CONFESSION)["line"]
    player = graveyard.client.tokens["player_id"]
    told = [event["event"] for event in graveyard.client.history(graveyard.id)]
    assert [event["player_text"] for event in told if event["type"] == "turn_spoken"] == [CONFESSION]
    wait_until(lambda: bool(graveyard.client.worlds()["worlds"]), "the world is not in the list")
    items = rows_of(player)
    assert {name for name in ("Worlds", "Encounters", "Projections") if any(name in table for table, _ in items)} == {
        "Worlds",
        "Encounters",
        "Projections",
    }
    text = legible(items)
    for secret in (CONFESSION, "lindens", line, "turn_spoken", graveyard.view["place"]["name"], "money_cents"):
        assert secret not in text, secret


def test_a_deleted_account_is_gone_for_good(graveyard: Game, http: httpx.Client, cloud, dynamodb, rows_of) -> None:
    client, player = graveyard.client, graveyard.client.tokens["player_id"]
    talk(graveyard, CONFESSION)
    npc = graveyard.npc("ghoul")["npc_id"]
    wait_until(lambda: bool(client.worlds()["worlds"]), "the world is not in the list")
    tokens, path = dict(client.tokens), f"/worlds/{graveyard.id}"

    assert http.request("DELETE", "/account", json={"confirm": "no"}).status_code == 400
    assert http.get(path).status_code == 200
    stolen = [(table, item) for table, item in rows_of(player) if "Keys" not in table]

    answer = http.request("DELETE", "/account", json=GOODBYE)
    assert (answer.status_code, answer.json()) == (202, {"player_id": player})
    assert http.request("DELETE", "/account", json=GOODBYE).status_code == 202

    assert status(client.refresh) == 401
    client.tokens = {"access_token": tokens["access_token"]}
    assert status(lambda: client.create_world(7)) == 404
    assert status(lambda: client.world(graveyard.id)) == 404
    # Elsewhere a warm process may remember the key; the erasure takes the world from under it.
    wait_until(lambda: not any("Worlds" in table for table, _ in rows_of(player)), "the world is still there")
    closed = {
        "history": lambda: client.events(graveyard.id),
        "branches": lambda: client.branches(graveyard.id),
        "bonds": lambda: client.bonds(graveyard.id, npc),
        "command": lambda: client.command(graveyard.id, {"type": "wait", "minutes": 1}),
        "rewind": lambda: client.rewind(graveyard.id, 1),
        "encounter": lambda: client.prepare(graveyard.id, npc),
        "turn": lambda: list(client.turn(graveyard.id, npc, "Are you there?")),
    }
    assert {name: status(call) for name, call in closed.items()} == dict.fromkeys(closed, 404)
    wait_until(lambda: client.worlds() == {"worlds": []}, "the world is still in the list")
    sessions = [item for table, item in rows_of(player) if "Accounts" in table]
    assert {item["sk"]["S"] for item in sessions} == {"R"}, "sessions, which expire, are all that is left"
    wait_until(lambda: len(rows_of(player)) == len(sessions), "there are rows left")

    # A thief, or a backup, puts everything back: it is noise now.
    for table, item in stolen:
        dynamodb.put_item(TableName=table, Item=item)
    assert any(table for table, _ in rows_of(player) if "Worlds" in table)
    with Client(cloud.api) as again:
        again.tokens = {"access_token": tokens["access_token"]}
        assert status(lambda: again.create_world(8)) == 404
        assert status(lambda: again.world(graveyard.id)) == 404
        assert status(lambda: again.sign_in(tokens["device_token"])) == 401
    assert CONFESSION not in legible(rows_of(player))


def test_who_comes_back_is_somebody_else(cloud) -> None:
    steam = {"steamid": "76561198000000077", "identity": "bodybroker"}

    def ticket() -> str:
        return str(httpx.post(f"{cloud.endpoints['steam']}/fake/tickets", json=steam, timeout=10).json()["ticket"])

    with Client(cloud.api) as client:
        first = client.sign_in_with_steam(ticket())
        headers = {"authorization": f"Bearer {first['access_token']}"}
        answer = httpx.request("DELETE", f"{cloud.api}/account", json=GOODBYE, headers=headers, timeout=30)
        assert answer.status_code == 202, answer.text
        second = client.sign_in_with_steam(ticket())
        assert second["player_id"] != first["player_id"]
        assert client.worlds() == {"worlds": []}
        assert client.create_world(7)["version"] >= 1


def test_a_guest_who_left_is_not_known_by_the_device_token(client: Client, http: httpx.Client, cloud) -> None:
    first = dict(client.tokens)
    assert http.request("DELETE", "/account", json=GOODBYE).status_code == 202
    with Client(cloud.api) as again:
        assert status(lambda: again.sign_in(first["device_token"])) == 401
        assert again.sign_in()["player_id"] != first["player_id"]


def test_nobody_is_deleted_without_a_token(cloud) -> None:
    answer = httpx.request("DELETE", f"{cloud.api}/account", json=GOODBYE, timeout=30)
    assert answer.status_code == 401
    assert answer.json()["code"] == "unauthorized"
