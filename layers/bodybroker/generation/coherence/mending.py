"""Additions made right by rule: what can be left out is left out, what is too long is cut, what clashes is renamed."""

import re
from collections.abc import Sequence
from typing import TypeVar

from msgspec.structs import replace

from bodybroker.generation.coherence.facts import Contradiction
from bodybroker.generation.coherence.rules import Coherence, Limits
from bodybroker.generation.locations import Addition, Described, Entity, PropWish

T = TypeVar("T")

_WHOLE = {"text", "personality", "wants"}
"""Fields that no rule can mend but by cutting them."""


def is_mendable(fault: Contradiction) -> bool:
    """Whether a rule can take it out of the addition; else another answer is needed."""
    if not fault.part or fault.part == "text?" or fault.code == "repetition":
        return False
    return fault.part not in _WHOLE or fault.code == "budget"


def mended(own: Described, faults: Sequence[Contradiction], rules: Coherence, taken: set[str]) -> Described:
    """`own` without these mendable faults; a new title joins `taken`, the titles (in lower case) that others have."""
    if not faults:
        return own
    addition = _without({fault.part for fault in faults}, own.addition)
    addition = _within(rules.limits, addition)
    if any(fault.part in ("title", "title?") for fault in faults):
        addition = replace(addition, title=plain_title(own.entity, taken))
    addition = replace(addition, tags=tuple(tag for tag in addition.tags if tag in rules.ratings.allowed))
    return _marked(replace(own, addition=addition), faults)


def bare(own: Described, faults: Sequence[Contradiction]) -> Described:
    """`own` without the texts in question: the last resort, which says no more than layer 1 knows."""
    if not faults:
        return own
    addition = own.addition
    for fault in faults:
        field = fault.part.removesuffix("?")
        if field in ("personality", "wants"):
            addition = replace(addition, **{field: ""})
        else:
            addition = Addition(own.entity.id, title=addition.title, text=plain_text(own.entity), props=addition.props)
    return _marked(replace(own, addition=addition), faults)


def plain_title(entity: Entity, taken: set[str]) -> str:
    """The entity's name, or its kind, with a number where that is taken already."""
    title = entity.name or entity.kind_of.replace("_", " ").title()
    unique, count = title, 1
    while unique.casefold() in taken:
        count += 1
        unique = f"{title} {count}"
    taken.add(unique.casefold())
    return unique


def plain_text(entity: Entity) -> str:
    """What layer 1 knows of an entity, as a sentence."""
    kind = entity.kind_of.replace("_", " ").capitalize()
    return f"{kind}: {', '.join(entity.facts) or 'as plain as it looks'}."


def _marked(own: Described, faults: Sequence[Contradiction]) -> Described:
    codes = dict.fromkeys((*own.made.mended, *(fault.code for fault in faults)))
    return replace(own, made=replace(own.made, mended=tuple(codes)))


def _without(parts: set[str], addition: Addition) -> Addition:
    """Without the single props, hazards, clues and traits that are at fault; a dangling clue just loses its tie."""
    clues = [
        replace(clue, about=None) if f"clues.{index}.about" in parts else clue
        for index, clue in enumerate(addition.clues)
        if f"clues.{index}" not in parts
    ]
    return replace(
        addition,
        props=() if "all_props" in parts else _kept("props", addition.props, parts),
        hazards=_kept("hazards", addition.hazards, parts),
        clues=tuple(clues),
        traits=_kept("traits", addition.traits, parts),
    )


def _kept(name: str, items: Sequence[T], parts: set[str]) -> tuple[T, ...]:
    return tuple(item for index, item in enumerate(items) if f"{name}.{index}" not in parts)


def _within(limits: Limits, addition: Addition) -> Addition:
    """Cut down to what is allowed."""
    return replace(
        addition,
        text=_cut(addition.text, limits.text_chars),
        personality=_cut(addition.personality, limits.short_chars),
        wants=_cut(addition.wants, limits.short_chars),
        props=tuple(_affordable(addition.props, limits.props)),
        hazards=addition.hazards[: limits.hazards],
        clues=addition.clues[: limits.clues],
        traits=addition.traits[: limits.traits],
    )


def _affordable(wishes: Sequence[PropWish], most: int) -> list[PropWish]:
    found = []
    for wish in wishes:
        count = min(wish.count, most)
        if count > 0:
            found.append(replace(wish, count=count))
            most -= count
    return found


def _cut(text: str, most: int) -> str:
    """Up to the last sentence that ends within `most` characters, else to the last word."""
    if len(text) <= most:
        return text
    ends = [match.end() for match in re.finditer(r"[.!?](?=\s|$)", text[:most])]
    return text[: ends[-1]] if ends else text[: most - 1].rsplit(" ", 1)[0] + "."
