"""Letters as they look: full width, bold, circled, accented, Cyrillic and invisible ones become plain small letters."""

import re
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

_NAMED = re.compile(r"(?:LATIN|INDICATOR|SQUARED|CIRCLED|PARENTHESIZED).* (?:LETTER|CAPITAL) ([A-Z])$")
"""Letters that Unicode does not decompose and whose names still tell what they look like."""
_HIDDEN = ("C", "M")
"""General categories that leave no letter: controls, formats, marks on letters."""
_ALSO_HIDDEN = "\u115f\u1160\u3164\uffa0"
"""Hangul fillers: letters for Unicode, nothing for the eye."""


@dataclass(frozen=True)
class Folded:
    """A text of plain small letters; `origin` tells for each of them where it stood in the text, None: at its place."""

    text: str
    origin: Sequence[int] | None = None

    def at(self, index: int) -> int:
        """Where the letter `index` stood."""
        if self.origin is None or index >= len(self.origin):
            return index if self.origin is None else self.origin[-1] + 1 if self.origin else 0
        return self.origin[index]


@dataclass
class Folding:
    """Folds texts; `look_alikes` are letters of other scripts by what they look like."""

    look_alikes: Mapping[str, str]
    _known: dict[str, str] = field(default_factory=dict)

    def fold(self, text: str) -> Folded:
        """The text as it looks."""
        if text.isascii():
            return Folded(text.lower())
        letters: list[str] = []
        origin: list[int] = []
        for index, char in enumerate(text):
            for letter in self._known.get(char) or self._learn(char):
                letters.append(letter)
                origin.append(index)
        return Folded("".join(letters), origin)

    def _learn(self, char: str) -> str:
        plain = "".join(self._plain(part) for part in unicodedata.normalize("NFKD", char))
        if len(self._known) < _MOST_KNOWN:
            self._known[char] = plain
        return plain

    def _plain(self, char: str) -> str:
        lower = char.lower()
        if (alike := self.look_alikes.get(lower) or self.look_alikes.get(char)) is not None:
            return alike
        if char.isspace() or lower.isascii():
            return lower
        if unicodedata.category(char)[0] in _HIDDEN or char in _ALSO_HIDDEN:
            return ""
        named = _NAMED.search(unicodedata.name(char, ""))
        return named[1].lower() if named else lower


_MOST_KNOWN = 4096
