"""A written night: whatever comes after the player, its steps are done."""

import io

import pytest
from bodybroker.world.rules import Rules, load
from rich.console import Console

from play.bots.table import LocalTable
from play.client import Client
from play.game import CannotDo, Game
from play.script import LONGEST_DANGER, Script
from play.summary import Summary

CHASED = 100
"""Seeds among which some robberies end in a chase."""


class LocalGame(Game):
    """A game on a world in this process; `done` lists the types of its commands."""

    def __init__(self, table: LocalTable) -> None:
        self._table = table
        super().__init__(Client("http://nowhere"), {})
        self.done = list[str]()

    @property
    def view(self):
        return self._table.view

    def command(self, command):
        self.done.append(command["type"])
        return [{"seq": 0, "event": {"type": event.__struct_config__.tag}} for event in self._table.command(command)]


@pytest.fixture(scope="module")
def rules() -> Rules:
    return load()


def chased(rules: Rules) -> LocalGame:
    """A game in which the police are after the player, who has robbed a morgue."""
    for seed in range(CHASED):
        game = LocalGame(LocalTable(seed, rules))
        game.go("street")
        game.go("morgue")
        game.command(game.action("rob_morgue"))
        if game.view["danger"] is not None:
            return LocalGame(LocalTable(seed, rules))
    raise AssertionError("nobody is ever chased")


def play(game: Game, in_danger: list[str], *steps: object) -> Summary:
    summary = Summary("night")
    Script({"in_danger": in_danger, "steps": list(steps)}, game, summary, Console(file=io.StringIO())).play()
    return summary


ROBBERY = ({"go": "street"}, {"go": "morgue"}, {"do": "rob_morgue"})


@pytest.mark.parametrize("policy", [["hide", "flee", "surrender"], ["flee"], ["surrender"]], ids=" ".join)
def test_a_danger_is_met_as_written_and_the_night_goes_on(rules, policy) -> None:
    game = chased(rules)
    summary = play(game, policy, *ROBBERY, {"go": "graveyard"}, {"wait_until": "night"})
    assert summary.steps_done == summary.steps_total == 5
    assert game.done[3] == policy[0]
    assert game.view["place"]["kind"] == "graveyard"
    assert game.view["time"]["phase"] == "night"


def test_what_is_written_comes_in_its_order_and_the_last_again_and_again(rules) -> None:
    game = chased(rules)
    play(game, ["fight", "flee"], *ROBBERY)
    against = [kind for kind in game.done if kind in ("fight", "flee")]
    assert against[0] == "fight"
    assert set(against[1:]) <= {"flee"}


def test_a_danger_that_does_not_end_ends_the_night(rules, monkeypatch) -> None:
    game = chased(rules)
    play(game, ["hide"], *ROBBERY[:2])
    game.command(game.action("rob_morgue"))
    monkeypatch.setattr(game, "command", lambda command: game.done.append(command["type"]) or [])
    with pytest.raises(CannotDo, match=f"after {LONGEST_DANGER} commands"):
        play(game, ["hide", "flee"], {"wait_until": "night"})
    assert game.done[-LONGEST_DANGER:] == ["hide"] + ["flee"] * (LONGEST_DANGER - 1)


def test_a_place_that_is_not_next_door_is_reached_by_way_of_the_street(rules) -> None:
    game = LocalGame(LocalTable(4, rules))
    play(game, ["hide"], {"go": "graveyard"})
    assert game.done == ["travel", "travel"]
    assert game.view["place"]["kind"] == "graveyard"
