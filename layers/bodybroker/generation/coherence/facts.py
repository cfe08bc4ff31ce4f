"""What an addition is held against besides its own draft: the world's houses, people and places, and what was told."""

from typing import Literal

from msgspec import Struct

from bodybroker.generation.layouts import LocalId
from bodybroker.generation.locations import Described

Code = Literal[
    "reference",
    "count",
    "budget",
    "fact",
    "lore",
    "house",
    "absent",
    "stranger",
    "title",
    "rating",
    "prose",
    "navigation",
    "repetition",
]
"""What is wrong: something that is not there is referred to; numbers do not agree; more than is allowed; what layer 1
knows is denied; what is known of a race is; a house that is not, or is another's; somebody said to be dead or gone who
stands there; somebody said to be there who is not; a title given twice; a word or tag that the rating forbids; not a
text for players; a prop in the way; a story told before."""


class HouseFact(Struct, frozen=True):
    """A house of the world: its kind (houses.yaml), the race of its members, its name, who leads it."""

    kind: str
    race: str
    name: str
    leader: str = ""


class PersonFact(Struct, frozen=True):
    """An NPC of the world who is alive."""

    npc_id: str
    race: str
    name: str


class WorldFacts(Struct, frozen=True):
    """What the world knows. `told` holds sketches (`resemblance.sketch`) of texts that this player was given at other
    places, `titles` the titles of those places and of all that is in them."""

    houses: tuple[HouseFact, ...] = ()
    people: tuple[PersonFact, ...] = ()
    places: tuple[str, ...] = ()
    titles: tuple[str, ...] = ()
    told: tuple[tuple[int, ...], ...] = ()


class Contradiction(Struct, frozen=True):
    """Something that cannot stand: whose addition it is, with whose it clashes, and what exactly in plain words.

    `part` names the field of the addition that a rule mends (`mending.py`); empty where only another answer can.
    """

    code: Code
    entity: LocalId
    detail: str
    other: LocalId | None = None
    part: str = ""


class Resolution(Struct, frozen=True):
    """What to do: `described` as rules have mended it, then whom to ask again, and who gets the fallback's answer.

    With both empty the place is coherent and can be committed.
    """

    described: tuple[Described, ...]
    again: tuple[LocalId, ...] = ()
    fallbacks: tuple[LocalId, ...] = ()
