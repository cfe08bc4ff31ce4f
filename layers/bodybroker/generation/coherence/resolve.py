"""What becomes of contradictions: a rule mends the addition, or it is asked for again, or the fallback answers."""

from collections.abc import Sequence

from msgspec.structs import replace

from bodybroker.generation import placing
from bodybroker.generation.coherence import mending
from bodybroker.generation.coherence.facts import Contradiction, Resolution
from bodybroker.generation.coherence.rules import Attempts, CoherenceRules
from bodybroker.generation.drafts import Draft
from bodybroker.generation.layouts import LocalId
from bodybroker.generation.locations import Described, Made


def resolve(
    draft: Draft,
    described: Sequence[Described],
    contradictions: Sequence[Contradiction],
    rules: CoherenceRules,
) -> Resolution:
    """What to do about contradictions; when those to be asked again have answered, `check` it all again.

    It ends: an entity is asked for a bounded number of times (coherence.yaml), and then loses the texts in question.
    """
    faults: dict[LocalId, list[Contradiction]] = {}
    for fault in contradictions:
        faults.setdefault(fault.entity, []).append(fault)
    given = {each.entity.id: each for each in reversed(described)}
    taken = {each.addition.title.casefold() for each in given.values()}
    found: list[Described] = []
    again = [entity.id for entity in draft.entities if entity.id not in given]
    fallbacks: list[LocalId] = []
    for entity in draft.entities:
        if entity.id not in given:
            continue
        own, own_faults = replace(given[entity.id], entity=entity), faults.get(entity.id, [])
        lasting = [fault for fault in own_faults if not mending.is_mendable(fault)]
        next_step = _next(own.made, rules.coherence.attempts) if lasting else "keep"
        mendable = [fault for fault in own_faults if mending.is_mendable(fault)]
        own = mending.mended(own, mendable, rules.coherence, taken)
        if next_step == "bare":
            own = mending.bare(own, lasting)
        again += [entity.id] * (next_step == "again")
        fallbacks += [entity.id] * (next_step == "fallback")
        found.append(own)
    return Resolution(placing.furnish(draft, found, rules.generation), tuple(again), tuple(fallbacks))


def _next(made: Made, attempts: Attempts) -> str:
    """Who answers next for an entity whose addition cannot stay."""
    if made.source != "fallback" and made.attempts < attempts.model:
        return "again"
    return "fallback" if made.attempts < attempts.model + attempts.fallback else "bare"
