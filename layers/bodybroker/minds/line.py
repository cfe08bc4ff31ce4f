"""What may reach the player: a line of speech, cleaned while it streams, and a player's words made safe to quote."""

import re
import unicodedata
from dataclasses import dataclass

_TAG = re.compile(r"<[^<>]{0,32}>|\[/?INST\]")
_OPEN_TAG = re.compile(r"(?:<[^<>]{0,32}|\[/?I?N?S?T?)$")
_MARKUP = frozenset('<>*_`#[]{}|~\\"“”')
_SENTENCE_END = re.compile(r"(?:(?<!\.)\.|[!?]+)['\u2019)]*(?=\s)")  # an ellipsis is a pause
_CLOSED = (".", "!", "?", "…", "'", "\u2019", ")")


def quote_safely(text: str) -> str:
    """A player's words on one line, without control characters, direction marks or a chat template's role tokens."""
    visible = _visible(text)
    while (without_tags := _TAG.sub("", visible)) != visible:  # removing one tag may close another
        visible = without_tags
    return " ".join(visible.split())


@dataclass
class Line:
    """A line of speech that grows with a model's chunks; what it shows is never taken back.

    `feed` and `finish` return the newly shown part. Left out are markup, control characters, tags and role tokens and a
    leading "`speaker`:". The line is `over` at its first newline or after `max_sentences` sentences.
    """

    speaker: str
    max_sentences: int
    text: str = ""
    over: bool = False
    _raw: str = ""

    def feed(self, chunk: str) -> str:
        """Take a chunk as it comes from the model, whatever it cuts in two."""
        if self.over:
            return ""
        self._raw += chunk
        body, newline, _ = self._raw.lstrip().partition("\n")
        return self.finish(body) if newline else self._grow(_OPEN_TAG.sub("", body))

    def finish(self, body: str | None = None) -> str:
        """End the line: show what was held back, and an ellipsis where the model was cut inside a sentence."""
        if self.over:
            return ""
        shown = self._grow(self._raw.lstrip() if body is None else body, ended=True)
        if self.text and not self.text.endswith(_CLOSED):
            self.text, shown = self.text + "…", shown + "…"
        self.over = True
        return shown

    def _grow(self, body: str, *, ended: bool = False) -> str:
        label = f"{self.speaker}:"
        if not ended and label.startswith(body):
            return ""
        visible = "".join(c for c in _visible(_TAG.sub("", body.removeprefix(label))) if c not in _MARKUP)
        for count, end in enumerate(_SENTENCE_END.finditer(visible), start=1):
            if count == self.max_sentences:
                visible, self.over = visible[: end.end()], True
                break
        grown = " ".join(visible.split())
        shown, self.text = grown[len(self.text) :], grown
        return shown


def _visible(text: str) -> str:
    return "".join(c for c in text if c.isspace() or unicodedata.category(c)[0] != "C")
