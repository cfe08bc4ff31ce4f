"""`make memory-report`: the table of systems, hygiene and growth. The package says how it is measured."""

import argparse
import sys
from collections.abc import Sequence
from dataclasses import dataclass, field

from bodybroker.minds.memory import rules as memory_rules
from bodybroker.minds.memory.calendar import night_of
from bodybroker.minds.memory.rules import MemoryRules
from bodybroker.models import tiers
from bodybroker.world import rules as world_rules
from bodybroker.world.rules import Rules

from tests.benchmarks.memory.embedding import embed
from tests.benchmarks.memory.history import History, play
from tests.benchmarks.memory.hygiene import audit
from tests.benchmarks.memory.questions import KINDS, Question, ask
from tests.benchmarks.memory.reader import Reader
from tests.benchmarks.memory.remembering import Remembered, perceive_everything, remember, texts
from tests.benchmarks.memory.scoring import Score
from tests.benchmarks.memory.systems import Given, Ours, Store, System, subqueries
from tests.benchmarks.memory.wordings import WORDINGS, Wording

WORLDS = ((101, "trader"), (102, "robber"), (103, "grower"), (104, "politician"))
"""Seeds that nothing was tuned on, each with a style of play."""
TUNING = ((1, "trader"), (2, "grower"))
"""Seeds for whoever works on retrieval."""
ABSTAINS, CLEAN = 0.95, 0.05


@dataclass
class Report:
    """Scores by system, over all worlds."""

    wording: Wording
    scores: dict[str, Score] = field(default_factory=dict)
    failures: list[str] = field(default_factory=list)
    questions: int = 0


def main() -> int:
    """Print the report; 1 where ours is not what the project asks for."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--nights", type=int, default=60)
    parser.add_argument("--clean-nights", type=int, default=30)
    parser.add_argument("--per-kind", type=int, default=40, help="questions of each kind in each world")
    parser.add_argument("--tuning", action="store_true", help="the seeds for working on retrieval")
    parser.add_argument("--failures", action="store_true", help="print what ours got wrong")
    options = parser.parse_args()
    world, rules = world_rules.load(), memory_rules.load()
    worlds = TUNING if options.tuning else WORLDS
    reports = [Report(wording) for wording in WORDINGS]
    for seed, style in worlds:
        _measure(reports, play(seed, style, options.nights, world), world, rules, options.per_kind)
    for report in reports:
        _print_scores(report)
        if options.failures:
            print("\n".join(report.failures))
    clean = _print_hygiene(worlds, options.clean_nights, world, rules)
    return 0 if clean and all(map(_is_best, reports)) else 1


def _measure(reports: Sequence[Report], history: History, world: Rules, rules: MemoryRules, per_kind: int) -> None:
    ours, everything = remember(history, rules), perceive_everything(history, rules)
    asked = {report.wording: ask(history, per_kind, report.wording) for report in reports}
    every = [question for questions in asked.values() for question in questions]
    systems, reader = _systems(history, ours, everything, every, world, rules), _reader(history, world)
    for report in reports:
        report.questions += len(asked[report.wording])
        for name, system in systems.items():
            score = report.scores.setdefault(name, Score())
            for question in asked[report.wording]:
                given = system(question)
                if not score.add(question, given, reader) and name == "ours":
                    report.failures.append(_failure(question, given, reader))


def _reader(history: History, world: Rules) -> Reader:
    state = history.state
    quarters = [quarter.name for quarter in state.houses.quarters.values()]
    houses = [house.name for house in state.houses.houses.values()]
    return Reader(
        people=tuple(npc.character.name for npc in state.npcs.values()),
        parts=tuple(world.parts.parts),
        places=tuple(quarters + houses),
        tonight=night_of(state.minute, world.clock),
    )


def _failure(question: Question, given: Given, reader: Reader) -> str:
    got = reader.answer(question.text, [record.text for record in given.records]) if given.answers else "nothing"
    first = given.records[0].text if given.records else ""
    return f"{question.kind}: {question.text} {question.answer}, not {got} [{first}]"


def _systems(
    history: History,
    ours: Remembered,
    everything: Remembered,
    questions: Sequence[Question],
    world: Rules,
    rules: MemoryRules,
) -> dict[str, System]:
    product = Ours(Store(ours.records, {}), history.state, world, rules)
    asked = [text for question in questions for text in (question.text, *subqueries(product.query(question)))]
    sentences = list(dict.fromkeys([*texts(ours), *texts(everything), *asked]))
    vectors = dict(zip(sentences, embed(sentences), strict=True))
    mine, raw = Store(ours.records, vectors), Store(everything.records, vectors)
    window = tiers.load().tiers["gold"].context_tokens
    return {
        "ours": Ours(mine, history.state, world, rules),
        "BM25 alone": raw.bm25,
        "vectors alone": raw.by_vectors,
        f"full context ({window} tokens)": raw.everything(window),
        "full context, no limit": raw.everything(None),
        "our store, BM25 alone": mine.bm25,
        "our store, vectors alone": mine.by_vectors,
    }


def _print_scores(report: Report) -> None:
    print(f"\n{report.questions} questions, {report.wording} wording")
    columns = ["hit@5", "accuracy", *KINDS, "tokens"]
    print(f"{'':28}" + "".join(f"{column:>10}" for column in columns))
    for name, score in report.scores.items():
        shares = [score.hit_at_5(), score.accuracy(), *(score.accuracy(kind) for kind in KINDS)]
        print(f"{name:28}" + "".join(f"{share:>10.1%}" for share in shares) + f"{score.tokens_per_question():>10.0f}")


def _print_hygiene(worlds: Sequence[tuple[int, str]], nights: int, world: Rules, rules: MemoryRules) -> bool:
    print(f"\nafter {nights} nights")
    columns = ("records", "junk", "unsupported", "duplicate", "share", "growth", "mean")
    print(f"{'':28}" + "".join(f"{column:>12}" for column in columns))
    clean = True
    for seed, style in worlds:
        history = play(seed, style, nights, world)
        for name, remembered in (
            ("ours", remember(history, rules)),
            ("everything", perceive_everything(history, rules)),
        ):
            found = audit(history, remembered)
            counts = f"{found.records:>12}{found.junk:>12}{found.unsupported:>12}{found.duplicates:>12}"
            growth = f"{found.growth:>12}{found.mean_growth:>12.1f}" if remembered.dawns else ""
            print(f"{f'{name}, {style} {seed}':28}{counts}{found.share:>12.1%}{growth}")
            clean &= name != "ours" or found.share <= CLEAN
    return clean


def _is_best(report: Report) -> bool:
    """Whether ours beats all others, and abstains as it should where questions are put plainly."""
    ours, others = report.scores["ours"], [score for name, score in report.scores.items() if name != "ours"]
    abstains = report.wording == "free" or ours.accuracy("never") >= ABSTAINS
    return abstains and all(
        ours.accuracy() > other.accuracy() and ours.hit_at_5() > other.hit_at_5() for other in others
    )


if __name__ == "__main__":
    sys.exit(main())
