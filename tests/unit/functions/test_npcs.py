"""What NPCs hold of others, and why: over HTTP."""

import pytest
from bodybroker.kernel.ids import EntityId
from bodybroker.services import read_bonds
from bodybroker.world import rules
from bodybroker.world.base import PLAYER

from functions.commands.handler import lambda_handler as commands
from functions.npcs.handler import lambda_handler as npcs
from functions.worlds.handler import lambda_handler as worlds
from tests.fakes.http import send

STRANGER = "01890000-0000-7000-8000-000000000002"
NOBODY = "01890000-0000-8000-8000-0000000000ff"


@pytest.fixture(autouse=True)
def stores(store, projections):
    """Every test here needs them."""


class World:
    """A world over HTTP in which some nights have passed: long enough for houses to have warred or signed."""

    def __init__(self, nights=6) -> None:
        self.begun = send(worlds, "POST", "/worlds", {"seed": 1}, key="begin").body
        self.path = f"/worlds/{self.begun['world_id']}"
        for number in range(nights * 2):
            body = {"command": {"type": "wait", "minutes": 720}}
            assert send(commands, "POST", f"{self.path}/commands", body, key=f"wait-{number}").status == 200

    def bonds(self, npc_id, player=None, **query):
        options = {} if player is None else {"player": player}
        return send(npcs, "GET", f"{self.path}/npcs/{npc_id}/bonds", query=query, **options)


@pytest.fixture(scope="module")
def book():
    return rules.load()


@pytest.fixture
def world():
    return World()


@pytest.fixture
def state(store, world):
    (key,) = [key for key in store.worlds(None, 100)[0] if key.world == world.begun["world_id"]]
    return store.load(key).state


def changed(world, state):
    """NPCs whose bonds have changed, with what they told of it."""
    told = {npc_id: world.bonds(npc_id).body for npc_id in state.npcs}
    return {npc_id: body for npc_id, body in told.items() if body["why"]}


def test_an_npc_holds_something_of_everybody(world, state):
    npc_id = min(state.npcs)
    answer = world.bonds(npc_id)
    assert answer.status == 200 and answer.body["version"] == state.version
    towards = [held["towards"] for held in answer.body["bonds"]]
    assert towards == [PLAYER, *sorted(state.npcs.keys() - {npc_id})]
    names = {held["towards"]: held["name"] for held in answer.body["bonds"]}
    assert names.pop(PLAYER) is None
    assert names == {other: state.npcs[other].character.name for other in names}


def test_what_happened_explains_what_is_held(world, state, book):
    """Where a bond rests and what the history says, less what time has taken, is what it is now."""
    told = changed(world, state)
    assert told
    for npc_id, body in told.items():
        for held in body["bonds"]:
            why = [turning for turning in body["why"] if turning["towards"] == held["towards"]]
            for score in ("trust", "fear", "respect"):
                moved = sum(turning.get(score, 0) for turning in why)
                left = held["now"][score] - held["resting"][score]
                assert abs(left) <= abs(moved) and left * moved >= 0, (npc_id, held, why)
        versions = [turning["version"] for turning in body["why"]]
        assert versions == sorted(versions, reverse=True)
        assert all(turning["cause_version"] < turning["version"] for turning in body["why"])


def test_one_other_is_asked_for_by_id(world, state):
    npc_id, body = next(iter(changed(world, state).items()))
    towards = body["why"][0]["towards"]
    one = world.bonds(npc_id, towards=towards).body
    assert [held["towards"] for held in one["bonds"]] == [towards]
    assert one["why"] == [turning for turning in body["why"] if turning["towards"] == towards]
    assert [held["towards"] for held in world.bonds(npc_id, towards="player").body["bonds"]] == ["player"]


@pytest.mark.parametrize("limit", [1, 2])
def test_the_history_is_read_in_pages_from_the_latest(world, state, limit, monkeypatch):
    monkeypatch.setattr(read_bonds, "CHUNK", 7)
    told = changed(world, state)
    npc_id = max(told, key=lambda npc_id: len(told[npc_id]["why"]))
    whole, pages, before = told[npc_id]["why"], [], {}
    while True:
        body = world.bonds(npc_id, limit=str(limit), **before).body
        pages += body["why"]
        assert len(body["why"]) <= limit
        if "next_before" not in body:
            break
        before = {"before": str(body["next_before"])}
    assert pages == whole and len(whole) > 1


def test_one_page_looks_at_so_many_events_and_no_more(world, state, monkeypatch):
    told = changed(world, state)
    npc_id = next(iter(told))
    monkeypatch.setattr(read_bonds, "LOOKED_AT", 10)
    found, body = [], world.bonds(npc_id).body
    assert body["next_before"] == state.version - 9
    while "next_before" in body:
        found += body["why"]
        body = world.bonds(npc_id, before=str(body["next_before"])).body
    assert found + body["why"] == told[npc_id]["why"]


def test_nobody_else_reads_them_and_nobody_unknown_has_any(world, state):
    npc_id = min(state.npcs)
    assert world.bonds(npc_id, player=STRANGER).status == 404
    for answer in (world.bonds(NOBODY), world.bonds(npc_id, towards=NOBODY)):
        assert (answer.status, answer.body["code"]) == (404, "unknown_npc")
    for query in ({"towards": "you"}, {"before": "0"}, {"limit": "0"}, {"limit": "501"}, {"page": "2"}):
        assert world.bonds(npc_id, **query).status == 400
    assert world.bonds("ghoul").status == 400


def test_after_a_rewind_nobody_remembers_the_future(world, state, store):
    from functions.branches.handler import lambda_handler as branches

    told = changed(world, state)
    npc_id = next(iter(told))
    first = min(turning["version"] for turning in told[npc_id]["why"])
    body = {"at_version": first - 1, "switch": True}
    assert send(branches, "POST", f"{world.path}/branches", body, key="back").status == 201
    after = world.bonds(npc_id).body
    assert after["why"] == [] and all(held["now"] == held["resting"] for held in after["bonds"])
    assert EntityId(npc_id) in state.npcs
