"""The reader: the same for every system. It sees a question and sentences, and reads the answer off one of them."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

_WORD = re.compile(r"[a-z0-9$]+(?:[-'][a-z0-9]+)*")
_AGO = re.compile(r"\b(\d+) nights ago\b")
_CLAUSE = re.compile(r"\b(?:on )?the night (when|after|before) (.+?)[?,]")
_SHIFT = {"when": 0, "after": 1, "before": -1}
_HEAD = re.compile(r"^(?:by )?night (\d+)\b", re.IGNORECASE)
_PRICE = re.compile(r"\$[\d,]+")
_COUNT = re.compile(r"(?<!night )(?<![$\d,])\b(\d+)\b(?! percent)")
_ASKER = re.compile(r"\b(i|me|my)\b")
_NIGHT = re.compile(r"\bnight (\d+)\b", re.IGNORECASE)

_STOP = frozenset(
    {"a", "an", "the", "did", "do", "does", "have", "has", "had", "was", "were", "is", "are", "be", "been"}
    | {"for", "on", "in", "to", "from", "by", "with", "at", "of", "that", "it", "this", "and", "or", "there", "here"}
    | {"me", "i", "my", "mine", "you", "your", "they", "when", "where", "what", "which", "who", "whom", "whose", "how"}
    | {"much", "many", "all", "price", "give", "gave", "so", "far", "know", "should", "mark", "words", "swear"}
    | {"first", "last", "night", "nights", "part", "quarter", "one", "remind", "remember", "again", "something"}
    | {"time", "cash", "get", "got", "somebody", "else", "went", "would", "us", "put", "into", "head", "over", "out"}
    | {"let", "changed", "hands", "between"}
)
_ALIKE = {
    **dict.fromkeys(("sell", "sold", "buy", "bought", "pay", "paid", "cost", "worth", "bring", "brought"), "trade"),
    **dict.fromkeys(("tell", "told", "say", "said", "hear", "heard", "mention", "mentioned"), "say"),
    **dict.fromkeys(("promise", "promised", "word", "swore"), "promise"),
    **dict.fromkeys(("break", "broke", "broken", "down"), "break"),
    **dict.fromkeys(("take", "took", "chased"), "take"),
    **dict.fromkeys(("owe", "owes"), "owe"),
    **dict.fromkeys(("keep", "keeps", "kept"), "keep"),
    **dict.fromkeys(("inform", "informs"), "inform"),
    **dict.fromkeys(("see", "saw", "seen"), "see"),
}
LEAST = 0.5
"""The share of a question's words that a sentence must have to answer it."""


@dataclass(frozen=True)
class Reader:
    """Knows the people, the parts and the quarters of a world by name, and which night it is."""

    people: tuple[str, ...]
    parts: tuple[str, ...]
    places: tuple[str, ...]
    tonight: int

    @cached_property
    def _known(self) -> dict[str, tuple[frozenset[str], frozenset[str]]]:
        return {}

    @cached_property
    def _names(self) -> re.Pattern[str]:
        known = (*self.people, *self.places, *self.parts, *(f"{part}s" for part in self.parts))
        longest_first = sorted((name.lower() for name in known), key=len, reverse=True)
        return re.compile(rf"\b(?:{'|'.join(map(re.escape, longest_first))})\b")

    @cached_property
    def _somebody(self) -> re.Pattern[str]:
        names = sorted((*self.people, "the broker"), key=len, reverse=True)
        return re.compile("|".join(rf"\b{re.escape(name)}(?!\w)" for name in names))

    def answer(self, question: str, sentences: Sequence[str]) -> str | None:
        """The answer, None where no sentence has one."""
        question = _AGO.sub(lambda ago: f"on night {self.tonight - int(ago[1])}", question)
        clause = _CLAUSE.search(question)
        if clause is None:
            return self._read(question, sentences)
        told = self._best(clause[2], sentences, "night")
        if told is None:
            return None
        night = int(_HEAD.match(told)[1]) + _SHIFT[clause[1]]  # type: ignore[index]
        return self._read(question.replace(clause[0], f"on night {night}?"), sentences)

    def _read(self, question: str, sentences: Sequence[str]) -> str | None:
        wanted = self._wanted(question)
        best = self._best(question, sentences, wanted)
        return None if best is None else self._slot(best, wanted, question)

    def _best(self, question: str, sentences: Sequence[str], wanted: str) -> str | None:
        named, words = self._named(question), self._content(question)
        fitting = []
        for place, sentence in enumerate(sentences):
            names, own = self._read_once(sentence)
            if not named <= names or self._slot(sentence, wanted, question) is None:
                continue
            shared = len(words & own)
            if shared >= LEAST * len(words):
                fitting.append((-shared, self._time(question, sentence), len(own), place, sentence))
        return min(fitting)[-1] if fitting else None

    def _read_once(self, sentence: str) -> tuple[frozenset[str], frozenset[str]]:
        """What a sentence names, and its other words; every question reads the same sentences again."""
        if sentence not in self._known:
            self._known[sentence] = self._named(sentence), self._content(sentence)
        return self._known[sentence]

    def _time(self, question: str, sentence: str) -> int:
        head = _HEAD.match(sentence)
        night = int(head[1]) if head else 0
        if re.search(r"\blast\b", question):
            return -night
        return night if re.search(r"\bfirst\b", question) else 0

    def _wanted(self, question: str) -> str:
        """What kind of thing is asked for."""
        flat = question.lower()
        for pattern, wanted in (
            (r"\bhow many\b", "count"),
            (r"\bhow much\b|\bprice\b|\bcost\b|\bworth\b", "price"),
            (r"^when\b|\bwhich night\b", "night"),
            (r"\bwhich quarter\b|\bquarter\. which one\b", "place"),
            (r"\bwho\b|\bwhom\b|\bwhose\b", "person"),
        ):
            if re.search(pattern, flat):
                return wanted
        return "part"

    def _slot(self, sentence: str, wanted: str, question: str) -> str | None:
        """The first thing of that kind in a sentence that the question does not name itself."""
        asked = question.lower()
        meant = {*self._in_order(question), *({"the broker"} if _ASKER.search(asked) else ())}
        match wanted:
            case "price":
                found = _PRICE.findall(sentence)
            case "count":
                found = _COUNT.findall(sentence)
            case "night":
                found = self._nights(sentence, asked)
            case "person":
                found = [name for name in self._in_order(sentence) if name not in meant]
            case "place":
                found = [name for name in self.places if name in sentence and name.lower() not in asked]
            case _:
                found = [part for part in self._parts_in(sentence) if part not in self._parts_in(question)]
        return found[0] if found else None

    def _nights(self, sentence: str, asked: str) -> list[str]:
        nights = _NIGHT.findall(sentence)
        if "first" in asked and (since := re.search(r"first on night (\d+)", sentence)):
            return [since[1]]
        return nights

    def _in_order(self, sentence: str) -> list[str]:
        """The people whom a sentence names, in its order; a name within a longer one is not meant."""
        return self._somebody.findall(sentence)

    def _parts_in(self, text: str) -> list[str]:
        known = {form: part for part in self.parts for form in (part, f"{part}s")}
        return [known[word] for word in _WORD.findall(text.lower()) if word in known]

    def _named(self, text: str) -> frozenset[str]:
        """People, parts, places and nights that a text names; the player is in every sentence."""
        people = {name for name in self._in_order(text) if name != "the broker"}
        nights = {f"night {number}" for number in _NIGHT.findall(text)}
        return frozenset({*people, *self._parts_in(text), *nights, *(name for name in self.places if name in text)})

    def _content(self, text: str) -> frozenset[str]:
        """The words that say what is meant, but for what is named."""
        flat = self._names.sub(" ", text.lower())
        words = (word.removesuffix("'s") for word in _WORD.findall(flat))
        telling = (_ALIKE.get(word, word) for word in words if word not in _STOP and not word.isdigit())
        return frozenset(word.removesuffix("s") if len(word) > 3 else word for word in telling)
