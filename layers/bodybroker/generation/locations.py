"""A location: a place with all that is in it: what layer 1 made, and what layer 2 adds entity by entity."""

from typing import Literal

from msgspec import Struct

from bodybroker.generation.layouts import LocalId, Prop, Spot

EntityKind = Literal["place", "exterior", "space", "poi", "npc"]
"""What layer 2 adds to: the place as a whole, its outside, a room, a point of interest on open ground, an NPC."""

Source = Literal["model", "cache", "fallback"]


class Entity(Struct, frozen=True):
    """One thing that a specialist adds to.

    `kind_of` says what it is (`morgue`, `cold_room`, `ghoul`); `name` as the world knows it, or empty; `facts` are
    short phrases that layer 1 established and that no addition may contradict; `after` names the entities whose
    additions the specialist must have read before. `world_id` is the id in the world, where it has one; `within` is
    the space or point of interest where an NPC stands, `at` its spot there.
    """

    id: LocalId
    kind: EntityKind
    kind_of: str
    specialist: str
    name: str = ""
    facts: tuple[str, ...] = ()
    after: tuple[LocalId, ...] = ()
    world_id: str | None = None
    within: LocalId | None = None
    at: Spot | None = None


class PropWish(Struct, frozen=True):
    """Props that a specialist wants to see; code finds where they stand, and leaves out what would block the way."""

    kind: str
    count: int


class Hazard(Struct, frozen=True):
    """What may hurt whoever is careless: its kind, and how one notices it."""

    kind: str
    text: str


class Clue(Struct, frozen=True):
    """A trace that tells of something; `about` names the entity of this location that it tells of."""

    text: str
    about: LocalId | None = None


class Addition(Struct, frozen=True):
    """What layer 2 says of one entity. A field that the specialist does not fill stays empty.

    `text` describes a place, or tells an NPC's backstory; `personality` and `wants` are an NPC's; `tags` rate the
    content (the ratings of configs/generation/coherence.yaml).
    """

    entity: LocalId
    title: str = ""
    text: str = ""
    traits: tuple[str, ...] = ()
    personality: str = ""
    wants: str = ""
    props: tuple[PropWish, ...] = ()
    hazards: tuple[Hazard, ...] = ()
    clues: tuple[Clue, ...] = ()
    tags: tuple[str, ...] = ()


class Made(Struct, frozen=True):
    """How an addition came to be: by which specialist and where from, so that it can be explained and made again.

    `attempts` counts the times that it was asked for; `reason` says why it is a fallback; `mended` names the
    contradictions (codes of coherence/) that a rule took out of it.
    """

    specialist: str
    source: Source
    seed: int
    attempts: int = 1
    rung: str | None = None
    endpoint: str | None = None
    adapter: str | None = None
    prompt_hash: str | None = None
    reason: str | None = None
    mended: tuple[str, ...] = ()


class Described(Struct, frozen=True):
    """An entity with what was added to it, and how; `placed` are its wishes as they stand in the layout."""

    entity: Entity
    addition: Addition
    made: Made
    placed: tuple[Prop, ...] = ()
