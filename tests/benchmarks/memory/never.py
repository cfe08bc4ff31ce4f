"""Questions about what never happened, close to what did."""

from collections.abc import Callable, Iterator

from bodybroker.kernel.ids import EntityId

from tests.benchmarks.memory.known import Kind, Maker, Question, by
from tests.benchmarks.memory.talk import STATEMENTS, Statement


class Never(Maker):
    """Sales, promises, words and nights that were not."""

    def kinds(self) -> dict[Kind, tuple[Callable[[], Iterator[Question]], ...]]:
        """The makers of the kind."""
        return {
            "never": (
                self._no_price,
                self._no_sale,
                self._no_word,
                self._no_such_word,
                self._no_gossip,
                self._only_claimed,
                self._no_promise,
                self._no_anchor,
            )
        }

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
            for night, sales in by(self._of(npc_id), lambda sale: sale.night).items():
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
