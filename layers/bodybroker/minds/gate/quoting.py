"""Foreign words on their way into a prompt: one way in, for what players say and for whatever else others have written.

Role tokens, control characters and direction marks are taken out, quotes and line breaks too, so that nothing can end
the quotation; what does not pass the gate is left out altogether.
"""

import re
import unicodedata

from bodybroker.minds.gate import gate, safety
from bodybroker.minds.gate.gate import Gate

_TAG = re.compile(r"<[^<>]{0,32}>|\[/?INST\]|\[/?SYS(?:TEM)?\]", re.IGNORECASE)
_ROLE = re.compile(r"^\s*(?:#+\s*)?(?:system|assistant|user|developer)\s*:\s*", re.IGNORECASE)
_NO_BRACKETS = str.maketrans(dict.fromkeys("()[]{}\uff08\uff09\u3010\u3011", " "))
_ENDS_OF_QUOTATION = _NO_BRACKETS | str.maketrans(dict.fromkeys('"“”„«»', "'"))
UNHEARD = "…"
"""What stands for words that did not pass."""


def quote(text: str, limit: int | None = None) -> str:
    """Words on one line, without control characters, direction marks or a chat template's role tokens, cut to `limit`
    characters."""
    seen = visible(text if limit is None else text[: 4 * limit])
    while (without_tags := _TAG.sub("", seen)) != seen:  # removing one tag may close another
        seen = without_tags
    line = " ".join(_ROLE.sub("", seen).split())
    return line if limit is None or len(line) <= limit else line[:limit].rstrip() + UNHEARD


def quote_from(judge: Gate, text: str, limit: int) -> str:
    """Words that others wrote (a name, an item's text, a memory, another NPC's line), safe inside double quotes; an
    ellipsis where they do not pass the gate."""
    line = " ".join(quote(text, limit).translate(_ENDS_OF_QUOTATION).split())
    return line if judge.quoted(line).passes else UNHEARD


def let_in(text: str) -> str:
    """`quote_from` by the configured gate and length: how every foreign word comes into a prompt."""
    return quote_from(gate.load(), text, safety.load().quote_length)


def without_brackets(text: str) -> str:
    """The player's words without brackets: what stands in those the model takes for the game's own word."""
    return " ".join(text.translate(_NO_BRACKETS).split())


def visible(text: str) -> str:
    """The text without what no eye sees, line breaks kept."""
    return "".join(c for c in text if c.isspace() or unicodedata.category(c)[0] != "C")
