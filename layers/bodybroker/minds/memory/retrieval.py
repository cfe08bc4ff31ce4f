"""Which memories come to mind, in which order, and whether any of them answers."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace

from bodybroker.minds.memory import counting
from bodybroker.minds.memory.calendar import night_of, span
from bodybroker.minds.memory.queries import Candidate, Hit, Query, Recollection
from bodybroker.minds.memory.records import Record
from bodybroker.minds.memory.rules import MemoryRules
from bodybroker.minds.memory.salience import recency
from bodybroker.minds.memory.words import words
from bodybroker.world.city.rules import Clock

ALL = 1000
"""A memory that fits all that is asked for, per mille."""
Find = Callable[[Query], Sequence[Candidate]]
"""Asks the store, within one scope."""


def remember(query: Query, find: Find, clock: Clock, rules: MemoryRules) -> Recollection:
    """What comes to mind; where the night is told by something else that happened, that is remembered first."""
    if query.asked == "how_many":
        counts = counting.recount(query, find(query), find(counting.single(query)), clock, rules)
        return retrieve(query, counts, rules)
    if query.anchor is None:
        return retrieve(query, find(query), rules)
    anchor = retrieve(query.anchor, find(query.anchor), rules)
    if not anchor.answers:
        return Recollection(anchor.hits, False, query.asked)
    night = night_of(anchor.hits[0].record.minute, clock) + query.shift
    found = retrieve(placed := replace(query, minutes=span(night, clock), anchor=None), find(placed), rules)
    return Recollection((anchor.hits[0], *found.hits)[: rules.retrieval.hits], found.answers, query.asked)


def retrieve(query: Query, candidates: Iterable[Candidate], rules: MemoryRules) -> Recollection:
    """The best of the candidates, each once, those first that fit all that was asked."""
    unique = {candidate.record.record_id: candidate for candidate in candidates}
    best_words = max((candidate.words for candidate in unique.values()), default=0.0)
    scored = [_score(query, candidate, best_words, rules) for candidate in unique.values()]
    close = any(_is_close(query, candidate, rules) for candidate in unique.values())
    scored.sort(key=lambda pair: _order(query, *pair))
    answers = bool(scored) and (close if scored[0][1] is None else scored[0][1] == ALL)
    if answers and scored[0][1] == ALL:  # what fits only in part would blur what fits
        scored = [(hit, fits) for hit, fits in scored if fits == ALL]
    return Recollection(tuple(hit for hit, _ in scored[: rules.retrieval.hits]), answers, query.asked)


def fit(query: Query, record: Record) -> int | None:
    """How much of what is asked for by name a memory is about, per mille; None where nothing is named."""
    fits = [tag in record.about for tag in query.about]
    if query.about and record.kind == "told" and all(fits):
        fits.append(_in_order(query.about, record.about))
    if query.minutes is not None:
        fits.append(query.minutes[0] <= record.minute < query.minutes[1])
    if query.topics:
        fits.append(record.topic in query.topics)
    if query.said:
        fits.append(_says(record, query.said))
    return 1000 * sum(fits) // len(fits) if fits else None


def _in_order(asked: Sequence[str], about: Sequence[str]) -> bool:
    """Whether names stand in the order asked for: who owes whom is not who is owed by whom."""
    left = iter(about)
    return all(tag in left for tag in asked)


def _says(record: Record, said: Sequence[str]) -> bool:
    """Whether a memory is of something that was said: two thirds of its words are in it."""
    having = set(words(record.text))
    return 3 * sum(word in having for word in said) >= 2 * len(said)


def _score(query: Query, candidate: Candidate, best_words: float, rules: MemoryRules) -> tuple[Hit, int | None]:
    record, weights = candidate.record, rules.retrieval.weights
    fits = fit(query, record)
    relevance = _relevance(candidate, best_words, fits, rules)
    near = recency(record, query.now, rules.retrieval.recency_per_night)
    parts = ((weights.relevance, relevance), (weights.recency, near), (weights.importance, 10 * record.importance))
    score = sum(weight * part for weight, part in parts) // sum(weight for weight, _ in parts)
    return Hit(record, score, relevance, near, 10 * record.importance), fits


def _relevance(candidate: Candidate, best_words: float, fits: int | None, rules: MemoryRules) -> int:
    """By words, meaning and names, per mille, by their weights; without a name only by the others."""
    words = int(1000 * candidate.words / best_words) if best_words > 0 else 0
    meaning = int(1000 * min(1.0, max(0.0, candidate.meaning)))
    weights = rules.retrieval
    weighed = weights.words * words + weights.meaning * meaning
    if fits is None:
        return weighed // (weights.words + weights.meaning)
    return (weighed + weights.exact * fits) // (weights.words + weights.meaning + weights.exact)


def _order(query: Query, hit: Hit, fits: int | None) -> tuple[int, int, int, str]:
    """What fits all comes first; among it the first or the last time where one of them is asked for, then the score."""
    by_time = (
        {"first": hit.record.first_minute, "last": -hit.record.minute, "any": 0}[query.which] if fits == ALL else 0
    )
    return (0 if fits == ALL else 1, by_time, -hit.score, hit.record.record_id)


def _is_close(query: Query, candidate: Candidate, rules: MemoryRules) -> bool:
    """Whether a memory answers a question that names nothing: it has enough of its words, or is near in meaning."""
    asked, having = set(words(query.text)), set(words(candidate.record.text))
    shared = 1000 * len(asked & having) // max(1, len(asked))
    return shared >= rules.retrieval.least_words or 1000 * candidate.meaning >= rules.retrieval.least_meaning
