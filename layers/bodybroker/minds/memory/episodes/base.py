"""What makers of episodes share: the moment of an event, and a memory before it is written down."""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any

from bodybroker.kernel.ids import EntityId
from bodybroker.kernel.random import Stream
from bodybroker.minds.memory.records import Kind
from bodybroker.minds.memory.rules import MemoryRules
from bodybroker.world.base import PLAYER
from bodybroker.world.bonds.between import bond
from bodybroker.world.conditions import met
from bodybroker.world.rules import Rules
from bodybroker.world.state import State
from bodybroker.world.wording import a, words

BROKER = "the broker"
"""What NPCs call the player."""


@dataclass(frozen=True, slots=True)
class Moment:
    """The world `state` just before an event, the event's place in its history, the world's rules and memory's."""

    state: State
    at: int
    world: Rules
    rules: MemoryRules

    def name(self, npc_id: EntityId) -> str:
        """What somebody is called."""
        npc = self.state.npcs.get(npc_id)
        return BROKER if npc is None else npc.character.name

    def where(self) -> str:
        """The name of the place where the player is."""
        return self.state.places[self.state.player.place_id].site.name

    def witnesses(self, *actors: EntityId) -> Iterator[EntityId]:
        """Who is where the player is, but for those who act."""
        return (npc.character.npc_id for npc in met(self.state) if npc.character.npc_id not in actors)

    def trust(self, npc_id: EntityId) -> int:
        """What the NPC trusts the player by, in 0..100."""
        return bond(self.state, npc_id, PLAYER, self.world).trust

    def hears(self, npc_id: EntityId, per_mille: int, *names: str) -> bool:
        """Whether talk of the street reaches an NPC: the same world's talk reaches the same ones."""
        return Stream(self.state.seed, "memory", npc_id, str(self.at), *names).chance(per_mille)


@dataclass(frozen=True, slots=True)
class Episode:
    """Something that an NPC might remember: a sentence without its night, and what it says in parts."""

    npc_id: EntityId
    topic: str
    text: str
    slots: dict[str, str] = field(default_factory=dict)
    about: tuple[str, ...] = ()
    kind: Kind = "present"
    trust: int = 100
    teller: EntityId | None = None


Maker = Callable[[Moment, Any], Iterable[Episode]]
"""From a moment and its event to what NPCs might remember of it."""


def dollars(cents: int) -> str:
    """Cents in whole dollars, as people talk."""
    return f"${cents // 100:,}"


def listed(parts: Iterable[str]) -> str:
    """Parts in words: `a heart, 2 eyes and a liver`."""
    counted = [a(part) if n == 1 else f"{n} {plural(part)}" for part, n in Counter(parts).items()]
    return counted[0] if len(counted) == 1 else f"{', '.join(counted[:-1])} and {counted[-1]}"


def plural(part: str) -> str:
    """More than one of a part."""
    return words(part) + "s"
