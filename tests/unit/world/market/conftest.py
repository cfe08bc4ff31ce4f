from dataclasses import dataclass

import pytest
from bodybroker.generation.entities import Item
from bodybroker.world.base import PLAYER
from bodybroker.world.bonds.between import bond
from bodybroker.world.houses import relations as houses
from msgspec.structs import replace


@dataclass
class Market:
    """A world by night, the player before a customer, and shortcuts to what a test needs to be so."""

    world: object
    npc_id: str = ""
    given: int = 0

    @property
    def npc(self):
        return self.world.state.npcs[self.npc_id]

    @property
    def market(self):
        return self.world.state.market

    @property
    def relation(self):
        """What the customer holds of the player."""
        return bond(self.world.state, self.npc_id, PLAYER, self.world.rules)

    @property
    def hunt(self):
        """How hard the customer's house hunts the player."""
        state = self.world.state
        return houses.tie(state, houses.house_of(state, self.npc_id)).hunt

    @property
    def dearest(self):
        """The part that the customer pays most for."""
        tastes = self.npc.character.tastes
        return max(tastes, key=lambda part: (tastes[part].cap_cents, part))

    def before(self, race):
        """Before a customer of that race, which has a full purse and is in its usual mood."""
        self.npc_id = self.world.meet(race).npc_id
        self.npc_is(purse_cents=self.npc.character.purse_cents)
        return self

    def npc_is(self, **fields):
        self.put(npcs=self.world.state.npcs | {self.npc_id: replace(self.npc, **fields)})

    def guide(self, **stats):
        character = self.npc.character
        self.npc_is(character=replace(character, guide=replace(character.guide, **stats)))

    def stands(self, **fields):
        """What the customer holds of the player from now on: `Bond(**fields)`."""
        self.world.holds(self.npc_id, PLAYER, **fields)

    def market_is(self, **fields):
        self.put(market=replace(self.market, **fields))

    def player_is(self, **fields):
        self.put(player=replace(self.world.state.player, **fields))

    def put(self, **fields):
        self.world.state = replace(self.world.state, **fields)

    def give(self, part=None, quality=60, **fields):
        """A new part in the bag; one that the customer wants where none is named."""
        part = part or self.dearest
        bag = self.world.state.player.inventory
        provenance = next(iter(self.world.state.npcs.values())).character.provenance
        self.given += 1
        item = Item(f"00000000-0000-8000-8000-{self.given:012d}", part, quality, provenance, **fields)
        self.player_is(inventory=bag | {item.item_id: item})
        return item

    def sell(self, item):
        return self.world.do("sell_part", npc_id=self.npc_id, item_id=item.item_id)

    def haggle(self, item, ask_cents):
        return self.world.do("haggle", npc_id=self.npc_id, item_id=item.item_id, ask_cents=ask_cents)

    def found(self, kind):
        """The only event of that type in the log."""
        (event,) = [event for event in self.world.log if type(event).__name__ == kind]
        return event


@pytest.fixture
def market_of(make_world):
    """A market under given rules."""
    return lambda rules: Market(make_world(rules=rules))


@pytest.fixture
def market(market_of, safe):
    """A market in which no deal goes wrong."""
    return market_of(safe)
