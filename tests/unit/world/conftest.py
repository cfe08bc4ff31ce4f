import json
from dataclasses import dataclass
from importlib.util import module_from_spec, spec_from_file_location
from pathlib import Path

import pytest
from bodybroker.kernel.errors import Refused
from bodybroker.kernel.ids import entity_id
from bodybroker.kernel.random import Stream
from bodybroker.world import decide, rules
from bodybroker.world.apply import fold
from bodybroker.world.base import PLAYER
from bodybroker.world.bonds.between import SCORES, resting
from bodybroker.world.bonds.state import Bond, Shift, pair
from bodybroker.world.commands import CommandAdapter, RecordTurn
from bodybroker.world.houses.state import HousesState
from bodybroker.world.proposals import Proposal, parse
from bodybroker.world.rules import Rules
from bodybroker.world.state import State
from msgspec.structs import replace

GOLDEN = Path(__file__).parent / "golden"


@dataclass
class World:
    """A world that a test plays: commands go through decide, their events through apply."""

    state: State
    rules: Rules
    log: list

    def do(self, type, **fields):
        return self.play(CommandAdapter.validate_python({"type": type, **fields}))

    def play(self, command):
        made = decide.decide(self.state, command, self.rules)
        self.log += made
        self.state = fold(made, self.state)
        return made

    def place(self, kind):
        return next(place.site.place_id for place in self.state.places.values() if place.site.kind == kind)

    def npc(self, race):
        return next(npc for npc in self.state.npcs.values() if npc.character.race == race)

    def go(self, kind):
        """Walks there, over the street where needed."""
        for step in ("street", kind):
            if self.state.player.place_id not in (self.place(kind), self.place(step)):
                self.do("travel", place_id=self.place(step))

    def wait_for(self, phase):
        while self.state.phase != phase:
            self.do("wait", minutes=60)

    def meet(self, race):
        """Stands face to face with an NPC of that race, by night."""
        self.wait_for("night")
        npc = self.npc(race)
        haunt = self.state.places[npc.character.haunt_id].site.kind
        self.go(haunt)
        return npc.character

    def holds(self, of, towards, **fields):
        """What one holds of another from now on: `Bond(**fields)`."""
        rest, wanted, bonds = resting(self.state, of, towards, self.rules), Bond(**fields), self.state.bonds
        shift = Shift(*(getattr(wanted, name) - getattr(rest, name) for name in SCORES), wanted.debt_cents)
        if towards == PLAYER:
            bonds = replace(bonds, player=bonds.player | {of: shift})
        else:
            bonds = replace(bonds, others=bonds.others | {pair(of, towards): shift})
        self.state = replace(self.state, bonds=bonds)

    def without_houses(self):
        """As in worlds of old: no politics at dusk."""
        self.state = replace(self.state, houses=HousesState())

    def say(self, character, *acts, source="model"):
        diffs = parse({"npc_id": character.npc_id, **act} if isinstance(act, dict) else act for act in acts)
        return self.play(turn(character.npc_id, diffs, source))


def turn(npc_id, proposal: Proposal = Proposal(), source="model"):  # noqa: B008 - frozen
    return RecordTurn(npc_id, "What do you pay?", "Show me.", source, "test", proposal)


@pytest.fixture(scope="session")
def book():
    return rules.load()


@pytest.fixture
def make_world(book):
    def make(seed=7, rules=book):
        made = decide.create(seed, rules)
        return World(fold(made), rules, list(made))

    return make


@pytest.fixture
def world(make_world):
    return make_world()


@pytest.fixture(scope="session")
def change(book):
    """The shipped rules with some numbers changed: change(police={"robbery_heat": 0}) …"""

    def changed(**sections):
        documents = book.model_dump(mode="json")
        for section, values in sections.items():
            documents[section] = _merge(documents[section], values)
        return rules.validate(documents)

    return changed


@pytest.fixture
def quiet_world(make_world, change):
    """A world in which no customers come, nobody orders anything and the sky stays clear."""
    clear = {"clear": 1, "rain": 0, "fog": 0, "storm": 0, "heatwave": 0}
    return make_world(
        rules=change(
            customers={"arrivals": {"per_mille": 0}},
            orders={"per_night": {"high": 0}},
            weather={"start": clear, "kinds": {"clear": {"next": clear}}},
        )
    )


@pytest.fixture(scope="session")
def safe(change):
    """The shipped rules, but no deal goes wrong."""
    return change(market={"risks": {kind: {"high": 0} for kind in ("ambush", "false_money", "no_show")}})


@pytest.fixture(scope="session")
def refused():
    """refused(code): the block must be refused by the rule of that code, with a reason."""

    def refused_by(code):
        return pytest.raises(Refused, check=lambda error: error.code == code and error.status == 422 and error.detail)

    return refused_by


@pytest.fixture(scope="session")
def names():
    return lambda made: [type(event).__name__ for event in made]


@pytest.fixture(scope="session")
def nobody():
    """An id that no world knows."""
    return entity_id(Stream("nobody"))


def _merge(document, values):
    merged = dict(document)
    for key, value in values.items():
        merged[key] = _merge(merged[key], value) if isinstance(value, dict) and key in merged else value
    return merged


@pytest.fixture(scope="session")
def golden_documents():
    return json.loads((GOLDEN / "rules.json").read_text())


@pytest.fixture(scope="session")
def golden_night(golden_documents):
    """The written night, played: (command, events, state) per step."""
    spec = spec_from_file_location("golden_night", GOLDEN / "night.py")
    module = module_from_spec(spec)
    spec.loader.exec_module(module)
    return list(module.play(golden_documents))
