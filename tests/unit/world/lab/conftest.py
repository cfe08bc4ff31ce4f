from typing import get_args

import pytest
from bodybroker.generation.entities import Item
from bodybroker.kernel.ids import entity_id
from bodybroker.kernel.random import Stream
from bodybroker.world.city.state import Weather
from bodybroker.world.empire.state import CrewMember
from bodybroker.world.lab.moves import added
from bodybroker.world.lab.state import Equipment
from bodybroker.world.lab.storage import hideout_id
from msgspec.structs import replace

EFFECTS = ("spoilage_per_mille", "travel_per_mille", "patrols_per_mille")
MILD = {"kinds": {kind: dict.fromkeys(EFFECTS, 1000) for kind in get_args(Weather)}}
"""Rules under which every weather is like any other."""


class Bench:
    """Puts things into a world by hand, so that a test starts where it matters."""

    def __init__(self, world):
        self.world = world
        self.made = 0

    def _id(self):
        self.made += 1
        return entity_id(Stream("bench", str(self.made)))

    def _lab(self, **fields):
        self.world.state = replace(self.world.state, lab=replace(self.world.state.lab, **fields))

    def cash(self, cents):
        """The player has exactly that much; the city gives or takes the difference."""
        state = self.world.state
        difference = cents - state.player.money_cents
        self.world.state = replace(
            state, player=replace(state.player, money_cents=cents), city_cents=state.city_cents - difference
        )

    def item(self, part="heart", quality=80, **fields):
        return Item(self._id(), part, quality, self.world.npc("ghoul").character.provenance, **fields)

    def carry(self, *items):
        state = self.world.state
        bag = state.player.inventory | {item.item_id: item for item in items}
        self.world.state = replace(state, player=replace(state.player, inventory=bag))
        return [item.item_id for item in items]

    def stash(self, *items, place_id=None):
        place_id = place_id or hideout_id(self.world.state)
        lab = added(self.world.state.lab, place_id, {item.item_id: item for item in items})
        self.world.state = replace(self.world.state, lab=lab)
        return [item.item_id for item in items]

    def piece(self, kind, **fields):
        piece = Equipment(self._id(), kind, None, self.world.npc("ghoul").character.provenance, **fields)
        self._lab(equipment=self.world.state.lab.equipment | {piece.equipment_id: piece})
        return piece

    def ingredients(self, **counts):
        self._lab(ingredients=self.world.state.lab.ingredients | counts)

    def hire(self, role, count=1):
        """People of that role join the crew, each more skilled than the one before."""
        state, hired = self.world.state, {}
        provenance = self.world.npc("ghoul").character.provenance
        for skill in range(1, count + 1):
            member = CrewMember(self._id(), f"{role} {skill}", role, skill, 100, 100, 0, provenance)
            hired[member.member_id] = member
        self.world.state = replace(state, empire=replace(state.empire, crew=state.empire.crew | hired))

    def find(self, item_id):
        """The item, wherever it lies with the player."""
        state = self.world.state
        piles = [state.player.inventory, *(store.items for store in state.lab.stores.values())]
        piles += [trip.items for trip in state.lab.trips.values()]
        return next((pile[item_id] for pile in piles if item_id in pile), None)

    def next_phase(self):
        """Waits until day turns to night or night to day; the events."""
        made, phase = [], self.world.state.phase
        while self.world.state.phase == phase:
            made += self.world.do("wait", minutes=60)
        return made


@pytest.fixture
def bench(make_bench):
    return make_bench()


@pytest.fixture
def make_bench(make_world, change):
    """A bench in a world whose rules are changed: make_bench(storage={…}). No weather makes a difference there."""
    return lambda seed=7, **sections: Bench(make_world(seed, change(**{"weather": MILD, **sections})))
