"""What the checks know of what they check: the draft by fact and kind, and the world around it."""

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property

from bodybroker.generation.assembly_rules import Assembly, Fact
from bodybroker.generation.buildings.layout import BuildingLayout
from bodybroker.generation.coherence.facts import WorldFacts
from bodybroker.generation.coherence.rules import Coherence, CoherenceRules, Lore
from bodybroker.generation.coherence.texts import texts
from bodybroker.generation.coherence.words import sentences
from bodybroker.generation.drafts import Draft
from bodybroker.generation.extraction import openings_of
from bodybroker.generation.layouts import LocalId
from bodybroker.generation.locations import Described, Entity


@dataclass(frozen=True)
class Sentence:
    """A sentence of an addition: whose, in which field, its words, and the groups of each."""

    of: Described
    field: str
    words: tuple[str, ...]
    read: tuple[frozenset[str], ...]


@dataclass(frozen=True)
class Subject:
    """A place as it is checked."""

    draft: Draft
    described: Sequence[Described]
    world: WorldFacts
    rules: CoherenceRules

    @property
    def assembly(self) -> Assembly:
        """assembly.yaml"""
        return self.rules.generation.assembly

    @property
    def lore(self) -> Lore:
        """lore.yaml"""
        return self.rules.lore

    @property
    def coherence(self) -> Coherence:
        """coherence.yaml"""
        return self.rules.coherence

    @cached_property
    def sentences(self) -> tuple[Sentence, ...]:
        """All that is said, sentence by sentence."""
        vocabulary = self.lore.vocabulary
        return tuple(
            Sentence(each, field, tuple(words), tuple(vocabulary.read(words)))
            for each in self.described
            for field, text in texts(each.addition)
            for words in sentences(text)
        )

    @cached_property
    def races(self) -> Counter[str]:
        """How many of each race haunt the place."""
        return Counter(haunt.race for haunt in self.draft.site.haunts)

    @cached_property
    def _phrases(self) -> dict[str, Fact]:
        return {phrase: fact for fact, phrase in self.assembly.facts.items() if "{" not in phrase}

    @cached_property
    def _haunted(self) -> re.Pattern[str]:
        return re.compile(re.escape(self.assembly.facts["haunted"]).replace(r"\{races\}", ".+"))

    @cached_property
    def openings(self) -> dict[LocalId, dict[str, int]]:
        """How many doors and windows each room has; nothing where the layout has no rooms."""
        layout = self.draft.layout
        if not isinstance(layout, BuildingLayout):
            return {}
        found = {space.id: openings_of(space.id, layout, self.rules.generation) for space in layout.spaces}
        return {key: {"window": len(windows), "door": len(doors)} for key, (windows, doors) in found.items()}

    def facts(self, entity: Entity) -> Iterator[Fact]:
        """What layer 1 established of an entity, told by its phrases."""
        for phrase in entity.facts:
            if phrase in self._phrases:
                yield self._phrases[phrase]
            elif self._haunted.fullmatch(phrase):
                yield "haunted"

    def traits(self, entity: Entity) -> frozenset[str]:
        """The traits of an NPC that lore.yaml knows the opposite of, among its facts."""
        known = {name.replace("_", " "): name for name in self.lore.traits}
        return frozenset(known[phrase] for phrase in entity.facts if entity.kind == "npc" and phrase in known)
