"""Turns: streamed from the small language model, priced, recorded once; a dead model leaves a procedural line."""

import os
import signal
import time
import uuid
from dataclasses import dataclass, field
from typing import Any

import psutil
import pytest

from play.game import Game
from play.sse import ServerEvent

ATTEMPTS = 5
PROCEDURAL_S = 3
"""A dead model is noticed at once, not at its deadline; the rest is a busy machine."""


def talk(game: Game, text: str, key: str | None = None) -> list[ServerEvent]:
    npc = game.npc("ghoul")
    game.meet(npc)
    return list(game.client.turn(game.id, npc["npc_id"], text, key))


def named(events: list[ServerEvent], name: str) -> list[ServerEvent]:
    return [event for event in events if event.name == name]


def test_a_ghoul_answers_token_by_token(graveyard: Game) -> None:
    events = talk(graveyard, "Good evening. What do you want tonight?")
    assert events[0].name == "start"
    assert events[-1].name == "done"
    assert [int(event.id) for event in events] == sorted({int(event.id) for event in events})
    done = events[-1].data
    tokens = named(events, "token")
    assert done["source"] == "model"
    assert len(tokens) > 3
    assert "".join(token.data["text"] for token in tokens).strip() == done["line"]
    assert done["usage"]["completion_tokens"] >= len(tokens)
    assert done["usage"]["cost_nanodollars"] > 0
    assert done["usage"]["cached_tokens"] > 0, "the encounter did not warm the prefix"


def test_tokens_arrive_while_the_model_still_speaks(graveyard: Game) -> None:
    npc = graveyard.npc("ghoul")
    graveyard.meet(npc)
    arrivals = [
        time.perf_counter()
        for event in graveyard.client.turn(graveyard.id, npc["npc_id"], "Tell me about this graveyard.")
        if event.name == "token"
    ]
    # A busy machine gathers some of them; an answer in one piece would arrive at one moment.
    assert len({round(arrival, 3) for arrival in arrivals}) >= 3, "the answer came in one piece"


def test_a_turn_that_was_not_prepared_is_prepared_at_once(graveyard: Game) -> None:
    npc = graveyard.npc("ghoul")
    events = list(graveyard.client.turn(graveyard.id, npc["npc_id"], "Boo!"))
    assert events[-1].data["source"] == "model"


def test_a_turn_is_recorded_with_what_the_rules_accepted(graveyard: Game) -> None:
    before = graveyard.version
    events = talk(graveyard, "What would you pay?")
    graveyard.look()
    recorded = graveyard.client.events(graveyard.id, before)["events"]
    assert recorded[0]["event"]["type"] == "turn_spoken"
    assert recorded[0]["event"]["line"] == events[-1].data["line"]
    assert [event["event"]["type"] for event in recorded[1:]].count("offer_made") == sum(
        event.data["type"] == "offer_made" or event.data["type"] == "make_offer" for event in named(events, "act")
    )
    assert graveyard.version == before + len(recorded) == events[-1].data["version"]


def test_a_repeated_turn_is_told_again_and_not_paid_twice(graveyard: Game) -> None:
    key = str(uuid.uuid4())
    first = talk(graveyard, "Hello there.", key)
    version = graveyard.look()["version"]
    again = talk(graveyard, "Hello there.", key)
    assert again[-1].data["line"] == first[-1].data["line"]
    assert graveyard.look()["version"] == version


def model_servers(cloud) -> list[psutil.Process]:
    """The model server processes that belong to this local cloud."""
    emulator = psutil.Process(cloud.endpoints["pids"]["emulator"])
    children = emulator.children(recursive=True)
    return [child for child in children if any("serve.py" in part for part in child.cmdline())]


@dataclass
class Broken:
    """A turn whose model was killed: when, when the line that replaced its own began, that line, how the turn ended."""

    killed_at: float = 0.0
    told_at: float = 0.0
    line: str = ""
    done: dict[str, Any] = field(default_factory=dict)


def kill_during(cloud, game: Game, npc_id: str, wanted: str) -> Broken:
    """A turn whose model is killed at its first event of that name."""
    broken, cut = Broken(), False
    for event in game.client.turn(game.id, npc_id, "Tell me a long story about the dead."):
        if event.name == wanted and not broken.killed_at:
            for server in model_servers(cloud):
                os.kill(server.pid, signal.SIGKILL)
            broken.killed_at = time.perf_counter()
        elif event.name == "cut":
            cut = True
        elif event.name == "token" and cut:
            broken.told_at = broken.told_at or time.perf_counter()
            broken.line += event.data["text"]
        elif event.name == "done":
            broken.done = event.data
    assert broken.killed_at, "the model server was not running"
    return broken


@pytest.mark.parametrize(
    "wanted",
    [pytest.param("start", id="before the first token"), pytest.param("token", id="in the middle of the line")],
)
def test_killing_the_model_leaves_a_procedural_line(cloud, graveyard: Game, wanted: str) -> None:
    npc = graveyard.npc("ghoul")
    graveyard.meet(npc)
    for _ in range(ATTEMPTS):
        broken = kill_during(cloud, graveyard, npc["npc_id"], wanted)
        if broken.told_at:
            break
        wait_for_model(graveyard)  # it had said all of a short line before it died
    assert broken.done["source"] == "procedural"
    assert broken.line.strip() == broken.done["line"] != ""
    assert broken.told_at - broken.killed_at < PROCEDURAL_S
    history = [recorded["event"] for recorded in graveyard.client.history(graveyard.id)]
    last = [event for event in history if event["type"] == "turn_spoken"][-1]
    assert (last["source"], last["line"]) == ("procedural", broken.done["line"])
    wait_for_model(graveyard)


def wait_for_model(game: Game) -> None:
    """Until the local SageMaker has started the model server again."""
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline:
        if talk(game, "Are you there?")[-1].data["source"] == "model":
            return
        time.sleep(1)
    raise AssertionError("the model server did not come back")
