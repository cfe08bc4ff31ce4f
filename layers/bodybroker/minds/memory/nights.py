"""Dawn: what a night comes to in an NPC's memory. Repetitions are merged, words that ran out end, what happens again
and again becomes a sentence of its own, and what matters no more is forgotten."""

from collections.abc import Callable, Hashable, Iterable, Sequence

from msgspec.structs import replace

from bodybroker.minds.memory import tallies
from bodybroker.minds.memory.calendar import night_of
from bodybroker.minds.memory.episodes.base import dollars, listed, plural
from bodybroker.minds.memory.records import Changes, Record, record_id
from bodybroker.minds.memory.rules import MemoryRules
from bodybroker.minds.memory.salience import salience
from bodybroker.world.city.rules import Clock

Key = Callable[[Record], Hashable]


def sleep(kept: Sequence[Record], at: int, minute: int, clock: Clock, rules: MemoryRules) -> Changes:
    """What dawn at `minute` (the event at place `at`) changes in one NPC's memory.

    `kept` is what the NPC remembers before that event, in any order: at least all that is younger than a night.
    """
    night = night_of(minute - 1, clock)
    waking = _Waking(kept, at, night, clock)
    _end_words(waking, rules)
    _keep_last_haggle(waking)
    _join_sales(waking, clock)
    _join_sightings(waking, clock)
    _merge_retold(waking, clock)
    _prefer_quotes(waking)
    distilled, outdated = tallies.distil(
        waking.living(), waking.tonight(), at, clock, rules, least=rules.night.distils_from
    )
    waking.end(outdated)
    waking.end(_least(waking.tonight(), rules))
    waking.end(_faded(waking.living(), minute, rules))
    began = tuple(record for record in waking.began if record.record_id not in waking.ended) + distilled
    known = {record.record_id for record in kept}
    return Changes(at, began, tuple(sorted(waking.ended & known)))


class _Waking:
    """A memory in the making: what was there, what began with this dawn, what ended."""

    def __init__(self, kept: Sequence[Record], at: int, night: int, clock: Clock) -> None:
        self.at = at
        self.began: list[Record] = []
        self.ended: set[str] = set()
        self._kept = sorted(kept, key=lambda record: (record.minute, record.place, record.record_id))
        self._night = night
        self._clock = clock

    def living(self) -> list[Record]:
        """What has not ended, the oldest first."""
        return [record for record in (*self._kept, *self.began) if record.record_id not in self.ended]

    def tonight(self) -> list[Record]:
        """What of it is of the night that ends now, and no reflection."""
        return [
            record
            for record in self.living()
            if record.kind != "reflection" and night_of(record.minute, self._clock) == self._night
        ]

    def end(self, records: Iterable[Record]) -> None:
        """These are no more."""
        self.ended |= {record.record_id for record in records}

    def merge(self, records: Sequence[Record], text: str, slots: dict[str, str] | None = None) -> None:
        """One record in place of several, the newest of which it resembles but for its `text` (and `slots`)."""
        newest = records[-1]
        nth = len(self.began)
        self.end(records)
        self.began.append(
            replace(
                newest,
                record_id=record_id(newest.npc_id, self.at, newest.topic, nth),
                place=self.at,
                first_minute=min(record.first_minute for record in records),
                text=text,
                slots=newest.slots if slots is None else slots,
                about=tuple(dict.fromkeys(tag for record in records for tag in record.about)),
                importance=max(record.importance for record in records),
                sources=tuple(sorted({source for record in records for source in record.sources})),
                trust=max(record.trust for record in records),
            )
        )


def _end_words(waking: _Waking, rules: MemoryRules) -> None:
    waking.end(record for record in waking.tonight() if not rules.topics[record.topic].lasts)


def _keep_last_haggle(waking: _Waking) -> None:
    """Of the to and fro over a part only how it ended is remembered."""
    for rounds in _groups(waking.tonight(), _haggled):
        waking.end(rounds[:-1])


def _join_sales(waking: _Waking, clock: Clock) -> None:
    """Several sales of a part at a place in one night are one memory, with the lowest price and the highest."""
    for sales in _groups(waking.tonight(), _deal):
        if len(sales) > 1:
            cents = sorted(int(sale.slots["cents"]) for sale in sales)
            slots = {name: sales[0].slots[name] for name in ("part", "where")}
            slots |= {"count": str(len(sales)), "lowest_cents": str(cents[0]), "highest_cents": str(cents[-1])}
            price = f"{dollars(cents[0])} each" if cents[0] == cents[-1] else _range(cents)
            sold = f"the broker sold me {len(sales)} {plural(slots['part'])} for {price} at {slots['where']}."
            waking.merge(sales, f"Night {night_of(sales[-1].minute, clock)}: {sold}", slots)


def _range(cents: Sequence[int]) -> str:
    return f"{dollars(cents[0])} to {dollars(cents[-1])}"


def _join_sightings(waking: _Waking, clock: Clock) -> None:
    """Sales of one night to the same buyer at the same place are one sight."""
    for sales in _groups(waking.tonight(), _sight):
        if len(sales) > 1:
            parts = listed([sale.slots["part"] for sale in sales])
            first = sales[0].slots
            night = night_of(sales[-1].minute, clock)
            waking.merge(sales, f"Night {night}: I saw the broker sell {parts} to {first['who']} at {first['where']}.")


def _merge_retold(waking: _Waking, clock: Clock) -> None:
    """Who says again what was said before is remembered as saying it since then."""
    fresh = {record.record_id for record in waking.tonight()}
    for tellings in _groups(waking.living(), _word):
        if len(tellings) > 1 and tellings[-1].record_id in fresh:
            first = night_of(min(telling.first_minute for telling in tellings), clock)
            text = tellings[-1].text.removesuffix(_SINCE.format(first=first))
            since = "" if first == night_of(tellings[-1].minute, clock) else _SINCE.format(first=first)
            waking.merge(tellings, text + since)


def _prefer_quotes(waking: _Waking) -> None:
    """What the player said is remembered in the player's words, not a second time as what it comes down to."""
    quoted = {(record.minute, record.teller) for record in waking.tonight() if record.topic == "talk"}
    waking.end(r for r in waking.tonight() if r.topic == "hearsay" and (r.minute, r.teller) in quoted)


_SINCE = " (first on night {first})"


def _haggled(record: Record) -> Hashable:
    return record.slots["part"] if record.topic == "haggle" else None


def _deal(record: Record) -> Hashable:
    return (record.slots["part"], record.slots["where"]) if record.topic == "sale" else None


def _sight(record: Record) -> Hashable:
    return (record.slots["who"], record.slots["where"]) if record.topic == "sale_seen" else None


def _word(record: Record) -> Hashable:
    """Whose word it is and what was said, whenever: letters and digits of the slots, else of the sentence."""
    if record.kind != "told":
        return None
    said = record.slots or {"text": record.text.partition(":")[2]}
    flat = tuple(sorted((name, "".join(filter(str.isalnum, value.lower()))) for name, value in said.items()))
    return (record.topic, record.teller, flat)


def _groups(records: Iterable[Record], key: Key) -> list[list[Record]]:
    """Records with the same key that is not None, in the order in which they come."""
    found: dict[Hashable, list[Record]] = {}
    for record in records:
        named = key(record)
        if named is not None:
            found.setdefault(named, []).append(record)
    return list(found.values())


def _least(tonight: Sequence[Record], rules: MemoryRules) -> list[Record]:
    """What a night holds beyond what is kept of one: the least important, of these the oldest."""
    by_worth = sorted(tonight, key=lambda record: (record.importance, record.minute, record.record_id))
    return by_worth[: max(0, len(by_worth) - rules.night.most_per_night)]


def _faded(living: Iterable[Record], minute: int, rules: MemoryRules) -> list[Record]:
    return [
        record
        for record in living
        if record.kind != "reflection" and salience(record, minute, rules.night) < rules.night.forgets_below
    ]
