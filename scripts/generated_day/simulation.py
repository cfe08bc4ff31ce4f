"""The day of many players, and the nights of one."""

from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, field
from itertools import repeat

from bodybroker.generation import prefetch_rules
from bodybroker.kernel.ids import EntityId
from bodybroker.kernel.random import Stream
from bodybroker.ports.locations import Memo
from bodybroker.world import rules as world_rules

from scripts.generated_day.cache import Cache
from scripts.generated_day.making import Log, Maker, Place, load_book
from scripts.generated_day.players import made_ahead, world
from scripts.generated_day.repetition import Told
from scripts.generated_day.speakers import Scripted

CHUNK = 4
"""Players that a process takes at a time."""


@dataclass
class Made:
    """Places that were made: how many, after how many rounds of checks, and who described their entities."""

    places: int = 0
    rounds: int = 0
    sources: Counter[str] = field(default_factory=Counter)

    def count(self, place: Place) -> None:
        """One more."""
        self.places += 1
        self.rounds += place.rounds
        self.sources.update(each.made.source for each in place.described)

    def add(self, other: "Made") -> None:
        """All of another's."""
        self.places += other.places
        self.rounds += other.rounds
        self.sources.update(other.sources)


@dataclass
class Day:
    """What a day came to: the cache, the places, and what was wrong."""

    cache: Cache = field(default_factory=Cache)
    made: Made = field(default_factory=Made)
    leaks: int = 0
    unfit: int = 0


def day(first: int, players: int, stops: int) -> Day:
    """Players with worlds of seeds counted on from `first` walk to so many stops each; what is made ahead of one is
    made through the cache of all. What a player asks for does not depend on who asked before: so they are played on
    all cores, and their requests come to the cache in the players' order."""
    whole = Day()
    with ProcessPoolExecutor() as pool:
        for made, log in pool.map(_play, range(first, first + players), repeat(stops), chunksize=CHUNK):
            whole.cache.serve(log.asked)
            whole.made.add(made)
            whole.leaks += log.leaks
            whole.unfit += sum(map(len, log.unfit.values()))
    return whole


def _play(seed: int, stops: int) -> tuple[Made, Log]:
    """One player's day."""
    book = load_book()
    life = _Life(f"player {seed}", seed, Maker(book, Scripted(book.specialists)))
    for _ in life.walk(stops):
        pass
    return life.made, life.maker.log


def nights(maker: Maker, seed: int, count: int, stops: int) -> tuple[Made, Told]:
    """One player: each night he walks to so many stops, and one of the places that he knows is made anew. All that is
    told of any place is told to him."""
    told = Told(maker.book.coherence.coherence.repetition)
    life = _Life("one player", seed, maker)
    anew = Stream(seed, "anew")
    for _ in range(count):
        known = sorted(life.times)
        for place in life.walk(stops):
            told.hear_of(place)
        if known:
            told.hear_of(life.make(anew.choice(known)))
    return life.made, told


class _Life:
    """A player's world: which of its places were made how often, and what is remembered of them."""

    def __init__(self, player: str, seed: int, maker: Maker) -> None:
        self.maker, self.made = maker, Made()
        self.times: dict[EntityId, int] = {}
        self._player, self._rules = player, world_rules.load()
        self._state = world(seed, self._rules)
        self._calls = {place_id: maker.calls(self._state, place_id) for place_id in self._state.places}
        self._walk = Stream(seed, "a walk")
        self._memos: dict[EntityId, Memo] = {}

    def walk(self, stops: int) -> Iterator[Place]:
        """Walk to so many stops; the places that are made ahead meanwhile."""
        begun, calls, rules = set(self.times), self._calls.__getitem__, prefetch_rules.load()
        for place_id in made_ahead(self._state, begun, self._walk, stops, calls, self._rules, rules):
            yield self.make(place_id)

    def make(self, place_id: EntityId) -> Place:
        """Make a place, for the first time or once more."""
        times, before = self.times.get(place_id, 0), self._memos.get(place_id)
        place = self.maker.make(self._player, self._state, place_id, times, self._memos.values())
        self._memos[place_id], self.times[place_id] = self.maker.remember(place, before), times + 1
        self.made.count(place)
        return place
