import json

from bodybroker.kernel.errors import Refused
from bodybroker.world import decide, rules
from bodybroker.world.commands import CommandAdapter
from bodybroker.world.views import view


def test_the_view_shows_place_exits_time_and_purse(world, book):
    seen = view(world.state, book)
    assert seen["place"]["kind"] == "hideout" and seen["place"]["exits"][0]["place_id"] == world.place("street")
    assert seen["time"] == {"minute": 780, "day": 1, "clock": "13:00", "phase": "day"}
    assert seen["player"]["money_cents"] == book.player.money_cents
    assert seen["version"] == 1 and json.loads(json.dumps(seen)) == seen


def test_npcs_are_seen_only_where_and_when_they_are(world, book):
    world.go("graveyard")
    assert view(world.state, book)["npcs"] == []
    world.wait_for("night")
    seen = view(world.state, book)["npcs"]
    assert "ghoul" in {npc["race"] for npc in seen} and "vampire" not in {npc["race"] for npc in seen}
    ghoul = world.npc("ghoul").character
    world.say(ghoul, {"type": "leave"})
    assert ghoul.npc_id not in {npc["npc_id"] for npc in view(world.state, book)["npcs"]}


def test_npcs_keep_purse_and_limits_to_themselves(world, book):
    world.meet("ghoul")
    text = json.dumps(view(world.state, book)["npcs"])
    assert "purse" not in text and "cap" not in text and "floor" not in text


def test_an_offer_shows(world, book):
    ghoul = world.meet("ghoul")
    part, taste = next(iter(ghoul.tastes.items()))
    world.say(ghoul, {"type": "make_offer", "part": part, "price_cents": taste.cap_cents})
    (seen,) = [npc for npc in view(world.state, book)["npcs"] if npc["npc_id"] == ghoul.npc_id]
    assert (seen["offer"]["part"], seen["offer"]["price_cents"]) == (part, taste.cap_cents)


def test_every_action_is_what_decide_says(golden_night, golden_documents):
    """At every step of a night: allowed actions are decided, the others are refused by the rule that the view names."""
    book = rules.validate(golden_documents)
    kinds = set()
    for _, _, state in golden_night:
        for action in view(state, book)["actions"]:
            command = CommandAdapter.validate_python(action["command"])
            try:
                decide.decide(state, command, book)
                said = {"allowed": True}
            except Refused as refusal:
                said = {"allowed": False, "rule": refusal.code, "reason": refusal.detail}
            assert action == {**{key: action[key] for key in ("menu", "command", "title")}, **said}
            kinds.add((command.type, action["allowed"]))
    often = {"rob_morgue", "lie_low", "buy_equipment", "grow_part", "collect_part", "sell_part"}
    assert kinds >= {(kind, allowed) for kind in often for allowed in (True, False)}


def test_a_sale_names_its_price(world, book):
    world.go("morgue")
    world.do("rob_morgue", place_id=world.place("morgue"))
    for race in ("ghoul", "vampire"):
        world.meet(race)
        actions = view(world.state, book)["actions"]
        for sale in [a for a in actions if a["command"]["type"] == "sell_part" and a["allowed"]]:
            (sold, *_) = world.do(**sale["command"])
            assert f"${sold.price_cents // 100:,}.{sold.price_cents % 100:02d}" in sale["title"]
            return
    raise AssertionError("nobody buys anything of the loot")
