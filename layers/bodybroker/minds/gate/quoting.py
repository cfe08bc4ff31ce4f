"""Foreign words on their way into a prompt: one way in, for what players say and for whatever else others have written.

Role tokens, control characters and direction marks are taken out, quotes and line breaks too, so that nothing can end
the quotation; what does not pass the gate is left out altogether.
"""

import re
import unicodedata

from bodybroker.minds.gate.gate import Gate

_TAG = re.compile(r"<[^<>]{0,32}>|\[/?INST\]|\[/?SYS(?:TEM)?\]", re.IGNORECASE)
_ROLE = re.compile(r"^\s*(?:#+\s*)?(?:system|assistant|user|developer)\s*:\s*", re.IGNORECASE)
_LEFT_OUT = "…"
"""What stands for words that did not pass."""


def quote(text: str, limit: int | None = None) -> str:
    """Words on one line, without control characters, direction marks or a chat template's role tokens, cut to `limit`
    characters."""
    seen = visible(text if limit is None else text[: 4 * limit])
    while (without_tags := _TAG.sub("", seen)) != seen:  # removing one tag may close another
        seen = without_tags
    line = " ".join(_ROLE.sub("", seen).split())
    return line if limit is None or len(line) <= limit else line[:limit].rstrip() + _LEFT_OUT


def quote_from(gate: Gate, text: str, limit: int) -> str:
    """Words that others wrote (a name, an item's text, a memory, another NPC's line), safe inside double quotes; an
    ellipsis where they do not pass the gate."""
    line = quote(text, limit).replace('"', "'").replace("“", "'").replace("”", "'")
    return line if gate.quoted(line).passes else _LEFT_OUT


def visible(text: str) -> str:
    """The text without what no eye sees, line breaks kept."""
    return "".join(c for c in text if c.isspace() or unicodedata.category(c)[0] != "C")
