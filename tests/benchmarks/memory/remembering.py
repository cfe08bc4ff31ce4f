"""What NPCs remember of a history: by our rules, night by night, and all that they perceived, as it came."""

from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from bodybroker.kernel.ids import EntityId
from bodybroker.minds.memory import nights, perception
from bodybroker.minds.memory.records import Changes, Record, place
from bodybroker.minds.memory.rules import GateRules, MemoryRules
from bodybroker.world.city.events import PhaseChanged

from tests.benchmarks.memory.history import History

EVERYTHING = {
    "least_importance": 0,
    "small_talk": (),
    "orders": (),
    "characters": 100_000,
}


@dataclass
class Remembered:
    """Memories by NPC, oldest first: what is left in the end, and the sizes of every memory at each dawn."""

    records: dict[EntityId, list[Record]]
    dawns: list[dict[EntityId, int]] = field(default_factory=list)


def remember(history: History, rules: MemoryRules) -> Remembered:
    """What our rules leave."""
    live: dict[EntityId, dict[str, Record]] = defaultdict(dict)
    dawns = []
    for happened in history.events:
        at = place(0, happened.seq)
        _write(live, perception.perceive(happened.before, happened.event, at, history.rules, rules))
        if isinstance(happened.event, PhaseChanged) and happened.event.phase == "day":
            for records in list(live.values()):
                minute = happened.event.minute
                _write(live, nights.sleep(list(records.values()), at, minute, history.rules.clock, rules))
            dawns.append({npc_id: len(records) for npc_id, records in live.items()})
    return Remembered(_sorted(live), dawns)


def perceive_everything(history: History, rules: MemoryRules) -> Remembered:
    """Every sentence of every event, without gate and without dawn."""
    gate = GateRules(**{**_fields(rules.gate), **EVERYTHING, "words": rules.gate.words.model_copy(update=_ALL_WORDS)})
    open_rules = rules.model_copy(update={"gate": gate})
    live: dict[EntityId, dict[str, Record]] = defaultdict(dict)
    for happened in history.events:
        at = place(0, happened.seq)
        _write(live, perception.perceive(happened.before, happened.event, at, history.rules, open_rules))
    return Remembered(_sorted(live))


_ALL_WORDS = {"low": 0, "high": 1_000_000}


def _fields(gate: GateRules) -> dict[str, object]:
    return {name: getattr(gate, name) for name in GateRules.model_fields}


def _write(live: dict[EntityId, dict[str, Record]], changes: Changes) -> None:
    for records in live.values():
        for record_id in changes.ended:
            records.pop(record_id, None)
    for record in changes.records:
        live[record.npc_id][record.record_id] = record


def _sorted(live: Mapping[EntityId, Mapping[str, Record]]) -> dict[EntityId, list[Record]]:
    return {
        npc_id: sorted(records.values(), key=lambda record: (record.minute, record.place, record.record_id))
        for npc_id, records in live.items()
    }


def texts(remembered: Remembered) -> Iterator[str]:
    """Every sentence."""
    return (record.text for records in remembered.records.values() for record in records)
