"""The names of a world, and whom and what a text names."""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Self

from bodybroker.world.state import State

_WORD = re.compile(r"[A-Za-z0-9]+(?:[-'][A-Za-z0-9]+)*")
_SHORTEST = 4
"""Letters of a word that can stand for a whole name."""


@dataclass(frozen=True, slots=True)
class Names:
    """Tags (ids of entities, parts) by the words that name them, in lower case, and by words of one person's name
    only, which will do for the whole of it where they are written as a name."""

    full: Mapping[tuple[str, ...], str]
    short: Mapping[str, str]
    longest: int

    @classmethod
    def of(cls, state: State, parts: Iterable[str]) -> Self:
        """The names of everybody, every place, house and quarter of `state`, and of `parts`."""
        people = {npc.character.name: str(npc_id) for npc_id, npc in state.npcs.items()}
        named = {quarter.name: str(quarter_id) for quarter_id, quarter in state.houses.quarters.items()}
        named |= {place.site.name: str(place_id) for place_id, place in state.places.items()}
        named |= {house.name: str(house_id) for house_id, house in state.houses.houses.items()}
        full = {tuple(_lower(name)): tag for name, tag in (named | people).items()}
        for part in parts:
            full[(part,)] = full[(f"{part}s",)] = part
        return cls(full, _short(people), max(map(len, full)))

    def tags(self, text: str) -> tuple[str, ...]:
        """What `text` names, in the order in which it does; of two names that begin alike, the longer one."""
        return tuple(dict.fromkeys(tag for _, tag in self._read(text) if tag is not None))

    def without(self, text: str) -> str:
        """The words of `text` that belong to no name."""
        return " ".join(word for word, tag in self._read(text) if tag is None)

    def _read(self, text: str) -> Iterator[tuple[str, str | None]]:
        """The words of a text; a name stands as one, with its tag."""
        written, words, at = _WORD.findall(text), _lower(text), 0
        while at < len(words):
            length = max(1, named := self._longest_at(words, at))
            name = " ".join(words[at : at + length])
            if named:
                yield name, self.full[tuple(words[at : at + length])]
            else:
                yield name, self.short.get(name) if written[at][:1].isupper() else None
            at += length

    def _longest_at(self, words: list[str], at: int) -> int:
        """How many words of the longest name there are at a place; 0 where there is none."""
        lengths = range(min(self.longest, len(words) - at), 0, -1)
        return next((length for length in lengths if tuple(words[at : at + length]) in self.full), 0)


def _lower(text: str) -> list[str]:
    return [word.lower().removesuffix("'s") for word in _WORD.findall(text)]


def _short(people: Mapping[str, str]) -> dict[str, str]:
    owners: dict[str, set[str]] = {}
    for name, tag in people.items():
        for word in _lower(name):
            if len(word) >= _SHORTEST:
                owners.setdefault(word, set()).add(tag)
    return {word: next(iter(tags)) for word, tags in owners.items() if len(tags) == 1}
