"""Claims that an addition must not make: against what layer 1 knows, against the lore, against the rating."""

from collections.abc import Iterator

from bodybroker.generation.coherence.facts import Contradiction
from bodybroker.generation.coherence.rules import Claim
from bodybroker.generation.coherence.subject import Sentence, Subject
from bodybroker.generation.coherence.words import lifted, says

_TURNED = ("denial", "memory", "others")
"""Groups whose words turn the opposite of a trait around, where they stand ahead of it."""

_CLOSE = 3
"""Words between `is` and the race that somebody is."""


def contradictions(subject: Subject) -> Iterator[Contradiction]:
    """All claims that are made and must not be."""
    concerned = {
        each.entity.id: [claim for claim in subject.lore.claims if _concerns(claim, each.entity.id, subject)]
        for each in subject.described
    }
    for sentence in subject.sentences:
        for claim in concerned[sentence.of.entity.id]:
            if (sentence.field != "title" or claim.code == "rating") and is_claimed(claim, sentence, subject):
                yield _against(sentence, claim.code, claim.detail)
        yield from _about_npc(sentence, subject)


def is_claimed(claim: Claim, sentence: Sentence, subject: Subject) -> bool:
    """Whether a sentence makes the claim, and nothing lifts it."""
    lore = subject.lore
    unless = lore.unless if claim.unless is None else claim.unless
    ahead = lore.ahead if claim.ahead is None else claim.ahead
    return any(
        not lifted(sentence.read, place, unless, (lore.before, lore.after), ahead, lore.joint)
        for groups in claim.says
        for place in says(sentence.read, groups, claim.span or lore.span)
    )


def _concerns(claim: Claim, key: str, subject: Subject) -> bool:
    entity = next(each.entity for each in subject.described if each.entity.id == key)
    return (
        (not claim.races or (entity.kind == "npc" and entity.kind_of in claim.races))
        and (not claim.kinds or entity.kind in claim.kinds)
        and (claim.fact is None or claim.fact in subject.facts(entity))
    )


def _about_npc(sentence: Sentence, subject: Subject) -> Iterator[Contradiction]:
    """Traits turned into their opposite, and a race that is not its own."""
    entity, lore = sentence.of.entity, subject.lore
    if entity.kind != "npc" or sentence.field.startswith(("clues", "hazards")):
        return
    for trait in sorted(subject.traits(entity)):
        for place in says(sentence.read, [f"not_{trait}"], 1):
            if not lifted(sentence.read, place, _TURNED, (2, 0), _TURNED):
                yield _against(sentence, "fact", f"it is known to be {trait.replace('_', ' ')}")
    for race in lore.races:
        if race != entity.kind_of and any(
            first < last and "being" in sentence.read[first]
            for first, last in says(sentence.read, ["being", f"race_{race}"], _CLOSE)
        ):
            yield _against(sentence, "lore", f"it is a {entity.kind_of}, not a {race}")


def _against(sentence: Sentence, code: str, detail: str) -> Contradiction:
    return Contradiction(code, sentence.of.entity.id, f"{' '.join(sentence.words)}: {detail}", part=sentence.field)  # type: ignore[arg-type]
