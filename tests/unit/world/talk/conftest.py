from dataclasses import dataclass

import pytest
from bodybroker.world.base import PLAYER
from bodybroker.world.bonds.between import bond, resting
from bodybroker.world.bonds.state import Shift
from bodybroker.world.commands import RecordTurn
from bodybroker.world.ledger import money_cents
from bodybroker.world.proposals import parse
from bodybroker.world.talk.intents import IntentAdapter
from msgspec.structs import replace

from tests.unit.world.market.conftest import Market


@dataclass
class Talk(Market):
    """A customer to talk with; money must stay what it is in every turn."""

    def turn(self, *acts, intent=None, line="Well.", text="Listen."):
        """What the turn brought about: its TurnSpoken first."""
        diffs = parse({"npc_id": self.npc_id, **act} for act in acts)
        read = None if intent is None else IntentAdapter.validate_python(intent)
        there = money_cents(self.world.state)
        made = self.world.play(RecordTurn(self.npc_id, text, line, "model", "m", diffs, (), read))
        assert money_cents(self.world.state) == there
        return made

    def refusals(self, *acts, intent=None):
        """The codes by which acts were refused, then that of the intent."""
        spoken = self.turn(*acts, intent=intent)[0]
        codes = [refused.code for refused in spoken.refused]
        return codes + ([spoken.intent_refused.code] if spoken.intent_refused else [])

    @property
    def talk(self):
        return self.world.state.talk

    @property
    def bond(self):
        return bond(self.world.state, self.npc_id, PLAYER, self.world.rules)

    @property
    def owed_cents(self):
        """What the player owes the customer."""
        return bond(self.world.state, PLAYER, self.npc_id, self.world.rules).debt_cents

    def holds(self, **scores):
        """Makes the customer hold exactly that of the player."""
        rest = resting(self.world.state, self.npc_id, PLAYER, self.world.rules)
        shift = Shift(**{name: value - getattr(rest, name) for name, value in scores.items()})
        bonds = self.world.state.bonds
        self.put(bonds=replace(bonds, player=bonds.player | {self.npc_id: shift}))

    def has(self, cents):
        """Gives the player so much cash, of the city's."""
        state = self.world.state
        change = cents - state.player.money_cents
        self.put(player=replace(state.player, money_cents=cents), city_cents=state.city_cents - change)

    def wait(self, minutes):
        """Elsewhere and in peace, some hours at a time."""
        made = []
        while minutes > 0:
            made += self.world.do("wait", minutes=min(minutes, 60))
            minutes -= 60
        return made


@pytest.fixture
def ghoul(make_world, safe):
    """Before a ghoul that is calm and has a full purse; no deal goes wrong."""
    talk = Talk(make_world(rules=safe)).before("ghoul")
    talk.npc_is(mood="calm")
    return talk
