"""Rewind: a new branch from an earlier event, on which nobody remembers the future."""

import pytest

from play.client import ApiError
from play.game import Game


def test_a_rewind_brings_the_world_back_and_keeps_the_old_branch(graveyard: Game) -> None:
    then, before = graveyard.version, graveyard.view
    graveyard.command(graveyard.action("sell_part"))
    old_branch = graveyard.world["branch_id"]
    graveyard.rewind(then)
    assert graveyard.world["branch_id"] != old_branch
    assert graveyard.version == then + 1
    assert without_version(graveyard.view) == without_version(before)
    branches = graveyard.client.branches(graveyard.id)["branches"]
    assert [branch["active"] for branch in branches] == [False, True]
    assert branches[1]["parent_id"] == old_branch
    assert branches[1]["forked_at"] == then


def test_history_after_a_rewind_is_the_lineage_of_the_active_branch(graveyard: Game) -> None:
    then = graveyard.version
    kept = list(graveyard.client.history(graveyard.id))
    graveyard.command({"type": "wait", "minutes": 5})
    graveyard.rewind(then)
    graveyard.command({"type": "wait", "minutes": 7})
    history = list(graveyard.client.history(graveyard.id))
    assert history[:then] == kept
    assert [event["seq"] for event in history] == list(range(1, len(history) + 1))
    assert history[then]["event"]["type"] == "world_rewound"
    assert [event["event"].get("minutes") for event in history[then + 1 :]] == [7]


def test_doing_the_same_after_a_rewind_gives_the_same(graveyard: Game) -> None:
    then = graveyard.version
    sale = graveyard.action("sell_part")
    graveyard.command(sale)
    first = graveyard.view
    graveyard.rewind(then)
    graveyard.command(sale)
    assert without_version(graveyard.view) == without_version(first)


def test_a_talk_that_was_undone_never_was(graveyard: Game) -> None:
    npc = graveyard.npc("ghoul")
    then = graveyard.version
    graveyard.meet(npc)
    graveyard.say(npc, "My name is Ambrose.")
    graveyard.rewind(then)
    assert graveyard.npc("ghoul") == npc
    assert all(event["event"]["type"] != "turn_spoken" for event in graveyard.client.history(graveyard.id))
    graveyard.say(npc, "What is my name?")
    spoken = [e for e in graveyard.client.history(graveyard.id) if e["event"]["type"] == "turn_spoken"]
    assert [e["event"]["player_text"] for e in spoken] == ["What is my name?"]


@pytest.mark.parametrize("version", [0, 10_000])
def test_a_version_that_never_was(graveyard: Game, version: int) -> None:
    with pytest.raises(ApiError) as refused:
        graveyard.rewind(version)
    assert refused.value.status in (400, 422)
    assert len(graveyard.client.branches(graveyard.id)["branches"]) == 1


def without_version(view: dict[str, object]) -> dict[str, object]:
    return {key: value for key, value in view.items() if key != "version"}
