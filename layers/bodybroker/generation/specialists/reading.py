"""What becomes of a specialist's answer: an addition, or the list of all that is wrong with it."""

from collections.abc import Iterator
from itertools import pairwise
from typing import Any

import msgspec

from bodybroker.generation.locations import Addition, Clue, Entity, Hazard
from bodybroker.generation.specialists.answers import schema, tagged, told, wishes, words_of
from bodybroker.generation.specialists.guides import Specialist, Specialists
from bodybroker.kernel import schemas
from bodybroker.kernel.random import Stream


class Unfit(ValueError):
    """An answer that cannot become an addition; `faults` says everything that is wrong with it."""

    def __init__(self, faults: list[str]) -> None:
        super().__init__("; ".join(faults))
        self.faults = faults


def read(specialists: Specialists, entity: Entity, text: str) -> Addition:
    """The addition that an answer makes; raises Unfit with every fault: it is no JSON, not of its schema, too long,
    holds a taboo, goes round in circles, or was copied from the guide.
    """
    guide = specialists.guides[entity.specialist]
    answer = _decode(text, specialists.common.answer_characters)
    if faults := [*schemas.check(answer, schema(guide, entity, specialists.neighbours(entity)))]:
        raise Unfit(faults)
    addition = _addition(guide, entity, answer)
    if faults := [*_taboos(specialists, addition), *_circles(addition), *_copies(specialists, guide, addition)]:
        raise Unfit(faults)
    return tagged(specialists, addition)


def _decode(text: str, characters: int) -> Any:
    if len(text) > characters:
        raise Unfit([f"it has {len(text)} characters, more than {characters}"])
    try:
        return msgspec.json.decode(text)
    except (msgspec.MsgspecError, UnicodeError) as error:
        raise Unfit([f"it is not JSON: {error}"]) from error


def _addition(guide: Specialist, entity: Entity, answer: dict[str, Any]) -> Addition:
    about = answer.get("clue_of", 0)
    signs = Stream(answer["text"], "signs")
    return Addition(
        entity=entity.id,
        title=answer["title"],
        text=answer["text"],
        traits=tuple(dict.fromkeys(answer.get("traits", ()))),
        personality=answer.get("personality", ""),
        wants=answer.get("wants", ""),
        props=wishes(tuple(answer.get("props", ()))),
        hazards=tuple(
            Hazard(kind, signs.choice(guide.signs[kind])) for kind in dict.fromkeys(answer.get("hazards", ()))
        ),
        clues=(Clue(answer["clue"], entity.after[about - 1] if about else None),) if "clue" in answer else (),
    )


def _taboos(specialists: Specialists, addition: Addition) -> Iterator[str]:
    for stem in specialists.common.taboos:
        if any(word.startswith(stem) for text in told(addition) for word in words_of(text)):
            yield f"it says {stem}"


def _circles(addition: Addition) -> Iterator[str]:
    """Small models that have nothing to say say it again."""
    for text in told(addition):
        words = words_of(text)
        seen: set[tuple[str, ...]] = set()
        for three in zip(words, words[1:], words[2:], strict=False):
            if three in seen:
                yield f"it says {' '.join(three)!r} twice"
            seen.add(three)
        yield from (f"it says {one!r} twice in a row" for one, other in pairwise(words) if one == other)


def _copies(specialists: Specialists, guide: Specialist, addition: Addition) -> Iterator[str]:
    """Small models that are shown a sample hand it back."""
    length = specialists.common.echo_words
    shown = {run for sample in guide.samples for run in _runs(sample.answer["text"], length)}
    if shown & {*_runs(addition.text, length)}:
        yield "it copies the guide's sample"


def _runs(text: str, length: int) -> Iterator[tuple[str, ...]]:
    words = words_of(text)
    return (tuple(words[start : start + length]) for start in range(len(words) - length + 1))
