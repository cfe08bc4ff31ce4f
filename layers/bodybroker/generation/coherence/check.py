"""The check of a place before it is committed."""

from collections.abc import Sequence

from bodybroker.generation.coherence import claims, navigation, people, prose, references, stories
from bodybroker.generation.coherence.facts import Contradiction, WorldFacts
from bodybroker.generation.coherence.rules import CoherenceRules
from bodybroker.generation.coherence.subject import Subject
from bodybroker.generation.drafts import Draft
from bodybroker.generation.locations import Described


def check(
    draft: Draft, described: Sequence[Described], facts: WorldFacts, rules: CoherenceRules
) -> tuple[Contradiction, ...]:
    """Everything that contradicts the place, the lore, the world or another addition; empty for a coherent place.

    Where two additions clash, the one that comes later in the draft is at fault, whoever answered first.
    """
    rank = {entity.id: index for index, entity in enumerate(draft.entities)}
    ordered = sorted(described, key=lambda each: rank.get(each.entity.id, len(rank)))
    subject = Subject(draft, ordered, facts, rules)
    checks = (references, claims, people, prose, stories, navigation)
    found = [each for part in checks for each in part.contradictions(subject)]
    unique = dict.fromkeys(found)
    return tuple(sorted(unique, key=lambda each: rank.get(each.entity, len(rank))))
