"""The names of a world, and whom and what a text names."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Self

from bodybroker.world.state import State

_WORD = re.compile(r"[a-z0-9]+(?:[-'][a-z0-9]+)*")


@dataclass(frozen=True, slots=True)
class Names:
    """Tags (ids of entities, parts) by the words that name them, in lower case; a name that fits two names neither."""

    tags_by_words: Mapping[tuple[str, ...], str]
    longest: int

    @classmethod
    def of(cls, state: State, parts: frozenset[str] = frozenset()) -> Self:
        """The names of everybody, every place, house and quarter of `state`, and of `parts`."""
        full = {npc.character.name: str(npc_id) for npc_id, npc in state.npcs.items()}
        full |= {place.site.name: str(place_id) for place_id, place in state.places.items()}
        full |= {house.name: str(house_id) for house_id, house in state.houses.houses.items()}
        full |= {quarter.name: str(quarter_id) for quarter_id, quarter in state.houses.quarters.items()}
        found = {tuple(_words(name)): tag for name, tag in full.items()}
        for short, tag in _unique_words(full).items():
            found.setdefault((short,), tag)
        for part in parts:
            found[(part,)] = found[(_plural(part),)] = part
        return cls(found, max(map(len, found), default=1))

    def tags(self, text: str) -> tuple[str, ...]:
        """What `text` names, in the order in which it does; of two names that begin alike, the longer one."""
        words = _words(text)
        found: dict[str, None] = {}
        at = 0
        while at < len(words):
            for length in range(min(self.longest, len(words) - at), 0, -1):
                tag = self.tags_by_words.get(tuple(words[at : at + length]))
                if tag is not None:
                    found[tag] = None
                    at += length - 1
                    break
            at += 1
        return tuple(found)


def _words(text: str) -> list[str]:
    return [word.removesuffix("'s") for word in _WORD.findall(text.lower())]


def _unique_words(full: Mapping[str, str]) -> dict[str, str]:
    """Words that belong to one person's name only, so that they will do for the whole of it."""
    owners: dict[str, set[str]] = {}
    for name, tag in full.items():
        for word in name.split():
            if word[:1].isupper() and len(word) > 3:
                owners.setdefault(word.lower(), set()).add(tag)
    return {word: next(iter(tags)) for word, tags in owners.items() if len(tags) == 1}


def _plural(part: str) -> str:
    return f"{part}es" if part.endswith(("s", "x")) else f"{part}s"
