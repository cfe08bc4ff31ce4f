"""Behaviour, from a shard's request to its answer."""

import pytest

from functions.behaviour import handler
from functions.branches.handler import lambda_handler as branches
from functions.commands.handler import lambda_handler as commands
from functions.worlds.handler import lambda_handler as worlds
from tests.fakes.http import send

STRANGER = "01890000-0000-7000-8000-000000000002"
NOBODY = "01890000-0000-7000-8000-0000000000ff"


class Night:
    """A world by night, the player in the graveyard; NPCs stand where their schedule puts them."""

    def __init__(self, store):
        begun = send(worlds, "POST", "/worlds", {"seed": 7}, key="begin").body
        self.store, self.path, self.keys = store, f"/worlds/{begun['world_id']}", 0
        self.view = begun["view"]
        self.command("wait", minutes=480)
        self.go("street")
        self.go("graveyard")
        self.npcs = [npc["npc_id"] for npc in self.view["npcs"]]

    def command(self, type, **fields):
        self.keys += 1
        body = {"command": {"type": type, **fields}}
        self.view = send(commands, "POST", f"{self.path}/commands", body, key=f"k{self.keys}").body["view"]

    def go(self, kind):
        exits = {leads["kind"]: leads["place_id"] for leads in self.view["place"]["exits"]}
        self.command("travel", place_id=exits[kind])

    def look(self, npc_id=None, **options):
        return send(handler.lambda_handler, "GET", f"{self.path}/npcs/{npc_id or self.npcs[0]}/behaviour", **options)

    def tick(self, *standing, player=(0, 0), barked=None, **options):
        body = {"npcs": list(standing)} | ({} if barked is None else {"barked": barked})
        if player is not None:
            body["player"] = {"x_cm": player[0], "y_cm": player[1]}
        return send(handler.lambda_handler, "POST", f"{self.path}/behaviour", body, **options)


def standing(npc_id, x_cm=0, **more):
    return {"npc_id": npc_id, "x_cm": x_cm, "y_cm": 0, "unseen_ms": 0, **more}


@pytest.fixture
def night(store, projections, monkeypatch):
    monkeypatch.setattr(handler, "event_store", lambda: store)
    handler.desk.cache_clear()
    yield Night(store)
    handler.desk.cache_clear()


def test_every_npc_of_a_shard_is_told_what_to_do(night):
    reply = night.tick(*(standing(npc_id, 300 * i) for i, npc_id in enumerate(night.npcs)))
    assert reply.status == 200
    assert [npc["npc_id"] for npc in reply.body["npcs"]] == night.npcs
    for npc in reply.body["npcs"]:
        assert (npc["attention"], "why" in npc, npc["again_ms"] > 0) == ("full", False, True)
    assert night.tick(*(standing(npc_id, 300 * i) for i, npc_id in enumerate(night.npcs))).body == reply.body


def test_why_tells_the_scores_that_decided(night):
    [npc] = night.tick(standing(night.npcs[0], 300), query={"why": "true"}).body["npcs"]
    best, *rest = npc["why"]
    assert (best["act"], best["score"]) == (npc["act"], npc["score"])
    assert all(option["score"] <= best["score"] for option in rest) and len(rest) > 10
    assert {weight["of"] for weight in best["weighs"]}


def test_level_of_detail_follows_distance_and_holds_on(night):
    def at(metres, **more):
        [npc] = night.tick(standing(night.npcs[0], 100 * metres, **more)).body["npcs"]
        return npc["attention"], npc["again_ms"]

    assert [at(metres)[0] for metres in (5, 30, 100, 200)] == ["full", "bark", "scripted", "dormant"]
    pauses = [at(metres)[1] for metres in (5, 30, 100, 200)]
    assert pauses == sorted(set(pauses))
    assert at(17)[0] == "bark" and at(17, attention="full")[0] == "full", "it is not given up at once"
    assert at(25, attention="full")[0] == "bark"


def test_all_that_is_wrong_is_told_at_once(night):
    known = night.npcs[0]
    reply = night.tick(standing(NOBODY), standing(known), standing(known))
    assert (reply.status, reply.body["code"]) == (400, "invalid_body")
    assert [fault["path"] for fault in reply.body["faults"]] == ["npcs.0.npc_id", "npcs.2.npc_id"]
    reply = night.tick(standing(known, health=101, hurt_by="'; DROP"), {"npc_id": known})
    paths = [fault["path"] for fault in reply.body["faults"]]
    assert paths == ["npcs.0.health", "npcs.0.hurt_by", "npcs.1.x_cm", "npcs.1.y_cm"]
    assert night.tick().status == 400
    assert night.tick(*[standing(known)] * 41).status == 400


def test_who_is_away_is_told_to_be(night):
    while night.look().body["does"].get("act"):
        night.command("wait", minutes=240)
    [npc] = night.tick(standing(night.npcs[0])).body["npcs"]
    assert npc == {"npc_id": night.npcs[0], "away": True}
    body = night.look().body
    assert "whereabouts" not in body and body["returns"] > body["minute"]


def test_one_npc_can_be_asked_why(night):
    body = night.look().body
    assert body["whereabouts"]["until"] > body["minute"]
    assert body["does"]["attention"] == "full", "they stand face to face"
    assert body["does"]["why"][0]["act"] == body["does"]["act"]
    assert night.look(query={"distance_m": "500"}).body["does"]["attention"] == "dormant"
    assert night.look(NOBODY).body["code"] == "unknown_npc"
    assert night.look(query={"distance_m": "-1"}).status == 400


def test_other_players_worlds_do_not_exist(night):
    assert night.look(player=STRANGER).status == 404
    assert night.tick(standing(night.npcs[0]), player=(0, 0), query=None).status == 200
    body = {"npcs": [standing(night.npcs[0])]}
    assert send(handler.lambda_handler, "POST", f"{night.path}/behaviour", body, player=STRANGER).status == 404


def test_a_rewind_is_felt_at_once(night):
    """Minds are kept per branch and version: what was undone moves nobody."""
    before = night.look().body
    version = before["version"]
    night.command("wait", minutes=120)
    later = night.look().body
    assert later["minute"] > before["minute"]
    send(branches, "POST", f"{night.path}/branches", {"at_version": version}, key="rewind")
    back = night.look().body
    assert back["minute"] == before["minute"]
    assert back["does"] == before["does"]


def test_a_bark_has_words_and_does_not_come_twice(night):
    """The shard counts what it has heard; all of a repertoire comes before any of it comes again."""
    heard, texts = {}, []
    for _ in range(12):
        scene = [standing(npc_id, 250 * i) for i, npc_id in enumerate(night.npcs)]
        barks = [npc["bark"] for npc in night.tick(*scene, barked=heard).body["npcs"] if "bark" in npc]
        assert len(barks) == 1, "one at a time"
        texts.append(barks[0]["text"])
        heard[barks[0]["repertoire"]] = heard.get(barks[0]["repertoire"], 0) + 1
    assert len(set(texts)) == len(texts)
    assert night.tick(standing(night.npcs[0]), barked={"x": 1}).status == 400
