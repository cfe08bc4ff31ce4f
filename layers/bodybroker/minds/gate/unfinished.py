"""The end of a text that goes on: a word that may become another one."""

from bodybroker.minds.gate.reading import Spoken

_SPACED = 2
"""So many single letters at the end may be a word that is spaced out; one says nothing."""


def set_aside(words: list[Spoken], text: str) -> tuple[int, Spoken | None]:
    """How many characters of a text that goes on are clear of its end, and its unfinished word, taken off `words`.

    What is in plain letters is left to whoever knows which words it may become.
    """
    single = 0
    while single < len(words) and len(words[-1 - single].word) == 1:
        single += 1
    clear = words[1 - single].start if single >= _SPACED else len(text)
    if not words or words[-1].end < len(text.rstrip("'\u2019`.-@$!|")):
        return clear, None
    last = words.pop()
    is_disguised = not last.word.isalpha() and not last.word.isdigit()
    return min(clear, last.start) if is_disguised else clear, last
