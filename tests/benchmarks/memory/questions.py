"""The questions of a history, drawn from all that can be asked."""

from collections.abc import Sequence

from bodybroker.kernel.random import Stream

from tests.benchmarks.memory.answered import Answered
from tests.benchmarks.memory.facts import facts
from tests.benchmarks.memory.history import History
from tests.benchmarks.memory.known import KINDS, Question
from tests.benchmarks.memory.never import Never
from tests.benchmarks.memory.wordings import Wording

__all__ = ["KINDS", "Question", "ask"]


def ask(history: History, per_kind: int, wording: Wording) -> list[Question]:
    """Up to `per_kind` questions of each kind, drawn by the world's seed; each text once per NPC."""
    known = facts(history)
    all_makers = Answered(history, known, wording).kinds() | Never(history, known, wording).kinds()
    chosen: list[Question] = []
    for kind, makers in all_makers.items():
        stream = Stream(history.seed, "benchmark", "questions", kind)
        pools = [list({(q.npc_id, q.text): q for q in make()}.values()) for make in makers]
        chosen += _evenly(pools, per_kind, stream)
    return chosen


def _evenly(pools: Sequence[list[Question]], count: int, stream: Stream) -> list[Question]:
    """As many as possible of each pool, so that no form of question crowds out the others."""
    shuffled = [stream.sample(pool, len(pool)) for pool in pools]
    rounds = [pool[n] for n in range(count) for pool in shuffled if n < len(pool)]
    return rounds[:count]
