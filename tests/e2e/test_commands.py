"""A day's work through HTTP: rules decide, versions have no gaps, nothing happens twice."""

import uuid
from concurrent.futures import ThreadPoolExecutor

import pytest

from play.client import ApiError, Client
from play.game import Game

CLIENTS, COMMANDS_EACH = 8, 50


def test_the_same_seed_makes_the_same_city_and_another_seed_another(new_game) -> None:
    one, two, other = new_game(7), new_game(7), new_game(8)
    assert one.id != two.id
    assert one.view == two.view
    assert one.world["hash"] == two.world["hash"]
    assert other.world["hash"] != one.world["hash"]


def test_a_world_is_as_hard_as_it_was_begun(http, new_game) -> None:
    usual = new_game(7)
    begun = http.post(
        "/worlds", json={"seed": 7, "difficulty": "nightmare"}, headers={"idempotency-key": str(uuid.uuid4())}
    )
    assert begun.status_code == 201, begun.text
    hard = begun.json()
    assert hard["hash"] != usual.world["hash"]
    assert (usual.view["difficulty"], hard["view"]["difficulty"]) == ("normal", "nightmare")


def test_a_district_has_a_morgue_a_street_and_a_graveyard(game: Game) -> None:
    game.go("street")
    kinds = {way["kind"] for way in game.view["place"]["exits"]}
    assert {"morgue", "graveyard"} <= kinds


def test_robbing_brings_loot_heat_and_an_answer_of_the_police(game: Game) -> None:
    game.go("street")
    game.go("morgue")
    before = game.view["player"]
    events = {recorded["event"]["type"]: recorded["event"] for recorded in game.command(game.action("rob_morgue"))}
    after = game.view["player"]
    assert after["heat"] > before["heat"]
    assert events["police_responded"]["outcome"] in ("unnoticed", "chase", "arrest")
    kept = len(events["morgue_robbed"]["items"]) - len(events["police_responded"]["recovered"])
    assert len(after["inventory"]) == kept


def test_equipment_grows_a_part_that_can_be_collected(game: Game) -> None:
    game.go("street")
    money = game.view["player"]["money_cents"]
    game.command(game.action("buy_equipment", equipment="nutrient_bath"))
    assert game.view["player"]["money_cents"] < money
    game.go("hideout")
    game.command(game.action("grow_part", part="hand"))
    game.command({"type": "wait", "minutes": 300})
    game.command(game.action("collect_part"))
    assert [item["part"] for item in game.view["player"]["inventory"]] == ["hand"]


def test_at_night_a_monster_buys_for_its_own_money(graveyard: Game) -> None:
    before = graveyard.view["player"]
    graveyard.command(graveyard.action("sell_part"))
    after = graveyard.view["player"]
    assert after["money_cents"] > before["money_cents"]
    assert len(after["inventory"]) == len(before["inventory"]) - 1


def test_history_has_every_version_once(graveyard: Game) -> None:
    history = list(graveyard.client.history(graveyard.id))
    assert [event["seq"] for event in history] == list(range(1, graveyard.version + 1))
    pages = [graveyard.client.events(graveyard.id, after, 3)["events"] for after in range(0, graveyard.version, 3)]
    assert [event for page in pages for event in page] == history


def test_a_repeated_command_answers_as_the_first_time_and_does_nothing_more(game: Game) -> None:
    key = str(uuid.uuid4())
    command = {"type": "wait", "minutes": 10}
    first = game.client.command(game.id, command, game.version, key=key)
    again = game.client.command(game.id, command, game.version, key=key)
    assert again == first
    assert game.client.world(game.id)["version"] == first["version"]


def test_after_a_short_absence_nothing_has_happened(http, game: Game) -> None:
    game.command({"type": "wait", "minutes": 10})
    headers = {"idempotency-key": str(uuid.uuid4())}
    for _ in range(2):
        back = http.post(f"/worlds/{game.id}/return", headers=headers)
        assert back.status_code == 200, back.text
        assert back.json() == {key: game.world[key] for key in ("branch_id", "version", "hash", "view")} | {
            "events": []
        }
    assert game.client.world(game.id)["version"] == game.version


def test_the_same_key_with_another_body_is_refused(game: Game) -> None:
    key = str(uuid.uuid4())
    game.client.command(game.id, {"type": "wait", "minutes": 10}, key=key)
    with pytest.raises(ApiError) as refused:
        game.client.command(game.id, {"type": "wait", "minutes": 11}, key=key)
    assert (refused.value.status, refused.value.code) == (422, "idempotency_key_reused")


def test_a_stale_version_conflicts_and_names_the_current_one(game: Game) -> None:
    stale = game.version
    game.command({"type": "wait", "minutes": 10})
    with pytest.raises(ApiError) as refused:
        game.client.command(game.id, {"type": "wait", "minutes": 10}, stale)
    assert (refused.value.status, refused.value.code) == (409, "stale_version")
    assert refused.value.problem["current_version"] == game.version


def test_eight_clients_on_one_world_lose_and_double_nothing(cloud, game: Game) -> None:
    tokens = game.client.tokens

    def work(_: int) -> list[int]:
        with Client(cloud.api) as client:
            client.tokens = dict(tokens)
            mine = Game(client, client.world(game.id))
            sequences = list[int]()
            while len(sequences) < COMMANDS_EACH:
                try:
                    answer = client.command(mine.id, {"type": "wait", "minutes": 1}, mine.version)
                except ApiError as conflict:
                    assert conflict.status == 409, conflict
                    mine.world["version"] = conflict.problem["current_version"]
                    continue
                mine.world |= answer
                sequences.append(answer["events"][0]["seq"])
            return sequences

    with ThreadPoolExecutor(CLIENTS) as pool:
        acknowledged = [sequence for sequences in pool.map(work, range(CLIENTS)) for sequence in sequences]
    history = list(game.client.history(game.id))
    assert [event["seq"] for event in history] == list(range(1, len(history) + 1))
    waits = [event["seq"] for event in history if event["event"]["type"] == "time_passed"]
    assert sorted(acknowledged) == waits
    assert len(acknowledged) == len(set(acknowledged)) == CLIENTS * COMMANDS_EACH
    assert game.look()["time"]["minute"] == 780 + CLIENTS * COMMANDS_EACH
