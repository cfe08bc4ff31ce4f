"""What NPCs do by themselves, over HTTP on the deployed cloud."""


def _shard(game, **player):
    """Everybody in the player's place, where it was put, the player before the first of them."""
    at = game.view["npcs"][0]["at"]
    npcs = [{"npc_id": npc["npc_id"], **npc["at"], "unseen_ms": 0} for npc in game.view["npcs"]]
    return {"npcs": npcs, "player": {"x_cm": at["x_cm"] + 200, "y_cm": at["y_cm"], **player}}


def test_a_shard_asks_what_its_npcs_do(graveyard, http):
    body = _shard(graveyard)
    answer = http.post(f"/worlds/{graveyard.id}/behaviour", params={"why": "true"}, json=body)
    assert answer.status_code == 200, answer.text
    told = answer.json()
    assert told["version"] == http.get(f"/worlds/{graveyard.id}").json()["version"], "nothing was recorded"
    assert [npc["npc_id"] for npc in told["npcs"]] == [npc["npc_id"] for npc in body["npcs"]]
    assert told["npcs"][0]["attention"] == "full"
    for npc in told["npcs"]:
        best = npc["why"][0] if npc["why"] else {"act": "routine", "score": 0}
        assert (best["act"], best["score"]) == (npc["act"], npc["score"])
        assert bool(npc["why"]) == (npc["attention"] in ("full", "bark"))
    again = http.post(f"/worlds/{graveyard.id}/behaviour", params={"why": "true"}, json=body)
    assert again.json() == told


def test_a_designer_asks_why(graveyard, http):
    npc = graveyard.view["npcs"][0]["npc_id"]
    told = http.get(f"/worlds/{graveyard.id}/npcs/{npc}/behaviour").json()
    assert told["whereabouts"]["place_id"] == graveyard.view["place"]["place_id"]
    assert told["does"]["why"]


def test_what_is_wrong_with_a_scene_is_told(graveyard, http):
    body = _shard(graveyard)
    body["npcs"].append(body["npcs"][0])
    answer = http.post(f"/worlds/{graveyard.id}/behaviour", json=body)
    assert (answer.status_code, answer.json()["code"]) == (400, "invalid_body")
    assert http.post(f"/worlds/{graveyard.id}/behaviour").status_code == 400
