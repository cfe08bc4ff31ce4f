"""Reflections: what many memories of a kind come down to, said in one sentence that says how often and since when."""

from collections.abc import Sequence
from dataclasses import dataclass

from bodybroker.minds.memory.calendar import night_of
from bodybroker.minds.memory.records import Record, record_id
from bodybroker.minds.memory.rules import MemoryRules
from bodybroker.world.city.rules import Clock
from bodybroker.world.wording import words

IMPORTANCE = "tally"
"""The topic in memory.yaml that says how much they matter."""


@dataclass(frozen=True, slots=True)
class Tally:
    """What is counted: memories of `topics`, for each value of the slot `by` (None: all), and the sentence for it.

    In `says` stand `{counted}` (so many `noun`s, or of what `by` names where `noun` is empty) and `{value}`.
    """

    topics: tuple[str, ...]
    by: str | None
    noun: str
    says: str

    @property
    def topic(self) -> str:
        """What its sentences are about."""
        return of_topic(self.topics[0])

    def value(self, record: Record) -> str:
        """For which value it counts a memory."""
        return "" if self.by is None else record.slots[self.by]


def of_topic(topic: str) -> str:
    """The topic of sentences that count memories of a topic."""
    return f"{topic}_tally"


_SALES = ("sale", "promise_kept")
TALLIES = (
    Tally(_SALES, None, "part", "the broker has sold me {counted} in all"),
    Tally(_SALES, "part", "", "the broker has sold me {counted} in all"),
    Tally(("sale_seen",), "who", "time", "I have seen the broker trade with {value} {counted}"),
    Tally(("promise_kept",), None, "promise", "the broker has kept {counted} to me"),
    Tally(("promise_broken",), None, "promise", "the broker has broken {counted} to me"),
    Tally(("fight",), None, "time", "the broker and I have fought {counted}"),
    Tally(("parting",), None, "time", "I have walked away from the broker {counted}"),
)
TOPICS = tuple(dict.fromkeys(tally.topic for tally in TALLIES))
COUNTED = tuple(dict.fromkeys(topic for tally in TALLIES for topic in tally.topics))


def distil(
    living: Sequence[Record], tonight: Sequence[Record], at: int, clock: Clock, rules: MemoryRules, least: int
) -> tuple[tuple[Record, ...], list[Record]]:
    """The sentences that tonight's memories (some of the `living`) make new or renew, and those that these replace.

    A sentence counts `least` at least, and begins at the event's place `at`.
    """
    standing = {(record.topic, record.slots.get("by", "")): record for record in living if record.kind == "reflection"}
    new = {record.record_id for record in tonight}
    fresh: list[Record] = []
    outdated: list[Record] = []
    for tally in TALLIES:
        counted = [record for record in living if record.topic in tally.topics]
        for value in sorted({tally.value(record) for record in counted}):
            those = [record for record in counted if tally.value(record) == value]
            before = standing.get((tally.topic, value))
            added = those if before is None else [record for record in those if record.record_id in new]
            those = added if before is None else [before, *added]
            if added and sum(map(_times, those)) >= least:
                fresh.append(_written(tally, value, those, at, len(fresh), clock, rules))
                outdated += [before] if before is not None else []
    return tuple(fresh), outdated


def _times(record: Record) -> int:
    return int(record.slots.get("count", "1"))


def _written(
    tally: Tally, value: str, those: Sequence[Record], at: int, nth: int, clock: Clock, rules: MemoryRules
) -> Record:
    newest, count = those[-1], sum(map(_times, those))
    first_minute = min(record.first_minute for record in those)
    first, last = night_of(first_minute, clock), night_of(newest.minute, clock)
    noun = tally.noun or words(value)
    said = tally.says.format(counted=f"{count} {noun}{'s' * (count != 1)}", value=value)
    slots = {"count": str(count), "by": value}
    if tally.by is not None:
        slots |= {name: newest.slots[name] for name in (tally.by, f"{tally.by}_id") if name in newest.slots}
    return Record(
        record_id=record_id(newest.npc_id, at, tally.topic, nth),
        npc_id=newest.npc_id,
        place=at,
        minute=newest.minute,
        first_minute=first_minute,
        kind="reflection",
        topic=tally.topic,
        text=f"By night {last} {said}, first on night {first}, last on night {last}.",
        slots=slots,
        about=() if tally.by is None else (slots.get(f"{tally.by}_id", value),),
        importance=rules.importance(IMPORTANCE),
        sources=tuple(sorted({source for record in those for source in record.sources}))[-rules.night.sources :],
    )
