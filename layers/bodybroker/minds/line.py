"""What may reach the player: a line of speech, cleaned and judged while it streams."""

import re
from dataclasses import dataclass, field

from bodybroker.minds import gate
from bodybroker.minds.gate import Gate, Hidden, Verdict
from bodybroker.minds.gate.gate import SENTENCE_END
from bodybroker.minds.gate.quoting import visible

_TAG = re.compile(r"<[^<>]{0,32}>|\[/?INST\]")
_OPEN_TAG = re.compile(r"(?:<[^<>]{0,32}|\[/?I?N?S?T?)$")
_MARKUP = frozenset('<>*_`#[]{}|~\\"“”')
_LONGEST = 1000
"""Characters after which a line is over, whatever the model was allowed."""
_CLOSED = (".", "!", "?", "…", "'", "\u2019", ")")


@dataclass
class Line:
    """A line of speech that grows with a model's chunks; what it shows is never taken back.

    `feed` and `finish` return the newly shown part. Left out are markup, control characters, tags and role tokens and a
    leading "`speaker`:". The line is `over` at its first newline, after `max_sentences` sentences, or where the gate
    holds it (`held` says why; what was shown by then is harmless, and the rest never shows). Words that could still
    become part of what is held, or of a text in `hidden`, are not shown before that is clear.
    """

    speaker: str
    max_sentences: int
    gate: Gate = field(default_factory=gate.load)
    hidden: Hidden | None = None
    text: str = ""
    over: bool = False
    held: Verdict | None = None
    _raw: str = ""

    def feed(self, chunk: str) -> str:
        """Take a chunk as it comes from the model, whatever it cuts in two."""
        if self.over:
            return ""
        self._raw += chunk
        body, newline, _ = self._raw.lstrip().partition("\n")
        if newline or len(body) > _LONGEST:
            return self.finish(body[:_LONGEST])
        return self._grow(_OPEN_TAG.sub("", body))

    def finish(self, body: str | None = None) -> str:
        """End the line: show what was held back, and an ellipsis where the model was cut inside a sentence."""
        if self.over:
            return ""
        shown = self._grow(self._raw.lstrip() if body is None else body, ended=True)
        if self.text and not self.held and not self.text.endswith(_CLOSED):
            self.text, shown = self.text + "…", shown + "…"
        self.over = True
        return shown

    def _grow(self, body: str, *, ended: bool = False) -> str:
        label = f"{self.speaker}:"
        if not ended and label.startswith(body):
            return ""
        seen = "".join(c for c in visible(_TAG.sub("", body.removeprefix(label))) if c not in _MARKUP)
        for count, end in enumerate(SENTENCE_END.finditer(seen), start=1):
            if count == self.max_sentences:
                seen, self.over = seen[: end.end()], True
                break
        return self._show(" ".join(seen.split()), ended=ended or self.over)

    def _show(self, grown: str, *, ended: bool) -> str:
        """As much of what has been said as the gate lets pass."""
        verdict = self.gate.sentence(grown, self.hidden, ended=ended)
        if not verdict.passes:
            self.held, self.over = verdict, True
            return ""
        clear = grown[: max(verdict.clear, len(self.text))].rstrip()
        shown, self.text = clear[len(self.text) :], clear
        return shown
