"""The ladder on the deployed stacks: endpoints are ordered to fail, the next rung answers in time and is paid once."""

import base64
import json
import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from typing import Any

import botocore.session
import pytest
from bodybroker.models import tiers

from play.client import ApiError, Client
from play.game import CannotDo, Game
from play.sse import ServerEvent

GOLD, SILVER = "bodybroker-gold", "bodybroker-silver"
CREDENTIALS = {
    "AWS_ACCESS_KEY_ID": "bodybroker-local",
    "AWS_SECRET_ACCESS_KEY": "local",
    "AWS_DEFAULT_REGION": "us-east-1",
}
STEADY = 4
"""Answers in a row: there are several processes, each with its breakers."""
LINE = tiers.load().jobs["line"].deadlines_ms


@pytest.fixture
def fail(cloud) -> Iterator[Callable[[str, str], None]]:
    """Order an endpoint to fail; afterwards all are well, and a breaker that was opened has had its rest."""
    ordered: set[str] = set()

    def order(endpoint: str, kind: str) -> None:
        ordered.add(endpoint)
        cloud.run("fault", endpoint, kind)

    yield order
    for endpoint in ordered:
        cloud.run("fault", endpoint, "none")


@pytest.fixture(autouse=True, scope="module")
def healed(cloud) -> Iterator[None]:
    """Whoever comes after these tests finds every breaker closed."""
    yield
    with Client(cloud.api) as client:
        client.sign_in()
        game = at_night(Game(client, client.create_world(4)))
        deadline = time.monotonic() + 3 * tiers.load().breaker.open_most_ms / 1000
        well = 0
        while well < STEADY:
            assert time.monotonic() < deadline, "gold did not come back"
            well = well + 1 if answered_by(game) == GOLD else 0
            time.sleep(0 if well else 1)


@pytest.fixture
def subscriber(cloud, graveyard: Game) -> Game:
    """The player in the graveyard, with the plan basic: gold, then silver."""
    environment = {**os.environ, **CREDENTIALS, "AWS_ENDPOINT_URL": cloud.endpoints["aws"]}
    command = [sys.executable, "-m", "scripts.change_plan", player_of(graveyard), "basic"]
    subprocess.run(command, env=environment, check=True, capture_output=True, timeout=60)
    graveyard.client.refresh()
    return graveyard


def at_night(game: Game) -> Game:
    """Before the graveyard's ghoul, by night."""
    game.go("street")
    game.go("graveyard")
    while game.view["time"]["phase"] == "day":
        game.command({"type": "wait", "minutes": 120})
    return game


def player_of(game: Game) -> str:
    body = game.client.tokens["access_token"].split(".")[1]
    return str(json.loads(base64.urlsafe_b64decode(body + "=" * (-len(body) % 4)))["sub"])


class Purse:
    """What the table of budgets says of a player's day."""

    def __init__(self, cloud: Any, game: Game) -> None:
        session = botocore.session.get_session()
        session.set_credentials(CREDENTIALS["AWS_ACCESS_KEY_ID"], CREDENTIALS["AWS_SECRET_ACCESS_KEY"])
        self._client = session.create_client("dynamodb", region_name="us-east-1", endpoint_url=cloud.endpoints["aws"])
        self._table = next(name for name in self._client.list_tables()["TableNames"] if "Budgets" in name)
        self._player = player_of(game)

    @property
    def spent(self) -> int:
        return sum(int(day["spent"]["N"]) for day in self._rows("D#"))

    @property
    def open(self) -> int:
        return sum(int(day["open"]["N"]) for day in self._rows("D#"))

    def _rows(self, prefix: str) -> list[dict[str, Any]]:
        found: list[dict[str, Any]] = self._client.query(
            TableName=self._table,
            KeyConditionExpression="pk = :pk AND begins_with(sk, :sk)",
            ExpressionAttributeValues={":pk": {"S": f"P#{self._player}"}, ":sk": {"S": prefix}},
            ConsistentRead=True,
        )["Items"]
        return found


def talk(game: Game, text: str = "Tell me a long story about the dead.") -> tuple[list[ServerEvent], float]:
    """A turn, and the seconds until its line was complete."""
    npc = game.npc("ghoul")
    events, told_at = [], 0.0
    begun = time.perf_counter()
    for event in game.client.turn(game.id, npc["npc_id"], text):
        events.append(event)
        if event.name == "token":
            told_at = time.perf_counter()
    return events, told_at - begun


def talk_when_there(game: Game) -> list[ServerEvent]:
    """A turn, as soon as the ghoul is there: it may walk away."""
    while True:
        try:
            return talk(game, "Are you there?")[0]
        except (CannotDo, ApiError) as gone:
            assert not isinstance(gone, ApiError) or gone.code == "npc_not_here", gone
            game.command({"type": "wait", "minutes": 120})


def answered_by(game: Game) -> str:
    return str(talk_when_there(game)[-1].data["model"])


def line(events: list[ServerEvent]) -> str:
    text = ""
    for event in events:
        text = "" if event.name == "cut" else text + event.data["text"] if event.name == "token" else text
    return text.strip()


@pytest.mark.parametrize("kind", ["down", "error", "throttled", "garbage", "cut", "slow"])
def test_silver_answers_where_gold_fails_in_time_and_is_paid_once(cloud, subscriber: Game, fail, kind: str) -> None:
    subscriber.meet(subscriber.npc("ghoul"))
    purse = Purse(cloud, subscriber)
    before = purse.spent
    fail(GOLD, kind)
    events, took_s = talk(subscriber)
    done = events[-1].data
    assert (done["source"], done["model"]) == ("model", SILVER), events
    assert line(events) == done["line"] != ""
    assert took_s < LINE.total / 1000
    assert purse.open == 0
    assert purse.spent - before == done["usage"]["cost_nanodollars"] > 0


def test_a_breaker_that_opened_heals(cloud, subscriber: Game, fail) -> None:
    rules = tiers.load().breaker
    fail(GOLD, "down")
    for _ in range(rules.least):
        assert answered_by(subscriber) == SILVER
    events = talk_when_there(subscriber)
    assert not [event for event in events if event.name == "cut"], "gold is still asked"
    fail(GOLD, "none")
    deadline = time.monotonic() + 2 * rules.open_most_ms / 1000
    while (model := answered_by(subscriber)) != GOLD:
        assert time.monotonic() < deadline
        assert model == SILVER
        time.sleep(1)


def test_with_every_rung_gone_the_procedural_layer_speaks_for_nothing(cloud, subscriber: Game, fail) -> None:
    purse = Purse(cloud, subscriber)
    before = purse.spent
    fail(GOLD, "down")
    fail(SILVER, "down")
    events, took_s = talk(subscriber)
    done = events[-1].data
    assert (done["source"], done["usage"]["cost_nanodollars"]) == ("procedural", 0)
    assert line(events) == done["line"]
    assert took_s < 2
    assert (purse.spent, purse.open) == (before, 0)


def test_a_free_player_has_gold_and_the_procedural_layer(graveyard: Game, fail) -> None:
    fail(GOLD, "down")
    assert talk(graveyard)[0][-1].data["source"] == "procedural"
