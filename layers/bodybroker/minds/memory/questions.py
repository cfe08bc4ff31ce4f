"""What a player's words ask an NPC's memory for: who and what is named, which night, the first time or the last."""

import re
from dataclasses import replace

from bodybroker.minds.memory import tallies
from bodybroker.minds.memory.calendar import night_of, span
from bodybroker.minds.memory.names import Names
from bodybroker.minds.memory.queries import Asked, Query, Which
from bodybroker.minds.memory.rules import MemoryRules
from bodybroker.minds.memory.words import words
from bodybroker.world.city.rules import Clock

_NUMBERS = {
    word: number
    for number, word in enumerate(
        ("one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve"), start=1
    )
}
_COUNT = rf"(\d{{1,4}}|{'|'.join(_NUMBERS)})"
_NIGHT = re.compile(r"\bnight (\d{1,4})\b|\b(\d{1,4})(?:st|nd|rd|th) night\b")
_AGO = re.compile(rf"\b{_COUNT} (?:nights?|days?) ago\b")
_NEAR = {"tonight": 0, "today": 0, "last night": 1, "yesterday": 1, "the night before last": 2}
_ANCHOR = re.compile(
    r"\b(?:on )?the (?:same )?(?:night|day) (when|that|after|before) (?!last\b)(.+?)(?:[,?]|$)", re.IGNORECASE
)
_SHIFTS = {"when": 0, "that": 0, "after": 1, "before": -1}
_REPORT = re.compile(
    r"\b(?:tell|told|say|said|hear|heard|claim|claimed|mention|mentioned)\b[^:]*?\bthat\b", re.IGNORECASE
)
_FIRST = re.compile(r"\b(first|earliest)\b")
_LAST = re.compile(r"\b(last|latest|most recent|recently|now|lately)\b(?! night\b)")
_ASKED: tuple[tuple[Asked, re.Pattern[str]], ...] = (
    ("how_many", re.compile(r"\bhow (many|often)\b")),
    ("how_much", re.compile(r"\bhow much\b|\b(what|which) price\b|\bfor what\b")),
    ("when", re.compile(r"\bwhen\b|\b(what|which) night\b|\bhow long ago\b")),
    ("who", re.compile(r"\bwho(m|se)?\b")),
    ("where", re.compile(r"\bwhere\b|\bwhich place\b")),
    ("what", re.compile(r"\bwh(at|ich)\b|\bhow did\b")),
    ("whether", re.compile(r"^(did|have|has|do|were|was|is)\b")),
)


def understand(text: str, now: int, names: Names, clock: Clock, rules: MemoryRules) -> Query:
    """The query in the player's words to an NPC, at minute `now`."""
    text = " ".join(text.split())
    clause = _ANCHOR.search(text)
    if clause is None:
        return _plain(text, now, names, clock, rules)
    anchor = _plain(clause[2], now, names, clock, rules)
    main = _plain(f"{text[: clause.start()]} {text[clause.end() :]}".strip(), now, names, clock, rules)
    return replace(main, minutes=None, anchor=anchor, shift=_SHIFTS[clause[1].lower()])


def _plain(text: str, now: int, names: Names, clock: Clock, rules: MemoryRules) -> Query:
    flat = text.lower()
    asked = _asked(flat)
    return Query(
        text=text,
        now=now,
        about=names.tags(text),
        topics=_topics(flat, asked, rules),
        minutes=_minutes(flat, now, clock),
        which=_which(flat),
        asked=asked,
        said=_said(text, names),
    )


def _said(text: str, names: Names) -> tuple[str, ...]:
    """The words of what was said to be so ("that …"), names left out: these are asked for by themselves."""
    report = _REPORT.search(text)
    return tuple(dict.fromkeys(words(names.without(text[report.end() :])))) if report else ()


def _asked(flat: str) -> Asked:
    return next((asked for asked, pattern in _ASKED if pattern.search(flat)), "open")


def _which(flat: str) -> Which:
    if _FIRST.search(flat):
        return "first"
    return "last" if _LAST.search(flat) else "any"


def _topics(flat: str, asked: Asked, rules: MemoryRules) -> tuple[str, ...]:
    """What it is about. Who asks how often something happened asks for what many memories come down to; what was
    said is no topic, that it was said is."""
    head = flat[: report.end()] if (report := _REPORT.search(flat)) else flat
    matching = [
        name for name, topic in rules.topics.items() if any(re.search(pattern, head) for pattern in topic.asked)
    ]
    broader = {other for name in matching for other in rules.topics[name].instead_of}
    narrow = tuple(name for name in matching if name not in broader)
    if asked == "how_many":
        counted = tuple(topic for name in narrow if (topic := tallies.of_topic(name)) in tallies.TOPICS)
        return counted or tallies.TOPICS
    return narrow


def _minutes(flat: str, now: int, clock: Clock) -> tuple[int, int] | None:
    """The night that is named, if one is."""
    if named := _NIGHT.search(flat):
        return span(int(named[1] or named[2]), clock)
    if ago := _AGO.search(flat):
        return span(night_of(now, clock) - _number(ago[1]), clock)
    nights = [nights for words, nights in _NEAR.items() if re.search(rf"\b{words}\b", flat)]
    return span(night_of(now, clock) - max(nights), clock) if nights else None


def _number(word: str) -> int:
    return _NUMBERS.get(word) or int(word)
