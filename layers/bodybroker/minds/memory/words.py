"""The words that a text is found by: what the index holds and what a question asks for are read alike."""

import re
from unicodedata import normalize

_WORD = re.compile(r"[^\W_]+(?:['\u2019][^\W_]+)*")
_EVERYWHERE = (
    "a an and are as at be been but by did do does for from had has have he her hers him his i if in is it its me my of"
    " on or our she so that the their them then there they this to up us was we were what when where which who whom why"
    " will with you your"
)
_STOP = frozenset(_EVERYWHERE.split())
"""Words that every sentence has. A question that is made of nothing else asks for all of them."""


def words(text: str) -> list[str]:
    """The words of a text in order: in small letters, without plurals and without what every sentence has."""
    found = [match[0] for match in _WORD.finditer(normalize("NFKC", text).casefold().replace("\u2019", "'"))]
    telling = [word for word in found if word not in _STOP]
    return [_singular(word.removesuffix("'s")) for word in telling or found]


def _singular(word: str) -> str:
    """Harman's S stemmer ("How effective is suffixing?", 1991): it takes plurals off and leaves the rest alone."""
    if len(word) > 4 and word.endswith("ies") and not word.endswith(("eies", "aies")):
        return f"{word[:-3]}y"
    if len(word) > 3 and word.endswith("es") and not word.endswith(("aes", "ees", "oes")):
        return word[:-1]
    return word[:-1] if len(word) > 3 and word.endswith("s") and not word.endswith(("us", "ss")) else word
