"""What NPCs remember, end to end: written behind the player's back, illegible, and gone with the account."""

import time
from collections.abc import Callable
from typing import Any

import httpx
import pytest

from play.game import Game

SOON_S = 60
SECRET = "My mother sleeps beneath the old lindens, and the priest buried her there."


@pytest.fixture
def index(cloud) -> httpx.Client:
    """The index from behind, as an operator or a thief sees it."""
    with httpx.Client(base_url=cloud.endpoints["search"], timeout=30, trust_env=False) as client:
        yield client


def found(index: httpx.Client, game: Game, **more: Any) -> list[dict[str, Any]]:
    where = [{"term": {"world": game.id}}, *more.get("where", [])]
    body = {"query": {"bool": {"filter": where}}, "size": 1000}
    answer = index.post("/memories-1/_search", json=body)
    return [] if answer.status_code == 404 else [hit["_source"] for hit in answer.json()["hits"]["hits"]]


def wait_until(what: Callable[[], bool], message: str) -> None:
    deadline = time.monotonic() + SOON_S
    while not what():
        assert time.monotonic() < deadline, message
        time.sleep(0.5)


def is_up_to_date(index: httpx.Client, game: Game) -> bool:
    version = game.client.world(game.id)["version"]
    return any(one.get("up_to") == version for one in found(index, game))


def test_what_npcs_remember_is_in_the_index_legible_to_nobody_and_goes_with_the_account(graveyard, index, http):
    npc = graveyard.npc("ghoul")
    graveyard.meet(npc)
    list(graveyard.client.turn(graveyard.id, npc["npc_id"], SECRET))
    wait_until(lambda: is_up_to_date(index, graveyard), "the memories do not follow the log")
    documents = found(index, graveyard)
    memories = [one for one in documents if "sealed" in one]
    assert memories and all(len(one["meaning"]) == 256 for one in memories)
    assert npc["npc_id"] in {one["holder"] for one in memories}
    for secret in ("linden", "mother", "priest", npc["name"].split()[0]):
        assert secret.lower() not in str(documents).lower(), secret
    assert http.request("DELETE", "/account", json={"confirm": "delete my account"}).status_code == 202
    wait_until(lambda: not found(index, graveyard), "a deleted player's memories are still there")


def test_an_encounter_is_prepared_while_there_is_no_index(graveyard, index):
    """Another world's index does not matter to it: here the whole index goes, and comes back with the next event."""
    npc = graveyard.npc("ghoul")
    wait_until(lambda: is_up_to_date(index, graveyard), "the memories do not follow the log")
    index.delete("/memories-1")
    graveyard.meet(npc)
    assert list(graveyard.client.turn(graveyard.id, npc["npc_id"], "Good evening."))[-1].data["line"]
    wait_until(lambda: is_up_to_date(index, graveyard), "the index was not made again")
    assert {one["ordinal"] for one in found(index, graveyard)} == {0}
