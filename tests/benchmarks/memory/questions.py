"""Questions with one exact answer each, made of facts."""

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Literal, TypeVar

from bodybroker.kernel.ids import EntityId
from bodybroker.kernel.random import Stream
from bodybroker.minds.memory.calendar import night_of
from bodybroker.world.wording import a

from tests.benchmarks.memory.facts import Facts, Promise, Said, Sale, Taking, Word, facts
from tests.benchmarks.memory.history import History
from tests.benchmarks.memory.talk import STATEMENTS, Statement
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


def dollars(cents: int) -> str:
    """As NPCs say it."""
    return f"${cents // 100:,}"


def ask(history: History, per_kind: int, wording: Wording) -> list[Question]:
    """Up to `per_kind` questions of each kind, drawn by the world's seed; each text once per NPC."""
    maker = _Maker(history, facts(history), wording)
    chosen: list[Question] = []
    for kind, makers in maker.kinds().items():
        stream = Stream(history.seed, "benchmark", "questions", kind)
        pools = [list({(q.npc_id, q.text): q for q in make()}.values()) for make in makers]
        chosen += _evenly(pools, per_kind, stream)
    return chosen


def _evenly(pools: Sequence[list[Question]], count: int, stream: Stream) -> list[Question]:
    """As many as possible of each pool, so that no form of question crowds out the others."""
    shuffled = [stream.sample(pool, len(pool)) for pool in pools]
    rounds = [pool[n] for n in range(count) for pool in shuffled if n < len(pool)]
    return rounds[:count]


class _Maker:
    def __init__(self, history: History, known: Facts, wording: Wording) -> None:
        self._known = known
        self._wording = wording
        self._state = history.state
        self._now = night_of(self._state.minute, history.rules.clock)
        self._parts = sorted(history.rules.parts.parts)
        self._people = sorted(self._state.npcs)
        self._stream = Stream(history.seed, "benchmark", "forms")

    def kinds(self) -> dict[Kind, tuple[Callable[[], Iterator[Question]], ...]]:
        """The makers of each kind."""
        return {
            "single": (self._price, self._what, self._to_whom_sold, self._promised, self._quarter),
            "temporal": (self._when_last, self._when_first, self._ago, self._when_broken, self._when_said),
            "multi": (self._price_by_news, self._part_by_talk, self._how_many, self._part_by_promise),
            "told": (self._said_of, self._whose_word, self._said_to, self._who_told, self._who_told),
            "never": (
                self._no_price,
                self._no_sale,
                self._no_word,
                self._no_such_word,
                self._no_gossip,
                self._only_claimed,
                self._no_promise,
                self._no_anchor,
            ),
        }

    # What an NPC knows

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

    # One fact

    def _price(self) -> Iterator[Question]:
        for npc_id in self._people:
            for sale in _lone(self._sold(npc_id), lambda sale: (sale.night, sale.part)):
                text = self._put("price", part=sale.part, night=sale.night)
                yield Question("single", npc_id, text, dollars(sale.cents), (frozenset({sale.seq}),))

    def _what(self) -> Iterator[Question]:
        for npc_id in self._people:
            for night, sales in _by(self._sold(npc_id), lambda sale: sale.night).items():
                if len({sale.part for sale in sales}) == 1:
                    text = self._put("what", night=night)
                    yield Question("single", npc_id, text, sales[0].part, (_seqs(sales),))

    def _to_whom_sold(self) -> Iterator[Question]:
        for npc_id in self._people:
            seen = [sale for sale in self._known.sales if npc_id in sale.seen_by and not sale.delivery]
            for (night, part), sales in _by(seen, lambda sale: (sale.night, sale.part)).items():
                if len({sale.buyer for sale in sales}) == 1:
                    text = self._put("seen", part=part, night=night)
                    yield Question("single", npc_id, text, self._name(sales[0].buyer), (_seqs(sales),))

    def _promised(self) -> Iterator[Question]:
        made = [promise for promise in self._known.promises if not promise.broken]
        for (npc_id, night), those in _by(made, lambda promise: (promise.npc_id, promise.night)).items():
            if len({promise.part for promise in those}) == 1:
                text = self._put("promised", night=night)
                yield Question("single", npc_id, text, those[0].part, (_seqs(those),))

    def _quarter(self) -> Iterator[Question]:
        for takings in _by(self._known.takings, lambda one: frozenset((one.house, one.other))).values():
            house, other = takings[0].house, takings[0].other
            if len({(taking.house, taking.quarter) for taking in takings}) == 1:
                known_to = sorted(frozenset.union(*(taking.known_to for taking in takings)))
                for npc_id in known_to[:2]:
                    text = self._put("quarter", house=house, other=other)
                    yield Question("single", npc_id, text, takings[0].quarter, (_seqs(takings),))

    # When

    def _when_last(self) -> Iterator[Question]:
        yield from self._when("last", -1)

    def _when_first(self) -> Iterator[Question]:
        yield from self._when("first", 0)

    def _when(self, which: str, index: int) -> Iterator[Question]:
        for npc_id in self._people:
            for part, sales in _by(self._of(npc_id), lambda sale: sale.part).items():
                if not any(sale.delivery for sale in sales) and len({sale.night for sale in sales}) > 1:
                    text = self._put(f"when_{which}", part=part)
                    night = sales[index].night
                    seqs = _seqs([sale for sale in sales if sale.night == night])
                    yield Question("temporal", npc_id, text, str(night), (seqs,))

    def _ago(self) -> Iterator[Question]:
        for npc_id in self._people:
            for sale in _lone(self._sold(npc_id), lambda sale: sale.night):
                nights = self._now - sale.night
                if nights > 1:
                    text = self._put("ago", nights=nights)
                    yield Question("temporal", npc_id, text, sale.part, (frozenset({sale.seq}),))

    def _when_broken(self) -> Iterator[Question]:
        broken = [promise for promise in self._known.promises if promise.broken]
        for promise in _lone(broken, lambda promise: (promise.npc_id, promise.part)):
            text = self._put("when_broken", part=promise.part)
            yield Question("temporal", promise.npc_id, text, str(promise.night), (frozenset({promise.seq}),))

    def _when_said(self) -> Iterator[Question]:
        for npc_id in self._people:
            for said in _lone(self._heard(npc_id), lambda said: said.statement):
                if said.listener != npc_id:
                    continue
                text = self._put("when_said", claim=said.statement.plain)
                yield Question("temporal", npc_id, text, str(said.night), (frozenset({said.seq}),))

    # Several facts

    def _price_by_news(self) -> Iterator[Question]:
        for taking in self._lone_takings():
            for npc_id in sorted(taking.known_to):
                for sale in _lone(self._sold(npc_id), lambda sale: (sale.night, sale.part)):
                    if sale.night == taking.night:
                        text = self._put("price_by_news", part=sale.part, took=_took(taking))
                        evidence = (frozenset({taking.seq}), frozenset({sale.seq}))
                        yield Question("multi", npc_id, text, dollars(sale.cents), evidence)

    def _part_by_talk(self) -> Iterator[Question]:
        for npc_id in self._people:
            by_night = _by(self._sold(npc_id), lambda sale: sale.night)
            for said in _lone(self._heard(npc_id), lambda said: said.statement):
                for word, shift in (("when", 0), ("after", 1)):
                    sales = by_night.get(said.night + shift, [])
                    if len({sale.part for sale in sales}) == 1:
                        text = self._put("what_by_talk", when=word, claim=said.statement.plain)
                        evidence = (frozenset({said.seq}), _seqs(sales))
                        yield Question("multi", npc_id, text, sales[0].part, evidence)

    def _how_many(self) -> Iterator[Question]:
        for npc_id in self._people:
            for part, sales in _by(self._of(npc_id), lambda sale: sale.part).items():
                if len(sales) > 1:
                    text = self._put("how_many", part=part)
                    yield Question("multi", npc_id, text, str(len(sales)), (_seqs(sales),))

    def _part_by_promise(self) -> Iterator[Question]:
        made = [promise for promise in self._known.promises if not promise.broken]
        for promise in _lone(made, lambda promise: (promise.npc_id, promise.part)):
            sales = [sale for sale in self._sold(promise.npc_id) if sale.night == promise.night]
            if len({sale.part for sale in sales}) == 1 and sales[0].part != promise.part:
                text = self._put("what_by_promise", part=promise.part)
                evidence = (frozenset({promise.seq}), _seqs(sales))
                yield Question("multi", promise.npc_id, text, sales[0].part, evidence)

    def _lone_takings(self) -> list[Taking]:
        return _lone(self._known.takings, lambda one: (one.house, one.other, one.quarter))

    # Who said what to whom

    def _said_of(self) -> Iterator[Question]:
        for npc_id in self._people:
            heard = self._heard(npc_id)
            for (kind, subject), those in _by(
                heard, lambda said: (said.statement.kind, said.statement.subject)
            ).items():
                if len({said.statement.object for said in those}) == 1 and those[0].listener == npc_id:
                    text = self._put("said_of", open=OPEN[kind].format(subject=subject))
                    yield Question("told", npc_id, text, those[0].statement.object, (_seqs(those),))

    def _whose_word(self) -> Iterator[Question]:
        for npc_id in self._people:
            for statement, those in _by(self._heard(npc_id), lambda said: said.statement).items():
                text = self._put("whose_word", claim=statement.plain)
                yield Question("told", npc_id, text, "the broker", (_seqs(those),))

    def _said_to(self) -> Iterator[Question]:
        for npc_id in self._people:
            for statement, those in _by(self._heard(npc_id), lambda said: said.statement).items():
                listeners = {said.listener for said in those}
                if len(listeners) == 1 and npc_id not in listeners:
                    text = self._put("said_to", claim=statement.plain)
                    yield Question("told", npc_id, text, self._name(those[0].listener), (_seqs(those),))

    def _who_told(self) -> Iterator[Question]:
        """Gossip, of which one may hear the same from several."""
        for (npc_id, claim), words in _by(self._known.gossip, lambda word: (word.listener, word.claim)).items():
            if len({word.teller for word in words}) == 1 and self._name(words[0].teller) not in claim:
                text = self._put("whose_word", claim=claim)
                yield Question("told", npc_id, text, self._name(words[0].teller), (_seqs(words),))

    # Nothing of the kind

    def _no_such_word(self) -> Iterator[Question]:
        """Something else that nobody said of the same two, or the same the other way round."""
        for npc_id in self._people:
            heard = {said.statement for said in self._heard(npc_id)}
            for said in self._heard(npc_id):
                kind = self._stream.choice([kind for kind in sorted(STATEMENTS) if kind != "hoard"])
                never = Statement(kind, said.statement.subject, said.statement.object)
                turned = Statement(said.statement.kind, said.statement.object, said.statement.subject)
                for other in (never, turned):
                    if said.statement.kind != "hoard" and other not in heard:
                        yield Question("never", npc_id, self._put("whose_word", claim=other.plain), None)

    def _no_gossip(self) -> Iterator[Question]:
        """What goes round, but has not come to this one."""
        claims = sorted({word.claim for word in self._known.gossip})
        for npc_id in self._people:
            heard = {word.claim for word in self._known.gossip if word.listener == npc_id}
            for claim in claims:
                if claim not in heard and claim not in self._known_otherwise(npc_id):
                    yield Question("never", npc_id, self._put("whose_word", claim=claim), None)

    def _known_otherwise(self, npc_id: EntityId) -> set[str]:
        return {said.statement.plain for said in self._heard(npc_id)}

    def _no_price(self) -> Iterator[Question]:
        """A part that was not sold on a night when there was something else to remember."""
        for npc_id in self._people:
            for night, sales in _by(self._of(npc_id), lambda sale: sale.night).items():
                part = self._stream.choice(self._parts)
                if part not in {sale.part for sale in sales}:
                    yield Question("never", npc_id, self._put("price", part=part, night=night), None)

    def _no_sale(self) -> Iterator[Question]:
        for npc_id in self._people:
            for part in self._parts:
                if part not in {sale.part for sale in self._of(npc_id)}:
                    yield Question("never", npc_id, self._put("when_last", part=part), None)

    def _no_word(self) -> Iterator[Question]:
        """Words that nobody said, of one of whom something else was said."""
        for npc_id in self._people:
            heard = {said.statement for said in self._heard(npc_id)}
            for said in self._heard(npc_id):
                other = self._name(self._stream.choice([one for one in self._people if one != npc_id]))
                never = Statement(said.statement.kind, said.statement.subject, other)
                if said.statement.kind != "hoard" and never not in heard and other != never.subject:
                    yield Question("never", npc_id, self._put("whose_word", claim=never.plain), None)

    def _only_claimed(self) -> Iterator[Question]:
        for npc_id, night, part in self._known.claims:
            if not any((sale.night, sale.part) == (night, part) for sale in self._of(npc_id)):
                yield Question("never", npc_id, self._put("price", part=part, night=night), None)

    def _no_promise(self) -> Iterator[Question]:
        broken = {(promise.npc_id, promise.part) for promise in self._known.promises if promise.broken}
        for promise in self._known.promises:
            if (promise.npc_id, promise.part) not in broken:
                text = self._put("when_broken", part=promise.part)
                yield Question("never", promise.npc_id, text, None)

    def _no_anchor(self) -> Iterator[Question]:
        """A night that is told by what did not happen."""
        happened = {(taking.house, taking.other, taking.quarter) for taking in self._known.takings}
        for taking in self._known.takings:
            for npc_id in sorted(taking.known_to)[:3]:
                if (taking.other, taking.house, taking.quarter) not in happened:
                    took = f"{taking.other} took {taking.quarter} from {taking.house}"
                    yield Question("never", npc_id, self._put("what_by_news", took=took), None)

    def _name(self, npc_id: EntityId) -> str:
        return self._state.npcs[npc_id].character.name


OPEN = {
    "debt": "to whom does {subject} owe money",
    "fear": "who is {subject} afraid of",
    "love": "who is {subject} in love with",
    "spy": "about whom does {subject} inform the police",
    "hoard": "which part does {subject} keep in a jar",
}


def _took(taking: Taking) -> str:
    return f"{taking.house} took {taking.quarter} from {taking.other}"


def _by(things: Sequence[T], key: Callable[[T], K]) -> dict[K, list[T]]:
    found: dict[K, list[T]] = {}
    for thing in things:
        found.setdefault(key(thing), []).append(thing)
    return found


def _lone(things: Sequence[T], key: Callable[[T], K]) -> list[T]:
    """Those that share their key with no other."""
    counts = Counter(map(key, things))
    return [thing for thing in things if counts[key(thing)] == 1]


def _seqs(things: Sequence[Sale | Promise | Taking | Said | Word]) -> frozenset[int]:
    return frozenset(thing.seq for thing in things)
