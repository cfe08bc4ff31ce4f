"""How much of what one player is told he has been told before."""

from collections import Counter
from dataclasses import dataclass, field

from bodybroker.generation.coherence.rules import Repetition
from bodybroker.generation.coherence.stories import Sketch, alike_per_mille, sketch
from bodybroker.generation.coherence.texts import story
from bodybroker.generation.locations import Described

from scripts.generated_day.making import Place


@dataclass
class Told:
    """Every story that a player was told, in order; two are near-duplicates from the share on that coherence.yaml
    allows no place to share with another."""

    rules: Repetition
    texts: int = 0
    repeated: int = 0
    exactly: int = 0
    examples: list[tuple[str, str]] = field(default_factory=list)
    _heard: list[tuple[Sketch, str]] = field(default_factory=list)
    _by_shingle: dict[int, list[int]] = field(default_factory=dict)
    _words: set[str] = field(default_factory=set)

    def hear_of(self, place: Place) -> None:
        """All that is told of a place."""
        for each in place.described:
            self.hear(each)

    def hear(self, each: Described) -> None:
        """One more story; too short a text is none."""
        text = story(each.addition)
        own = sketch(text, self.rules)
        if not own:
            return
        self.texts += 1
        self.exactly += text in self._words
        if (earlier := self._near(own)) is not None:
            self.repeated += 1
            self.examples.append((text, earlier))
        for shingle in own:
            self._by_shingle.setdefault(shingle, []).append(len(self._heard))
        self._heard.append((own, text))
        self._words.add(text)

    @property
    def per_mille(self) -> int:
        """The share of stories that were told before, rounded up."""
        return -(-1000 * self.repeated // self.texts) if self.texts else 0

    def _near(self, own: Sketch) -> str | None:
        """The earlier story with most shingles in common, if it is a near-duplicate."""
        shared = Counter(number for shingle in own for number in self._by_shingle.get(shingle, ()))
        for number, _ in shared.most_common():
            heard, text = self._heard[number]
            if alike_per_mille(own, heard, self.rules) >= self.rules.elsewhere_per_mille:
                return text
        return None
