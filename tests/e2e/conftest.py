"""What the end-to-end tests share: players, worlds and the way through a day. HTTP only."""

from collections.abc import Callable, Iterator
from typing import Any

import httpx
import pytest

from play.client import Client
from play.game import Game

Json = dict[str, Any]


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if "tests/e2e" in str(item.path):
            item.add_marker(pytest.mark.cloud)


@pytest.fixture
def client(cloud) -> Iterator[Client]:
    """A new guest, signed in."""
    with Client(cloud.api) as client:
        client.sign_in()
        yield client


@pytest.fixture
def http(cloud, client: Client) -> Iterator[httpx.Client]:
    """Bare HTTP with the player's token, for requests that the client would never send."""
    headers = {"authorization": f"Bearer {client.tokens['access_token']}"}
    with httpx.Client(base_url=cloud.api.rstrip("/"), headers=headers, timeout=30) as http:
        yield http


@pytest.fixture
def new_game(client: Client) -> Callable[[int], Game]:
    return lambda seed: Game(client, client.create_world(seed))


@pytest.fixture
def game(new_game) -> Game:
    """A new world with seed 4, at noon of day 1 in the hideout."""
    return new_game(4)


@pytest.fixture
def graveyard(game: Game) -> Game:
    """The same world at night in the graveyard, with loot in the bag."""
    game.go("street")
    game.go("morgue")
    game.command(game.action("rob_morgue"))
    game.go("street")
    game.go("graveyard")
    while game.view["time"]["phase"] == "day":
        game.command({"type": "wait", "minutes": 120})
    return game
