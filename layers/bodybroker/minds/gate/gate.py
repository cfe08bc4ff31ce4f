"""The gate itself: an interface, and the rules that fill it today."""

import re
from collections.abc import Iterable
from functools import cache
from typing import Literal, Protocol

from msgspec import Struct

from bodybroker.minds.gate import safety
from bodybroker.minds.gate.folding import Folding
from bodybroker.minds.gate.leaks import Hidden
from bodybroker.minds.gate.matching import Matcher
from bodybroker.minds.gate.reading import Reader
from bodybroker.minds.gate.safety import CHANNELS, Action, Channel, Safety
from bodybroker.minds.gate.unfinished import set_aside

SENTENCE_END = re.compile(r"(?:(?<!\.)\.|[!?]+)['\u2019)]*(?=\s)")  # an ellipsis is a pause
LEAK = "leak"
"""The category of words repeated from the prompt."""


class Verdict(Struct, frozen=True):
    """What is done with a text: `pass` it, `hold` it back, or `help` the player who wrote it; which category and rule.

    `clear`: of a line that goes on, how many characters may be shown already, whatever follows.
    """

    action: Literal["pass", "hold", "help"] = "pass"
    category: str = ""
    rule: str = ""
    clear: int = 0

    @property
    def done(self) -> Action:
        """What is done with a text that does not pass."""
        return "help" if self.action == "help" else "hold"

    @property
    def passes(self) -> bool:
        """Whether the text goes on as it is."""
        return self.action == "pass"


PASSED = Verdict()


class Gate(Protocol):
    """Judges texts. A pipeline with classifiers behind the rules fills the same interface."""

    def player(self, text: str) -> Verdict:
        """What the player says, before any model reads it."""

    def quoted(self, text: str) -> Verdict:
        """Foreign words on their way into a prompt: names, texts of items, memories, what other NPCs said."""

    def sentence(self, text: str, hidden: Hidden | None = None, *, ended: bool = True) -> Verdict:
        """What an NPC says, before the player sees it: its line as far as it goes; `hidden`: what it may not repeat."""

    def hide(self, texts: Iterable[str]) -> Hidden:
        """Texts that no line may repeat."""


class RuleGate:
    """The gate as far as rules go: no I/O, no model, microseconds."""

    def __init__(self, rules: Safety) -> None:
        self._rules = rules
        phrases = {channel: tuple(rules.phrases(channel)) for channel in CHANNELS}
        look_alikes = {char: letter for letter, chars in rules.look_alikes.items() for char in chars}
        known = frozenset(word for each in phrases.values() for phrase in each for word in phrase.words())
        self._reader = Reader(Folding(look_alikes), rules.leet, known)
        self._matchers = {channel: Matcher(each, rules.reach) for channel, each in phrases.items()}

    def player(self, text: str) -> Verdict:
        return self._judge("player", text)

    def quoted(self, text: str) -> Verdict:
        return self._judge("quoted", text)

    def sentence(self, text: str, hidden: Hidden | None = None, *, ended: bool = True) -> Verdict:
        words = self._reader.read(text)
        clear, unfinished = (len(text), None) if ended else set_aside(words, text)
        if hidden is not None:
            if hidden.leaked(words):
                return Verdict("hold", LEAK, LEAK)
            clear = min(clear, len(text) if ended else hidden.clear(words, len(text)))
        matches = self._matchers["sentence"].find(words, text, ended=ended, unfinished=unfinished)
        if matches.rule is not None:
            return self._verdict("sentence", matches.rule)
        if not ended and self._rules.release == "sentences":
            return Verdict(clear=max((end.end() for end in SENTENCE_END.finditer(text)), default=0))
        return Verdict(clear=clear if matches.held is None else min(clear, matches.held))

    def hide(self, texts: Iterable[str]) -> Hidden:
        return Hidden(texts, self._reader, self._rules.leak_words, self._rules.leak_held)

    def _judge(self, channel: Channel, text: str) -> Verdict:
        number = self._matchers[channel].find(self._reader.read(text), text, ended=True).rule
        return PASSED if number is None else self._verdict(channel, number)

    def _verdict(self, channel: Channel, number: int) -> Verdict:
        rule = self._rules.rules[number]
        return Verdict(getattr(self._rules.categories[rule.category], channel), rule.category, rule.name)


@cache
def load() -> RuleGate:
    """The gate of configs/safety.yaml."""
    return RuleGate(safety.load())
