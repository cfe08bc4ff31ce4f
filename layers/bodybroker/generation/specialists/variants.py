"""Which variants of the specialists' answers a world gets.

A specialist has a pool of variants for whatever it is asked, and all worlds share it, so that an answer that one world
paid for serves another. Each world walks a pool in its own order and meets none of it twice; where a world has used a
pool up, it goes on with the next one.
"""

from collections import Counter
from collections.abc import Sequence

from msgspec import Struct

from bodybroker.generation.layouts import LocalId
from bodybroker.generation.locations import Entity
from bodybroker.generation.specialists.guides import Specialists
from bodybroker.kernel.random import Stream

ATTEMPTS = 2**10
"""More attempts at one entity than there can be."""


class Variant(Struct, frozen=True):
    """Which answer of many. `index`: the variant that the model is asked for, shared by all worlds; `number`: how many
    entities of this world had this specialist's turn before; `attempt` counts from 1 how often this one was asked for.
    """

    index: int
    number: int
    attempt: int = 1

    @property
    def seed(self) -> int:
        """The seed of the model's sampling."""
        return self.index * ATTEMPTS + self.attempt


def deal(
    specialists: Specialists, seed: int, earlier: Sequence[str], entities: Sequence[Entity]
) -> dict[LocalId, Variant]:
    """A variant for each entity of a place in the world of that seed, by its id.

    `earlier` are the kinds of the places that come before this one in the world's own order, so that the same place
    always gets the same variants, whatever else is made at the same time. Raises ValueError without a place, and where
    a specialist has more entities than its guide foresees.
    """
    place = next((entity for entity in entities if entity.kind == "place"), None)
    if place is None:
        raise ValueError("no entity is the place")
    of_kind = earlier.count(place.kind_of)
    alike: Counter[str] = Counter()
    all_of: Counter[str] = Counter()
    dealt = {}
    for entity in entities:
        guide = specialists.guides[entity.specialist]
        group = _group(specialists, place, entity)
        if all_of[entity.specialist] >= guide.entities:
            raise ValueError(f"more than {guide.entities} entities of one place for {entity.specialist}")
        index = _walk(seed, group, of_kind * guide.entities + alike[group], guide.pool)
        dealt[entity.id] = Variant(index, len(earlier) * guide.entities + all_of[entity.specialist])
        alike[group] += 1
        all_of[entity.specialist] += 1
    return dealt


def _group(specialists: Specialists, place: Entity, entity: Entity) -> str:
    """All that a prompt says of an entity: those alike share a pool."""
    return "|".join((entity.specialist, place.kind_of, entity.kind_of, *specialists.told(entity)))


def _walk(seed: int, group: str, ordinal: int, pool: int) -> int:
    """The member of the pools that a world meets as its `ordinal`-th."""
    block, step = divmod(ordinal, pool)
    order = Stream(seed, "variants", group, str(block)).sample(range(pool), pool)
    return block * pool + order[step]
