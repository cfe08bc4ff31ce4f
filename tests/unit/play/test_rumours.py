"""A written lie: believed by who was told, come round to somebody else, and unheard of after a rewind."""

import io
from collections.abc import Iterator
from contextlib import suppress

import msgspec
import pytest
from bodybroker.kernel.ids import EntityId
from bodybroker.world import decide
from bodybroker.world.apply import fold
from bodybroker.world.beliefs.tracing import held
from bodybroker.world.proposals import Proposal
from bodybroker.world.rules import load
from bodybroker.world.talk.commands import RecordTurn
from bodybroker.world.talk.intents import IntentAdapter
from rich.console import Console

from play.bots.table import LocalTable
from play.client import Client
from play.game import CannotDo, Game
from play.script import Script
from play.summary import Summary, Turn

SEEDS = range(1, 10)
IN_DANGER = ["hide", "flee", "surrender"]
TO_THE_LIE = (
    {"go": "street"},
    {"wait_until": "night"},
    {"go": "graveyard"},
    {"meet": "ghoul"},
    {"bribe": 20, "saying": "For you."},
    {"go": "club"},
    {"meet": "vampire"},
    {"remember": "before"},
    {"lie": ["informs_police", "cheats", "lies"], "of": "ghoul", "saying": "Listen."},
)


class TalkingGame(Game):
    """A game on a world in this process, whose NPCs say little."""

    def __init__(self, seed: int) -> None:
        self.seed, self.told = seed, ""
        self._table = LocalTable(seed, load())
        self._states = {self._table.state.version: self._table.state}
        self.said: list[tuple[str, str]] = []
        super().__init__(Client("http://nowhere"), {"branch_id": "main"})

    @property
    def view(self):
        return self._table.view

    @property
    def version(self):
        return self._table.state.version

    def command(self, command):
        self._table.command(command)
        self._notice()
        return []

    def meet(self, npc):
        return {}

    def say(self, npc, text, intent=None):
        intent = None if intent is None else IntentAdapter.validate_python(intent)
        turn = RecordTurn(EntityId(npc["npc_id"]), text, "Oh?", "procedural", "", Proposal(), intent=intent)
        self._states[self.version] = self._table.state
        self._table.state = fold(decide.decide(self._table.state, turn, self._table.rules), self._table.state)
        self._table._view = None
        self.said.append((npc["race"], type(intent).__name__))
        usage = {"completion_tokens": 0, "cached_tokens": 0}
        return Turn(npc["name"], text, "Oh?", "procedural", "", 1.0, 1.0, [], usage)

    def beliefs(self, npc_id):
        return msgspec.to_builtins(held(self._table.state, self._table.rules, EntityId(npc_id), why=True))

    def rewind(self, version):
        self._table.state = self._states[version]
        self._table._view = None


def play(game: Game, *steps: object) -> str:
    told = io.StringIO()
    night = {"in_danger": IN_DANGER, "steps": list(steps)}
    Script(night, game, Summary("night"), Console(file=told, width=200)).play()
    return told.getvalue()


def lied(hours: int) -> Iterator[TalkingGame]:
    """Games in which the lie has come round within some hours. Some liars are seen through, some vampires are alone."""
    for seed in SEEDS:
        game = TalkingGame(seed)
        with suppress(CannotDo):
            game.told = play(game, *TO_THE_LIE, {"hear_it_back": hours, "saying": "What do they say?"})
            yield game


def test_a_lie_comes_round():
    games = list(lied(8))
    assert len(games) > len(SEEDS) // 2
    for game in games:
        assert "believes:" in game.told and "lied by the broker" in game.told
        assert game.said[0] == ("ghoul", "Bribe") and game.said[-1][1] == "AskAbout"


def test_after_a_rewind_nobody_has_heard_of_it():
    night = (*TO_THE_LIE, {"hear_it_back": 8, "saying": "What do they say?"})
    seed = next(lied(8)).seed
    with pytest.raises(CannotDo, match="still believed by"):
        play(TalkingGame(seed), *night, "forgotten")
    assert "nobody has ever heard of it" in play(TalkingGame(seed), *night, {"rewind": "before"}, "forgotten")


def test_one_who_hears_nothing_in_time_says_so():
    seed = next(lied(8)).seed
    with pytest.raises(CannotDo, match="in 0 hours"):
        play(TalkingGame(seed), *TO_THE_LIE, {"hear_it_back": 0, "saying": "What do they say?"})
