"""What becomes of a specialist's answer: an addition, or the list of all that is wrong with it."""

from collections.abc import Iterator
from itertools import pairwise
from typing import Any

import msgspec

from bodybroker.generation.locations import Addition, Clue, Entity, Hazard
from bodybroker.generation.specialists.answers import schema, sentences_of, stems_of, tagged, wishes, words_of
from bodybroker.generation.specialists.guides import Specialist, Specialists
from bodybroker.kernel import schemas
from bodybroker.kernel.random import Stream

_ROUND = 3
"""Words that nobody says twice in one text who has something to say."""

LESSER = frozenset({"personality", "wants", "clue"})
"""What an addition can do without: its text and title hold it."""


class Unfit(ValueError):
    """An answer that cannot become an addition; `faults` says everything that is wrong with it."""

    def __init__(self, faults: list[str]) -> None:
        super().__init__("; ".join(faults))
        self.faults = faults


def read(specialists: Specialists, entity: Entity, text: str) -> Addition:
    """The addition that an answer makes; raises Unfit with every fault: it is no JSON, not of its schema, too long,
    holds a taboo, goes round in circles, breaks off, or was copied from the guide.

    What an addition can do without (LESSER) is left out where its wording is at fault.
    """
    guide = specialists.guides[entity.specialist]
    answer = _decode(text, specialists.common.answer_characters)
    if faults := [*schemas.check(answer, schema(guide, entity, specialists.neighbours(entity)))]:
        raise Unfit(faults)
    found = {field: [*_wording(specialists, guide, said)] for field, said in answer.items() if isinstance(said, str)}
    if any(faults for field, faults in found.items() if field not in LESSER):
        raise Unfit([fault for faults in found.values() for fault in faults])
    kept = {field: said for field, said in answer.items() if not found.get(field)}
    return tagged(specialists, _addition(guide, entity, kept))


def _decode(text: str, characters: int) -> Any:
    if len(text) > characters:
        raise Unfit([f"it has {len(text)} characters, more than {characters}"])
    try:
        return msgspec.json.decode(text)
    except (msgspec.MsgspecError, UnicodeError) as error:
        raise Unfit([f"it is not JSON: {error}"]) from error


def _addition(guide: Specialist, entity: Entity, answer: dict[str, Any]) -> Addition:
    answer = {field: value.rstrip() if isinstance(value, str) else value for field, value in answer.items()}
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


def _wording(specialists: Specialists, guide: Specialist, text: str) -> Iterator[str]:
    """What small models do that a schema cannot forbid."""
    common = specialists.common
    shown = {run for sample in guide.samples for run in _runs(" ".join(_texts(sample.answer)), common.echo_words)}
    sentences = sentences_of(text)
    stems = stems_of(words_of(text))
    yield from (f"{text!r} says {stem}" for stem in (*common.taboos, *guide.taboos) if stem in stems)
    for sentence in sentences:
        if sentence[-1] in common.dangling:
            yield f"{text!r} breaks off after {sentence[-1]!r}"
    stutters = any(one == other for sentence in sentences for one, other in pairwise(sentence))
    if stutters or _repeats(_runs(text, _ROUND)):
        yield f"{text!r} goes round in circles"
    if shown & {*_runs(text, common.echo_words)}:
        yield f"{text!r} copies the guide's sample"


def _texts(answer: dict[str, Any]) -> Iterator[str]:
    return (value for value in answer.values() if isinstance(value, str))


def _repeats(runs: Iterator[tuple[str, ...]]) -> bool:
    found = [*runs]
    return len({*found}) < len(found)


def _runs(text: str, length: int) -> Iterator[tuple[str, ...]]:
    words = words_of(text)
    return (tuple(words[start : start + length]) for start in range(len(words) - length + 1))
