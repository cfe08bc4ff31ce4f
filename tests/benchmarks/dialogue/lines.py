"""Our labelled lines, and the disguises that somebody may put on them."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import Literal

import yaml

FOLDER = Path(__file__).parent / "horror_lines"
SETS = ("tuning", "held_out")
ALLOWED = "allowed"

Channel = Literal["player", "sentence"]


@dataclass(frozen=True)
class Labelled:
    """A line, who says it, and what it is."""

    channel: Channel
    label: str
    text: str


def load(name: str) -> list[Labelled]:
    """The lines of one set."""
    document = yaml.safe_load((FOLDER / f"{name}.yaml").read_text("utf-8"))
    return [
        Labelled(channel, label, text)
        for channel, labels in document.items()
        for label, texts in labels.items()
        for text in texts
    ]


def digest(name: str) -> str:
    """What the set's bytes come to: SHA-256, in hex."""
    return sha256((FOLDER / f"{name}.yaml").read_bytes()).hexdigest()


_HOMOGLYPHS = str.maketrans("aeiocpyxsk", "аеіосрухѕк")
_LEET = str.maketrans("aeiost", "4310$7")


def _leet(text: str) -> str:
    """Short words stay as they are: `4` and `1` alone are numbers."""
    return " ".join(word.lower().translate(_LEET) if len(word) > 2 else word for word in text.split())


def _bold(text: str) -> str:
    return "".join(chr(0x1D41A + ord(c) - ord("a")) if "a" <= c <= "z" else c for c in text)


def _full_width(text: str) -> str:
    return "".join(chr(ord(c) + 0xFEE0) if "!" <= c <= "~" else c for c in text)


def _stretched(text: str) -> str:
    return "".join(c * 4 if c in "iou" else c for c in text)


DISGUISES: Mapping[str, Callable[[str], str]] = {
    "upper case": str.upper,
    "homoglyphs": lambda text: text.translate(_HOMOGLYPHS),
    "leet": _leet,
    "zero width": lambda text: "\u200b".join(text),
    "soft hyphens": lambda text: "\u00ad".join(text),
    "spaced out": lambda text: " ".join(text.replace(" ", "")),
    "dotted": lambda text: " ".join(".".join(word) for word in text.split()),
    "bold letters": _bold,
    "full width": _full_width,
    "accents": lambda text: "".join(c + "\u0301" if c in "aeiou" else c for c in text),
    "stretched": _stretched,
    "joined": lambda text: text.replace(" ", ""),
}
"""Ways to write a line so that eyes still read it."""


def disguised(lines: list[Labelled], name: str) -> Iterator[Labelled]:
    """The lines as they look in one disguise."""
    for line in lines:
        yield Labelled(line.channel, line.label, DISGUISES[name](line.text))
