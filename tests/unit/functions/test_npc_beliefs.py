"""What NPCs hold to be true, and why: over HTTP, after a night in which the player sold foul hearts."""

import pytest
from bodybroker.world.base import PLAYER

from functions.commands.handler import lambda_handler as commands
from functions.history.handler import lambda_handler as history
from functions.npcs.handler import lambda_handler as npcs
from functions.worlds.handler import lambda_handler as worlds
from tests.fakes.http import send

NOBODY = "01890000-0000-8000-8000-0000000000ff"
SEED = 8
"""A city in which the police look away and the first sale goes well."""
STRANGER = "01890000-0000-7000-8000-000000000002"


@pytest.fixture(autouse=True)
def stores(store, projections):
    """Every test here needs them."""


class World:
    """A world over HTTP."""

    def __init__(self, store) -> None:
        begun = send(worlds, "POST", "/worlds", {"seed": SEED}, key="begin").body
        self.path, self.store, self.asked = f"/worlds/{begun['world_id']}", store, 0

    @property
    def state(self):
        (key,) = [key for key in self.store.worlds(None, 100)[0] if key.world in self.path]
        return self.store.load(key).state

    def do(self, command):
        self.asked += 1
        answer = send(commands, "POST", f"{self.path}/commands", {"command": command}, key=f"do-{self.asked}")
        assert answer.status == 200, answer.body

    def actions(self, type):
        """What of that type is allowed now."""
        view = send(worlds, "GET", self.path).body["view"]
        found = [action["command"] for action in view["actions"] if action["allowed"]]
        return [command for command in found if command["type"] == type]

    def go(self, *kinds):
        """Walks over the places of these kinds."""
        for kind in kinds:
            places = {place_id for place_id, place in self.state.places.items() if place.site.kind == kind}
            self.do(next(command for command in self.actions("travel") if command["place_id"] in places))

    def sell_foul_parts(self):
        """Robs a morgue, lets the parts rot, and sells one of them."""
        self.go("street", "morgue")
        self.do(self.actions("rob_morgue")[0])
        self.go("street", "graveyard")
        for _ in range(16):
            self.do({"type": "wait", "minutes": 720})
        while self.state.phase != "night":
            self.do({"type": "wait", "minutes": 60})
        sale = self.actions("sell_part")[0]
        self.do(sale)
        return sale["npc_id"]

    def beliefs(self, npc_id, player=None, **query):
        options = {} if player is None else {"player": player}
        return send(npcs, "GET", f"{self.path}/npcs/{npc_id}/beliefs", query=query, **options)


@pytest.fixture
def world(store):
    return World(store)


def test_a_buyer_of_foul_parts_says_what_it_saw_and_when(world):
    npc_id = world.sell_foul_parts()
    answer = world.beliefs(npc_id, why="true")
    assert answer.status == 200 and answer.body["version"] == world.state.version
    (belief,) = [belief for belief in answer.body["beliefs"] if belief["predicate"] == "sold_foul_part"]
    assert belief["subject"] == PLAYER and belief["text"].startswith("the broker sold")
    (reason,) = belief["why"]
    assert reason["kind"] == "seen" and reason["began"]["by"] == npc_id
    events = send(history, "GET", f"{world.path}/events", query={"after": str(reason["version"] - 1), "limit": "1"})
    assert events.body["events"][0]["event"]["type"] == "part_sold"


def test_why_is_told_where_it_is_asked_for(world):
    npc_id = world.sell_foul_parts()
    plain = world.beliefs(npc_id).body["beliefs"]
    assert plain and all("why" not in belief for belief in plain)


def test_beliefs_are_no_news_to_the_player(world):
    world.sell_foul_parts()
    told = send(history, "GET", f"{world.path}/events", query={"limit": "500", "type": "beliefs_formed"}).body["events"]
    assert told and all(recorded["event"] == {"type": "beliefs_formed"} for recorded in told)
    view = send(worlds, "GET", world.path).body["view"]
    assert "sold_foul_part" not in str(view)


def test_somebody_else_finds_nothing(world):
    npc_id = min(world.state.npcs)
    assert world.beliefs(npc_id, player=STRANGER).status == 404
    assert world.beliefs(NOBODY).body["code"] == "unknown_npc"
    assert world.beliefs(npc_id, why="perhaps").body["code"] == "invalid_query"
