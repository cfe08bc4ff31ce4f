"""What an NPC can be asked about, and how a question is put: what makers of questions share."""

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Literal, TypeVar

from bodybroker.kernel.ids import EntityId
from bodybroker.kernel.random import Stream
from bodybroker.minds.memory.calendar import night_of
from bodybroker.world.wording import a

from tests.benchmarks.memory.facts import Facts, Promise, Said, Sale, Taking, Word
from tests.benchmarks.memory.history import History
from tests.benchmarks.memory.wordings import FORMS, Wording

T = TypeVar("T")
K = TypeVar("K")
Kind = Literal["single", "temporal", "multi", "told", "never"]
KINDS: tuple[Kind, ...] = ("single", "temporal", "multi", "told", "never")


@dataclass(frozen=True, slots=True)
class Question:
    """Asked of `npc_id` in the end. `answer` as the reader gives it, None where nothing of the kind happened.

    `evidence`: of each of these sets of events (by version) one is needed.
    """

    kind: Kind
    npc_id: EntityId
    text: str
    answer: str | None
    evidence: tuple[frozenset[int], ...] = ()


class Maker:
    """Makes questions of what an NPC knows in the end."""

    def __init__(self, history: History, known: Facts, wording: Wording) -> None:
        self._known = known
        self._wording = wording
        self._state = history.state
        self._now = night_of(self._state.minute, history.rules.clock)
        self._parts = sorted(history.rules.parts.parts)
        self._people = sorted(self._state.npcs)
        self._stream = Stream(history.seed, "benchmark", "forms")

    def _of(self, npc_id: EntityId) -> list[Sale]:
        return [sale for sale in self._known.sales if sale.buyer == npc_id]

    def _sold(self, npc_id: EntityId) -> list[Sale]:
        """Sales on nights when nothing was delivered as promised, which is a sale by another name."""
        nights = {sale.night for sale in self._of(npc_id) if sale.delivery}
        return [sale for sale in self._of(npc_id) if sale.night not in nights]

    def _heard(self, npc_id: EntityId) -> list[Said]:
        return [said for said in self._known.said if npc_id in (said.listener, *said.heard_by)]

    def _put(self, form: str, *, part: str = "", **named: object) -> str:
        """A question of a form, about a part and whatever else is named."""
        text = self._stream.choice(FORMS[self._wording][form])
        return text.format(part=part, a_part=a(part) if part else "", **named)

    def _lone_takings(self) -> list[Taking]:
        return lone(self._known.takings, lambda one: (one.house, one.other, one.quarter))

    def _name(self, npc_id: EntityId) -> str:
        return self._state.npcs[npc_id].character.name


def by(things: Sequence[T], key: Callable[[T], K]) -> dict[K, list[T]]:
    found: dict[K, list[T]] = {}
    for thing in things:
        found.setdefault(key(thing), []).append(thing)
    return found


def lone(things: Sequence[T], key: Callable[[T], K]) -> list[T]:
    """Those that share their key with no other."""
    counts = Counter(map(key, things))
    return [thing for thing in things if counts[key(thing)] == 1]


def seqs(things: Sequence[Sale | Promise | Taking | Said | Word]) -> frozenset[int]:
    return frozenset(thing.seq for thing in things)
