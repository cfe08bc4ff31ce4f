from dataclasses import dataclass

import pytest
from bodybroker.world import decide
from bodybroker.world.apply import fold
from bodybroker.world.base import PLAYER
from bodybroker.world.beliefs.gossip import gossip
from bodybroker.world.beliefs.keeping import find
from bodybroker.world.beliefs.learning import News, learn
from bodybroker.world.beliefs.state import Claim, Evidence
from bodybroker.world.beliefs.telling import told
from bodybroker.world.beliefs.weighing import strength
from bodybroker.world.draft import Draft
from bodybroker.world.events import Event
from msgspec.structs import replace

from tests.unit.world.conftest import World


@dataclass
class Minds:
    """A world, and shortcuts to what is in heads."""

    world: object

    @property
    def rules(self):
        return self.world.rules.beliefs

    def people(self, race):
        """Ids of the NPCs of a race."""
        npcs = self.world.state.npcs
        return [npc_id for npc_id in sorted(npcs) if npcs[npc_id].character.race == race]

    def of(self, predicate, object="", subject=PLAYER):
        return Claim(subject, predicate, object)

    def sees(self, holder, claim, strength=90, version=1):
        return self.draft(
            lambda draft: learn(draft, [News(holder, claim, Evidence("seen", version, draft.state.minute, strength))])
        )

    def told(self, holder, claim, source=PLAYER, trust=60, is_lie=False) -> list[Event]:
        made = told(self.world.state, self.world.rules, holder, claim, source, trust, is_lie)
        return self.draft(lambda draft: [draft.add(event) for event in made])

    def gossip(self, rounds=1):
        """So many rounds by night; how much was learned in each."""
        made = []
        for _ in range(rounds):
            self.pass_minutes(self.rules.gossip.every_minutes)
            events = self.draft(lambda draft: gossip(draft, draft.state.minute))
            made.append(sum(len(event.learned) for event in events if hasattr(event, "learned")))
        return made

    def draft(self, do):
        draft = Draft(self.world.state, self.world.rules)
        do(draft)
        self.world.state = draft.state
        self.world.log += draft.events
        return draft.events

    def pass_minutes(self, minutes):
        """Nothing happens but that it is later, and night."""
        self.world.state = replace(self.world.state, minute=self.world.state.minute + minutes, phase="night")

    def belief(self, holder, claim):
        return find(self.world.state.beliefs, holder, claim)

    def strength(self, holder, claim):
        return strength(self.belief(holder, claim), self.world.state.minute, self.rules)

    def wit(self, npc_id, **stats):
        npc = self.world.state.npcs[npc_id]
        guide = replace(npc.character.guide, **stats)
        changed = replace(npc, character=replace(npc.character, guide=guide))
        self.world.state = replace(self.world.state, npcs=self.world.state.npcs | {npc_id: changed})


@pytest.fixture(scope="session")
def minds_of(book):
    def make(seed=7, rules=book):
        made = decide.create(seed, rules)
        return Minds(World(fold(made), rules, list(made)))

    return make


@pytest.fixture
def minds(minds_of):
    return minds_of()
