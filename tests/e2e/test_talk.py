"""Talk on the deployed stacks: lost connections, barge-in, several NPCs, chosen intents, languages, rude input."""

import threading
import time
import uuid
from collections.abc import Iterator
from typing import Any

import httpx
import pytest
from bodybroker.minds import turns

from play.client import ApiError, Client
from play.game import Game
from play.sse import ServerEvent, parse
from tests.e2e.test_bad_input import check

SETTINGS = turns.load()
LONG = "Tell me a long story about the dead."


def path(game: Game, npc: dict[str, Any]) -> str:
    return f"/worlds/{game.id}/npcs/{npc['npc_id']}/turns"


def begin(http: httpx.Client, game: Game, npc: dict[str, Any], text: str, key: str, **more: Any) -> Any:
    return http.stream("POST", path(game, npc), json={"text": text} | more, headers={"idempotency-key": key})


def until_words(events: Iterator[ServerEvent], count: int = 1) -> list[ServerEvent]:
    """The events up to the `count`th token."""
    heard: list[ServerEvent] = []
    while sum(event.name == "token" for event in heard) < count:
        heard.append(next(events))
    return heard


def line(events: list[ServerEvent]) -> str:
    return "".join(event.data["text"] for event in events if event.name == "token")


def spoken(game: Game) -> list[dict[str, Any]]:
    return [seen["event"] for seen in game.client.history(game.id) if seen["event"]["type"] == "turn_spoken"]


@pytest.fixture
def ghoul(graveyard: Game) -> dict[str, Any]:
    npc = graveyard.npc("ghoul")
    graveyard.meet(npc)
    return npc


def test_a_lost_connection_is_taken_up_where_it_broke(http: httpx.Client, graveyard: Game, ghoul) -> None:
    key = str(uuid.uuid4())
    with begin(http, graveyard, ghoul, LONG, key) as answer:
        heard = until_words(parse(answer.iter_lines()), 2)
    rest = list(graveyard.client.rest_of_turn(graveyard.id, ghoul["npc_id"], key, int(heard[-1].id)))
    assert [int(event.id) for event in heard + rest] == list(range(1, len(heard) + len(rest) + 1)), "nothing twice"
    done = rest[-1]
    assert (done.name, done.data["stopped"]) == ("done", None)
    assert line(heard + rest).strip() == done.data["line"] == spoken(graveyard)[-1]["line"]
    again = list(graveyard.client.rest_of_turn(graveyard.id, ghoul["npc_id"], key, 0))
    assert [event.data for event in again] == [event.data for event in heard + rest], "it is told once more as it was"


def test_two_who_ask_for_one_turn_hear_one_turn(http: httpx.Client, graveyard: Game, ghoul) -> None:
    key = str(uuid.uuid4())
    with begin(http, graveyard, ghoul, LONG, key) as first:
        events = parse(first.iter_lines())
        heard = until_words(events)
        with begin(http, graveyard, ghoul, LONG, key) as second:
            assert second.headers["idempotent-replayed"] == "true"
            told = list(parse(second.iter_lines()))
        heard += list(events)
    assert [event.data for event in told] == [event.data for event in heard]
    assert len(spoken(graveyard)) == 1


def test_an_npc_that_is_told_to_be_silent_is(http: httpx.Client, graveyard: Game, ghoul) -> None:
    key = str(uuid.uuid4())
    with begin(http, graveyard, ghoul, LONG, key) as answer:
        events = parse(answer.iter_lines())
        heard = until_words(events)
        assert graveyard.client.stop_turn(graveyard.id, ghoul["npc_id"], key) == {"turn_id": key, "is_over": False}
        asked = time.perf_counter()
        heard += list(events)
        took = time.perf_counter() - asked
    done = heard[-1].data
    assert (heard[-1].name, done["stopped"]) == ("done", "cancelled")
    assert line(heard).strip() == done["line"] == spoken(graveyard)[-1]["line"]
    assert not [event for event in heard if event.name == "act"]
    assert took < 2 * SETTINGS.floor.watch_ms / 1000 + 1, f"it went on for {took:.2f} s"
    assert graveyard.client.stop_turn(graveyard.id, ghoul["npc_id"], key)["is_over"] is True


def test_who_speaks_up_interrupts(http: httpx.Client, graveyard: Game, ghoul) -> None:
    with begin(http, graveyard, ghoul, LONG, str(uuid.uuid4())) as answer:
        events = parse(answer.iter_lines())
        heard = until_words(events)
        second = list(graveyard.client.turn(graveyard.id, ghoul["npc_id"], "Enough!"))
        heard += list(events)
    assert (heard[-1].name, heard[-1].data["stopped"]) == ("done", "interrupted")
    assert second[-1].name == "done" and second[-1].data["stopped"] is None
    lines = [(event["player_text"], event["line"]) for event in spoken(graveyard)]
    assert lines == [(LONG, heard[-1].data["line"]), ("Enough!", second[-1].data["line"])]


def test_of_many_turns_at_once_one_is_taken_and_all_are_told(cloud, graveyard: Game, ghoul) -> None:
    ends: list[ServerEvent | ApiError] = []

    def speak(n: int) -> None:
        with Client(cloud.api) as client:
            client.tokens = graveyard.client.tokens
            try:
                ends.append(list(client.turn(graveyard.id, ghoul["npc_id"], f"Number {n}."))[-1])
            except ApiError as error:
                ends.append(error)

    threads = [threading.Thread(target=speak, args=(n,)) for n in range(5)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(ends) == len(threads)
    for end in ends:
        problem = end.problem if isinstance(end, ApiError) else end.data.get("problem", {})
        assert problem.get("code") in (None, "turn_in_progress", "turn_interrupted"), problem
    finished = [end for end in ends if isinstance(end, ServerEvent) and end.name == "done"]
    assert any(end.data["stopped"] is None for end in finished)
    assert sorted(end.data["line"] for end in finished) == sorted(event["line"] for event in spoken(graveyard))


def test_several_npcs_answer_each_under_its_name(graveyard: Game, ghoul) -> None:
    others = [npc for npc in graveyard.view["npcs"] if npc["npc_id"] != ghoul["npc_id"]]
    other = others[0]
    words = f"And you, {other['name']}, what do you say?"
    events = list(graveyard.client.turn(graveyard.id, ghoul["npc_id"], words, others=[other["npc_id"]]))
    started = [event.data["npc_id"] for event in events if event.name == "start"]
    assert started == [ghoul["npc_id"], other["npc_id"]]
    done = events[-1].data
    for answer in done["answers"]:
        own = [event for event in events if event.name == "token" and event.data["npc_id"] == answer["npc_id"]]
        assert line(own).strip().endswith(answer["line"])
    first, second = spoken(graveyard)
    assert (first["npc_id"], first["heard_by"]) == (ghoul["npc_id"], [other["npc_id"]])
    has_left = any(event.name == "act" and event.data["type"] == "npc_left" for event in events)
    assert second["npc_id"] == other["npc_id"]
    assert second["heard_by"] == [ghoul["npc_id"]] or has_left


def test_a_bribe_is_paid_and_one_that_cannot_be_is_refused_at_once(http: httpx.Client, graveyard: Game, ghoul) -> None:
    money = graveyard.view["player"]["money_cents"]
    poor = {"text": "", "intent": {"type": "bribe", "cents": money + 1}}
    check(http.post(path(graveyard, ghoul), json=poor, headers={"idempotency-key": "poor"}), 422, "not_enough_money")
    events = list(
        graveyard.client.turn(graveyard.id, ghoul["npc_id"], "", intent={"type": "bribe", "cents": money // 2})
    )
    [paid] = [event.data for event in events if event.name == "act" and event.data["type"] == "bribe_taken"]
    assert paid["cents"] in (0, money // 2)
    assert graveyard.look()["player"]["money_cents"] == money - paid["cents"]


def test_the_language_of_an_answer_is_told(graveyard: Game, ghoul) -> None:
    events = list(graveyard.client.turn(graveyard.id, ghoul["npc_id"], "Guten Abend.", language="de"))
    answer = events[-1].data["answers"][0]
    assert answer["language"] == ("de" if answer["source"] == "model" else "en")


@pytest.mark.parametrize(
    ("body", "status", "code"),
    [
        ({"text": "x" * 100_000}, 413, "body_too_large"),
        ({"text": "x" * 501}, 400, "invalid_body"),
        ({"text": ""}, 400, "invalid_body"),
        ({"text": "\u202e\u2066\u200b\x07"}, 400, "invalid_body"),
        ({"text": "Hi.", "others": ["nobody"]}, 400, "invalid_body"),
        ({"text": "Hi.", "others": ["0190a000-0000-7000-8000-000000000000"]}, 404, "unknown_npc"),
        ({"text": "Hi.", "language": "tlh"}, 400, "invalid_body"),
        ({"text": "Hi.", "intent": {"type": "bribe", "cents": "all"}}, 400, "invalid_body"),
        ({"text": "Hi.", "intent": {"type": "kill"}}, 400, "invalid_body"),
    ],
)
def test_rude_input_is_told_and_changes_nothing(http: httpx.Client, graveyard: Game, ghoul, body, status, code) -> None:
    answer = http.post(path(graveyard, ghoul), json=body, headers={"idempotency-key": str(uuid.uuid4())})
    check(answer, status, code)
    assert graveyard.look()["version"] == graveyard.version
    assert spoken(graveyard) == []


def test_direction_marks_and_control_characters_are_not_recorded(graveyard: Game, ghoul) -> None:
    list(graveyard.client.turn(graveyard.id, ghoul["npc_id"], "Hel\u202elo\x00 <|im_start|>there\u200b."))
    assert spoken(graveyard)[-1]["player_text"] == "Hello there."


def test_nobody_speaks_to_who_is_not_here(http: httpx.Client, graveyard: Game, ghoul) -> None:
    graveyard.go("street")
    answer = http.post(path(graveyard, ghoul), json={"text": "Hi."}, headers={"idempotency-key": "away"})
    check(answer, 422, "npc_not_here")
