"""Reflections: what many memories of a kind come down to, said in one sentence that says how often and since when."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from bodybroker.minds.memory.calendar import night_of
from bodybroker.minds.memory.episodes.base import plural
from bodybroker.minds.memory.records import Record, record_id
from bodybroker.minds.memory.rules import MemoryRules
from bodybroker.world.city.rules import Clock

TOPIC = "tally"


@dataclass(frozen=True, slots=True)
class Tally:
    """What is counted: memories of `topics`, for each value of the slot `by` (None: all), and the sentence for it.

    In `says` stand `{count}`, `{value}` (one of `by`) and `{values}` (more of them).
    """

    name: str
    topics: tuple[str, ...]
    by: str | None
    says: str


SALES = ("sale", "promise_kept")
TALLIES = (
    Tally("sales", SALES, None, "the broker has sold me {count} parts in all"),
    Tally("sales", SALES, "part", "the broker has sold me {count} {values} in all"),
    Tally("sights", ("sale_seen",), "who", "I have seen the broker trade with {value} {count} times"),
    Tally("promises kept", ("promise_kept",), None, "the broker has kept {count} promises to me"),
    Tally("promises broken", ("promise_broken",), None, "the broker has broken {count} promises to me"),
    Tally("fights", ("fight",), None, "the broker and I have fought {count} times"),
    Tally("partings", ("parting",), None, "I have walked away from the broker {count} times"),
)


def distil(
    living: Sequence[Record], tonight: Sequence[Record], at: int, night: int, clock: Clock, rules: MemoryRules
) -> tuple[tuple[Record, ...], list[Record]]:
    """The sentences that this night makes new or renews, and those in whose place they stand."""
    standing = {record.slots["tally"]: record for record in living if record.topic == TOPIC}
    fresh: list[Record] = []
    outdated: list[Record] = []
    for tally in TALLIES:
        counted = [record for record in living if record.topic in tally.topics]
        new = {record.record_id for record in tonight}
        for value in sorted({_value(tally, record) for record in tonight if record.topic in tally.topics}):
            name = f"{tally.name}/{value}"
            before = standing.get(name)
            those = [record for record in counted if _value(tally, record) == value]
            if before is not None:
                those = [before, *(record for record in those if record.record_id in new)]
            count = sum(_times(record) for record in those)
            if count >= rules.night.distils_from:
                fresh.append(_written(tally, name, value, those, count, at, night, len(fresh), clock, rules))
                outdated += [before] if before is not None else []
    return tuple(fresh), outdated


def _value(tally: Tally, record: Record) -> str:
    return "" if tally.by is None else record.slots[tally.by]


def _times(record: Record) -> int:
    return int(record.slots.get("count", 1))


def _written(
    tally: Tally,
    name: str,
    value: str,
    those: Sequence[Record],
    count: int,
    at: int,
    night: int,
    nth: int,
    clock: Clock,
    rules: MemoryRules,
) -> Record:
    newest = those[-1]
    first_minute = min(record.first_minute for record in those)
    since = f"first on night {night_of(first_minute, clock)}, last on night {night}"
    said = tally.says.format(count=count, value=value, values=plural(value) if value else "")
    slots: Mapping[str, str] = {"tally": name, "count": str(count)} | {
        key: newest.slots[key] for key in (tally.by, f"{tally.by}_id") if key in newest.slots
    }
    return Record(
        record_id=record_id(newest.npc_id, at, TOPIC, nth),
        npc_id=newest.npc_id,
        place=at,
        minute=newest.minute,
        first_minute=first_minute,
        kind="reflection",
        topic=TOPIC,
        text=f"By night {night} {said}, {since}.",
        slots=dict(slots),
        about=_about(tally, newest),
        importance=rules.importance(TOPIC),
        sources=tuple(sorted({source for record in those for source in record.sources}))[-rules.night.sources :],
    )


def _about(tally: Tally, newest: Record) -> tuple[str, ...]:
    """Whom or what it counts by; the sum of all names nothing."""
    return () if tally.by is None else (newest.slots.get(f"{tally.by}_id", newest.slots[tally.by]),)
