"""How often something has happened up to now: what dawn has counted, and tonight's on top."""

from collections.abc import Iterable, Sequence
from dataclasses import replace

from bodybroker.minds.memory import tallies
from bodybroker.minds.memory.calendar import night_of, span
from bodybroker.minds.memory.queries import Candidate, Query
from bodybroker.minds.memory.records import Record
from bodybroker.minds.memory.rules import MemoryRules
from bodybroker.world.city.rules import Clock


def single(query: Query) -> Query:
    """What asks for the single memories that a count is made of, the newest of them."""
    return replace(query, topics=tallies.COUNTED, which="last")


def recount(
    query: Query, counts: Sequence[Candidate], singles: Iterable[Candidate], clock: Clock, rules: MemoryRules
) -> list[Candidate]:
    """The found `counts` brought up to date by the `singles` found; what dawn has not begun to count is counted too."""
    records = {candidate.record.record_id: candidate.record for candidate in (*counts, *singles)}
    living = sorted(records.values(), key=lambda record: (record.place, record.record_id))
    dawn = span(night_of(query.now, clock), clock)[0]
    new = [record for record in living if record.minute >= dawn and record.kind != "reflection"]
    at = max((record.place for record in living), default=0)
    fresh, outdated = tallies.distil(living, new, at, clock, rules, least=1)
    before = {(one.record.topic, one.record.slots.get("by")): one for one in counts}
    gone = {record.record_id for record in outdated}
    return [
        *(one for one in counts if one.record.record_id not in gone),
        *(_in_place_of(before.get((record.topic, record.slots["by"])), record) for record in fresh),
    ]


def _in_place_of(before: Candidate | None, record: Record) -> Candidate:
    return Candidate(record, exact=True) if before is None else replace(before, record=record, exact=True)
