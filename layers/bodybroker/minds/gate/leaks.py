"""Words repeated from the prompt: a model that is talked into reading its instructions aloud."""

from collections.abc import Iterable, Sequence

from bodybroker.minds.gate.reading import Reader, Spoken


class Hidden:
    """Texts that nobody may hear word for word: so many words in a row are a leak."""

    def __init__(self, texts: Iterable[str], reader: Reader, words: int, held: int) -> None:
        """`words` in a row leak; from `held` on they are not shown before it is clear that they do not."""
        self._words, self._held = words, held
        self._long: set[tuple[str, ...]] = set()
        self._short: set[tuple[str, ...]] = set()
        for text in texts:
            said = [spoken.word for spoken in reader.read(text)]
            self._long |= _runs(said, words)
            self._short |= _runs(said, held)

    def leaked(self, words: Sequence[Spoken]) -> bool:
        """Whether a run of them stands in the words."""
        said = [spoken.word for spoken in words]
        return not self._long.isdisjoint(_runs(said, self._words)) if self._long else False

    def clear(self, words: Sequence[Spoken], length: int) -> int:
        """How many characters of a text so long may be shown: what ends it might become a leak."""
        said = [spoken.word for spoken in words]
        clear = length
        for start in range(len(said) - self._held, -1, -1):
            if tuple(said[start : start + self._held]) not in self._short:
                break
            clear = words[start].start
        return clear


def _runs(words: Sequence[str], length: int) -> set[tuple[str, ...]]:
    return {tuple(words[start : start + length]) for start in range(len(words) - length + 1)}
