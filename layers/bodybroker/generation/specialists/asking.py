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
    """A request to a model: the two messages, and how the answer is drawn. `system` is the same for all entities of a
    specialist, so that endpoints keep it in their prefix cache."""

    system: str
    user: str
    schema: dict[str, Any]
    max_tokens: int
    temperature: float
    seed: int

    @property
    def messages(self) -> tuple[dict[str, str], ...]:
        """The messages as an endpoint takes them."""
        return ({"role": "system", "content": self.system}, {"role": "user", "content": self.user})


def ask(specialists: Specialists, entity: Entity, place: Entity, read: Sequence[Addition], variant: Variant) -> Ask:
    """What is asked about an entity of `place`; `read` are the additions to the entities that it comes `after`, in
    that order. Only words that came out of lists are told of them, so that few prompts serve many worlds.
    """
    guide = specialists.guides[entity.specialist]
    return Ask(
        system=_system(specialists.common.preamble, guide),
        user=" ".join(_told(specialists, guide, entity, place, read, variant)),
        schema=schema(guide, entity, specialists.neighbours(entity)),
        max_tokens=guide.limits.max_tokens,
        temperature=guide.limits.temperature_percent / 100,
        seed=variant.seed,
    )


def _system(preamble: str, guide: Specialist) -> str:
    samples = (f"{sample.told}\n{msgspec.json.encode(sample.answer).decode()}" for sample in guide.samples)
    return "\n".join((f"{preamble} {guide.job} {guide.voice}", *samples))


def _told(
    specialists: Specialists,
    guide: Specialist,
    entity: Entity,
    place: Entity,
    read: Sequence[Addition],
    variant: Variant,
) -> Iterator[str]:
    thing = plain(entity.kind_of)
    yield f"{thing} of a {plain(place.kind_of)}." if entity.kind != "place" else f"{thing}."
    if facts := specialists.told(entity):
        yield f"Known: {', '.join(facts)}."
    near = (_seen(addition) for addition in read[: specialists.neighbours(entity)])
    if seen := "; ".join(f"{number} {words}" for number, words in enumerate(near, 1) if words):
        yield f"Near: {seen}."
    yield f"Tell of {Stream(variant.index, 'angle').choice(guide.angles)}."


def _seen(addition: Addition) -> str:
    words = (*addition.traits, *(wish.kind for wish in addition.props), *(hazard.kind for hazard in addition.hazards))
    return ", ".join(plain(word) for word in words[:_SEEN])
