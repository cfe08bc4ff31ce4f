"""Questions that have an answer."""

from collections.abc import Callable, Iterator

from tests.benchmarks.memory.facts import Taking
from tests.benchmarks.memory.known import Kind, Maker, Question, by, lone, seqs


def dollars(cents: int) -> str:
    """As NPCs say it."""
    return f"${cents // 100:,}"


class Answered(Maker):
    """One fact, the first or the last of several, facts that lead to another, and who said what to whom."""

    def kinds(self) -> dict[Kind, tuple[Callable[[], Iterator[Question]], ...]]:
        """The makers of each kind."""
        return {
            "single": (self._price, self._what, self._to_whom_sold, self._promised, self._quarter),
            "temporal": (self._when_last, self._when_first, self._ago, self._when_broken, self._when_said),
            "multi": (self._price_by_news, self._part_by_talk, self._how_many, self._part_by_promise),
            "told": (self._said_of, self._whose_word, self._said_to, self._who_told, self._who_told),
        }

    # One fact

    def _price(self) -> Iterator[Question]:
        for npc_id in self._people:
            for sale in lone(self._sold(npc_id), lambda sale: (sale.night, sale.part)):
                text = self._put("price", part=sale.part, night=sale.night)
                yield Question("single", npc_id, text, dollars(sale.cents), (frozenset({sale.seq}),))

    def _what(self) -> Iterator[Question]:
        for npc_id in self._people:
            for night, sales in by(self._sold(npc_id), lambda sale: sale.night).items():
                if len({sale.part for sale in sales}) == 1:
                    text = self._put("what", night=night)
                    yield Question("single", npc_id, text, sales[0].part, (seqs(sales),))

    def _to_whom_sold(self) -> Iterator[Question]:
        for npc_id in self._people:
            seen = [sale for sale in self._known.sales if npc_id in sale.seen_by and not sale.delivery]
            for (night, part), sales in by(seen, lambda sale: (sale.night, sale.part)).items():
                if len({sale.buyer for sale in sales}) == 1:
                    text = self._put("seen", part=part, night=night)
                    yield Question("single", npc_id, text, self._name(sales[0].buyer), (seqs(sales),))

    def _promised(self) -> Iterator[Question]:
        made = [promise for promise in self._known.promises if not promise.broken]
        for (npc_id, night), those in by(made, lambda promise: (promise.npc_id, promise.night)).items():
            if len({promise.part for promise in those}) == 1:
                text = self._put("promised", night=night)
                yield Question("single", npc_id, text, those[0].part, (seqs(those),))

    def _quarter(self) -> Iterator[Question]:
        for takings in by(self._known.takings, lambda one: frozenset((one.house, one.other))).values():
            house, other = takings[0].house, takings[0].other
            if len({(taking.house, taking.quarter) for taking in takings}) == 1:
                known_to = sorted(frozenset.union(*(taking.known_to for taking in takings)))
                for npc_id in known_to[:2]:
                    text = self._put("quarter", house=house, other=other)
                    yield Question("single", npc_id, text, takings[0].quarter, (seqs(takings),))

    # When

    def _when_last(self) -> Iterator[Question]:
        yield from self._when("last", -1)

    def _when_first(self) -> Iterator[Question]:
        yield from self._when("first", 0)

    def _when(self, which: str, index: int) -> Iterator[Question]:
        for npc_id in self._people:
            for part, sales in by(self._of(npc_id), lambda sale: sale.part).items():
                if not any(sale.delivery for sale in sales) and len({sale.night for sale in sales}) > 1:
                    text = self._put(f"when_{which}", part=part)
                    night = sales[index].night
                    then = seqs([sale for sale in sales if sale.night == night])
                    yield Question("temporal", npc_id, text, str(night), (then,))

    def _ago(self) -> Iterator[Question]:
        for npc_id in self._people:
            for sale in lone(self._sold(npc_id), lambda sale: sale.night):
                nights = self._now - sale.night
                if nights > 1:
                    text = self._put("ago", nights=nights)
                    yield Question("temporal", npc_id, text, sale.part, (frozenset({sale.seq}),))

    def _when_broken(self) -> Iterator[Question]:
        broken = [promise for promise in self._known.promises if promise.broken]
        for promise in lone(broken, lambda promise: (promise.npc_id, promise.part)):
            text = self._put("when_broken", part=promise.part)
            yield Question("temporal", promise.npc_id, text, str(promise.night), (frozenset({promise.seq}),))

    def _when_said(self) -> Iterator[Question]:
        for npc_id in self._people:
            for said in lone(self._heard(npc_id), lambda said: said.statement):
                if said.listener != npc_id:
                    continue
                text = self._put("when_said", claim=said.statement.plain)
                yield Question("temporal", npc_id, text, str(said.night), (frozenset({said.seq}),))

    # Several facts

    def _price_by_news(self) -> Iterator[Question]:
        for taking in self._lone_takings():
            for npc_id in sorted(taking.known_to):
                for sale in lone(self._sold(npc_id), lambda sale: (sale.night, sale.part)):
                    if sale.night == taking.night:
                        text = self._put("price_by_news", part=sale.part, took=_took(taking))
                        evidence = (frozenset({taking.seq}), frozenset({sale.seq}))
                        yield Question("multi", npc_id, text, dollars(sale.cents), evidence)

    def _part_by_talk(self) -> Iterator[Question]:
        for npc_id in self._people:
            by_night = by(self._sold(npc_id), lambda sale: sale.night)
            for said in lone(self._heard(npc_id), lambda said: said.statement):
                for word, shift in (("when", 0), ("after", 1)):
                    sales = by_night.get(said.night + shift, [])
                    if len({sale.part for sale in sales}) == 1:
                        text = self._put("what_by_talk", when=word, claim=said.statement.plain)
                        evidence = (frozenset({said.seq}), seqs(sales))
                        yield Question("multi", npc_id, text, sales[0].part, evidence)

    def _how_many(self) -> Iterator[Question]:
        for npc_id in self._people:
            for part, sales in by(self._of(npc_id), lambda sale: sale.part).items():
                if len(sales) > 1:
                    text = self._put("how_many", part=part)
                    yield Question("multi", npc_id, text, str(len(sales)), (seqs(sales),))

    def _part_by_promise(self) -> Iterator[Question]:
        made = [promise for promise in self._known.promises if not promise.broken]
        for promise in lone(made, lambda promise: (promise.npc_id, promise.part)):
            sales = [sale for sale in self._sold(promise.npc_id) if sale.night == promise.night]
            if len({sale.part for sale in sales}) == 1 and sales[0].part != promise.part:
                text = self._put("what_by_promise", part=promise.part)
                evidence = (frozenset({promise.seq}), seqs(sales))
                yield Question("multi", promise.npc_id, text, sales[0].part, evidence)

    # Who said what to whom

    def _said_of(self) -> Iterator[Question]:
        for npc_id in self._people:
            heard = self._heard(npc_id)
            for (kind, subject), those in by(heard, lambda said: (said.statement.kind, said.statement.subject)).items():
                if len({said.statement.object for said in those}) == 1 and those[0].listener == npc_id:
                    text = self._put("said_of", open=OPEN[kind].format(subject=subject))
                    yield Question("told", npc_id, text, those[0].statement.object, (seqs(those),))

    def _whose_word(self) -> Iterator[Question]:
        for npc_id in self._people:
            for statement, those in by(self._heard(npc_id), lambda said: said.statement).items():
                text = self._put("whose_word", claim=statement.plain)
                yield Question("told", npc_id, text, "the broker", (seqs(those),))

    def _said_to(self) -> Iterator[Question]:
        for npc_id in self._people:
            for statement, those in by(self._heard(npc_id), lambda said: said.statement).items():
                listeners = {said.listener for said in those}
                if len(listeners) == 1 and npc_id not in listeners:
                    text = self._put("said_to", claim=statement.plain)
                    yield Question("told", npc_id, text, self._name(those[0].listener), (seqs(those),))

    def _who_told(self) -> Iterator[Question]:
        """Gossip, of which one may hear the same from several."""
        for (npc_id, claim), words in by(self._known.gossip, lambda word: (word.listener, word.claim)).items():
            if len({word.teller for word in words}) == 1 and self._name(words[0].teller) not in claim:
                text = self._put("whose_word", claim=claim)
                yield Question("told", npc_id, text, self._name(words[0].teller), (seqs(words),))


OPEN = {
    "debt": "to whom does {subject} owe money",
    "fear": "who is {subject} afraid of",
    "love": "who is {subject} in love with",
    "spy": "about whom does {subject} inform the police",
    "hoard": "which part does {subject} keep in a jar",
}


def _took(taking: Taking) -> str:
    return f"{taking.house} took {taking.quarter} from {taking.other}"
