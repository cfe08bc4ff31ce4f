"""What a specialist is asked: a prompt that any player may share, since it holds no name, only what is common."""

from collections.abc import Iterator, Sequence
from typing import Any

import msgspec
from msgspec import Struct

from bodybroker.generation.locations import Addition, Entity
from bodybroker.generation.specialists.answers import plain, schema
from bodybroker.generation.specialists.guides import Specialist, Specialists
from bodybroker.generation.specialists.variants import Variant
from bodybroker.kernel.random import Stream

_SEEN = 2
"""Words that are told of a neighbour: the more, the more prompts there are to pay for."""


class Ask(Struct, frozen=True):
    """A request to a model, and how the answer is drawn.

    `system` and `samples` (what was asked, and an answer as it should be) are the same for all entities of a
    specialist, so that endpoints keep them in their prefix cache.
    """

    system: str
    samples: tuple[tuple[str, str], ...]
    user: str
    schema: dict[str, Any]
    max_tokens: int
    temperature: float
    seed: int

    @property
    def messages(self) -> tuple[dict[str, str], ...]:
        """The messages as an endpoint takes them."""
        turns = [("system", self.system)]
        for asked, answer in self.samples:
            turns += [("user", asked), ("assistant", answer)]
        return tuple({"role": role, "content": content} for role, content in (*turns, ("user", self.user)))


def ask(specialists: Specialists, entity: Entity, place: Entity, read: Sequence[Addition], variant: Variant) -> Ask:
    """What is asked about an entity of `place`; `read` are the additions to the entities that it comes `after`, in
    that order. Only words that came out of lists are told of them, so that few prompts serve many worlds.
    """
    guide = specialists.guides[entity.specialist]
    return Ask(
        system=f"{specialists.common.preamble} {guide.job} {guide.voice}",
        samples=tuple((sample.asked, msgspec.json.encode(sample.answer).decode()) for sample in guide.samples),
        user=" ".join(_told(specialists, guide, entity, place, read, variant)),
        schema=schema(guide, entity, specialists.neighbours(entity)),
        max_tokens=guide.limits.max_tokens,
        temperature=guide.limits.temperature_percent / 100,
        seed=variant.seed,
    )


def _told(
    specialists: Specialists,
    guide: Specialist,
    entity: Entity,
    place: Entity,
    read: Sequence[Addition],
    variant: Variant,
) -> Iterator[str]:
    yield f"{_thing(entity, place)}."
    if facts := specialists.told(entity):
        yield f"Known: {', '.join(facts)}."
    near = (_seen(addition) for addition in read[: specialists.neighbours(entity)])
    if seen := "; ".join(f"{number} {words}" for number, words in enumerate(near, 1) if words):
        yield f"Near: {seen}."
    yield f"Tell of {Stream(variant.index, 'angle').choice(guide.angles)}."


def _thing(entity: Entity, place: Entity) -> str:
    match entity.kind:
        case "place":
            return plain(place.kind_of)
        case "exterior":
            return f"outside of a {plain(place.kind_of)}"
        case _:
            return f"{plain(entity.kind_of)} of a {plain(place.kind_of)}"


def _seen(addition: Addition) -> str:
    words = (*addition.traits, *(wish.kind for wish in addition.props), *(hazard.kind for hazard in addition.hazards))
    return ", ".join(plain(word) for word in words[:_SEEN])
