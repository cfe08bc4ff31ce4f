"""The audit: what in a memory is worth nothing. It knows the log and the script, and none of the rules of writing."""

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from bodybroker.kernel.ids import EntityId
from bodybroker.minds.memory.records import Record
from bodybroker.world.beliefs.events import BeliefsFormed

from tests.benchmarks.memory.history import History
from tests.benchmarks.memory.remembering import Remembered
from tests.benchmarks.memory.talk import LINES, Worth

WORTHLESS: frozenset[Worth] = frozenset({"small_talk", "spam", "orders"})
_HEAD = re.compile(r"^(by )?night \d+:?", re.IGNORECASE)
_TAIL = re.compile(r"\(first on night \d+\)")
_WORD = re.compile(r"[a-z0-9$']+")


@dataclass(frozen=True, slots=True)
class Audit:
    """Counts over all NPCs' memories; `growth` is the most that one memory gained in a night."""

    records: int
    junk: int
    unsupported: int
    duplicates: int
    growth: int
    mean_growth: float

    @property
    def share(self) -> float:
        """What is worth nothing, of all."""
        return (self.junk + self.unsupported + self.duplicates) / max(1, self.records)


def audit(history: History, remembered: Remembered) -> Audit:
    """The audit of a world's memories; one that is worth nothing counts once, for its first fault."""
    counts: Counter[str] = Counter()
    for records in remembered.records.values():
        counts.update(_faults(history, records))
    growth = _growth(remembered.dawns)
    return Audit(
        records=sum(map(len, remembered.records.values())),
        junk=counts["junk"],
        unsupported=counts["unsupported"],
        duplicates=counts["duplicate"],
        growth=max(growth, default=0),
        mean_growth=sum(growth) / max(1, len(growth)),
    )


def _faults(history: History, records: Sequence[Record]) -> list[str]:
    found = []
    seen: set[tuple[object, ...]] = set()
    for record in records:
        same = _same(record)
        if _is_junk(history, record):
            found.append("junk")
        elif not _is_supported(history, record):
            found.append("unsupported")
        elif same in seen:
            found.append("duplicate")
        seen.add(same)
    return found


def _is_junk(history: History, record: Record) -> bool:
    """It rests on an utterance that says nothing, or on what a model made up."""
    said = [history.said[seq] for seq in record.sources if seq in history.said]
    return any(one.worth in WORTHLESS for one in said) or any(line.lower() in record.text.lower() for line in LINES)


def _is_supported(history: History, record: Record) -> bool:
    """Every amount that it names stands in an event that it rests on, and there are such events."""
    if not record.sources or record.seq > len(history.events):
        return False
    if record.kind == "reflection":
        return len(record.sources) > 1
    if record.topic == "hearsay":
        return _was_told(history.events[record.sources[-1] - 1].event, record)
    if record.teller is not None:
        return all(_letters(history.said[seq].text)[:100] in _letters(record.text) for seq in record.sources[-1:])
    amounts = {int(amount.replace(",", "")) for amount in re.findall(r"\$([\d,]+)", record.text)}
    told = " ".join(repr(history.events[seq - 1].event) for seq in record.sources)
    known = {int(number) // 100 for number in re.findall(r"\d+", told)}
    return amounts <= known or record.topic in ("promise", "promise_broken", "service")


def _was_told(event: object, record: Record) -> bool:
    return isinstance(event, BeliefsFormed) and any(
        (learned.holder, learned.evidence.source, learned.claim.predicate)
        == (record.npc_id, record.teller, record.slots["claim"])
        for learned in event.learned
    )


def _letters(text: str) -> str:
    return "".join(filter(str.isalnum, text.lower()))


def _same(record: Record) -> tuple[object, ...]:
    """What two memories share that say the same: what was told whenever, what happened in the same night."""
    words = tuple(sorted(Counter(_WORD.findall(_TAIL.sub("", _HEAD.sub("", record.text.lower())))).items()))
    if record.kind == "reflection":
        return ("reflection", re.sub(r"\d+", "#", " ".join(word for word, _ in words)))
    head = _HEAD.match(record.text)
    return words if record.kind == "told" and record.teller is not None else (head[0] if head else "", *words)


def _growth(dawns: Sequence[Mapping[EntityId, int]]) -> list[int]:
    return [
        after[npc_id] - before.get(npc_id, 0)
        for before, after in zip(({}, *dawns), dawns, strict=False)
        for npc_id in after
    ]
