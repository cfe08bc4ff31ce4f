"""A night in the graveyard, and a stage on which a test puts the player before an NPC."""

from dataclasses import dataclass, field

import pytest
from bodybroker.generation.entities import Item, Point, Provenance
from bodybroker.kernel.ids import EntityId
from bodybroker.minds.behaviour import choosing, mind, rules
from bodybroker.minds.behaviour.senses import Scene, Standing
from bodybroker.world import decide
from bodybroker.world import rules as world_rules
from bodybroker.world.apply import fold
from bodybroker.world.base import PLAYER
from bodybroker.world.bonds.state import BondsState, Shift, pair
from bodybroker.world.commands import CommandAdapter
from msgspec.structs import replace


@dataclass
class Stage:
    """The player 3 m in front of an NPC; whatever a test changes of the world holds from then on."""

    state: object
    book: object
    behaviour: object
    npc_id: EntityId
    others: list = field(default_factory=list)

    @property
    def npc(self):
        return self.state.npcs[self.npc_id]

    @property
    def mind(self):
        return mind.read(self.state, self.npc_id, self.book, self.behaviour)

    def turn(self, **changes):
        """The NPC with some fields changed: its mood, its purse."""
        self.state = replace(self.state, npcs={**self.state.npcs, self.npc_id: replace(self.npc, **changes)})

    def guide(self, **stats):
        character = replace(self.npc.character, guide=replace(self.npc.character.guide, **stats))
        self.turn(character=character)

    def hold(self, towards=PLAYER, of=None, **points):
        """What the NPC holds of somebody, moved by so many points."""
        bonds, of = self.state.bonds, of or self.npc_id
        if towards == PLAYER:
            bonds = replace(bonds, player={**bonds.player, of: Shift(**points)})
        else:
            bonds = replace(bonds, others={**bonds.others, pair(of, towards): Shift(**points)})
        self.state = replace(self.state, bonds=bonds)

    def carry(self, part):
        item = Item(EntityId("item"), part, 60, Provenance(1, "test", 1))
        self.state = replace(self.state, player=replace(self.state.player, inventory={item.item_id: item}))

    def scene(self, metres=3.0, armed=False, **standing):
        at = self.mind.there.at
        standing = {"at": at, "unseen_ms": 0, **standing}
        own = Standing(self.npc_id, **standing)
        player_at = Point(at.x_cm + round(metres * 100), at.y_cm)
        return own, Scene((own, *self.others), player_at, armed)

    def choose(self, attention="full", **scene):
        own, moment = self.scene(**scene)
        return choosing.choose(self.mind, own, moment, attention)

    def explain(self, attention="full", **scene):
        own, moment = self.scene(**scene)
        return choosing.explain(self.mind, own, moment, attention)

    def score(self, act, towards=PLAYER, **scene):
        """What an act scores."""
        [option] = [each for each in self.explain(**scene) if (each.act, each.towards) == (act, towards)]
        return option.score


@pytest.fixture(scope="session")
def book():
    return world_rules.load()


@pytest.fixture(scope="session")
def behaviour():
    return rules.load()


@pytest.fixture(scope="session")
def afternoon(book):
    return fold(decide.create(7, book))


@pytest.fixture(scope="session")
def night(book, afternoon):
    """The player stands in the graveyard by night, bag empty, nobody wants anything."""
    state = afternoon

    def do(**command):
        nonlocal state
        state = fold(decide.decide(state, CommandAdapter.validate_python(command), book), state)

    while state.phase != "night":
        do(type="wait", minutes=60)
    for kind in ("street", "graveyard"):
        do(type="travel", place_id=next(p for p, place in state.places.items() if place.site.kind == kind))
    assert state.conflict.danger is None
    quiet = replace(state.market, orders={}, offers={})
    return replace(state, market=quiet, bonds=BondsState(), beliefs=replace(state.beliefs, held={}))


@pytest.fixture
def stage(night, book, behaviour):
    ghoul = next(npc for npc in night.npcs.values() if npc.character.race == "ghoul")
    found = Stage(night, book, behaviour, ghoul.character.npc_id)
    found.turn(mood="calm")
    return found
