"""What layer 1 makes: frozen values that never change after generation. Lengths in cm, times in game minutes.

Values that come by the hundred and hold nothing that could lead back to them tell the garbage collector so (`gc`).
"""

from typing import Literal

from msgspec import Struct

from bodybroker.kernel.ids import EntityId

PlaceKind = Literal["hideout", "street", "morgue", "hospital", "graveyard", "club", "den", "crypt", "warehouse"]
Phase = Literal["day", "night"]


class Provenance(Struct, frozen=True, omit_defaults=True):
    """What made an entity: generator and version, run on a seed, give the same bytes on every machine.

    Where a language model had a hand in it: its name, and the SHA-256 of the prompt.
    """

    seed: int
    generator: str
    generator_version: int
    model: str | None = None
    prompt_hash: str | None = None


class Rectangle(Struct, frozen=True, gc=False):
    """An axis-parallel area of the district's ground, in cm from its south-west corner."""

    x_cm: int
    y_cm: int
    width_cm: int
    depth_cm: int

    def holds(self, other: "Rectangle") -> bool:
        """Whether all of `other` lies within."""
        return (
            self.x_cm <= other.x_cm
            and self.y_cm <= other.y_cm
            and other.x_cm + other.width_cm <= self.x_cm + self.width_cm
            and other.y_cm + other.depth_cm <= self.y_cm + self.depth_cm
        )

    def overlaps(self, other: "Rectangle") -> bool:
        """Whether they share ground; touching is not sharing."""
        return (
            self.x_cm < other.x_cm + other.width_cm
            and other.x_cm < self.x_cm + self.width_cm
            and self.y_cm < other.y_cm + other.depth_cm
            and other.y_cm < self.y_cm + self.depth_cm
        )


class Point(Struct, frozen=True, gc=False):
    """A spot on the district's ground, in cm from its south-west corner."""

    x_cm: int
    y_cm: int


class Exit(Struct, frozen=True):
    """A way out: where it leads, where the doorway is, how long the walk takes."""

    place_id: EntityId
    at: Point
    minutes: int


class Site(Struct, frozen=True):
    """A place as it was built.

    `guards` stand inside, `cameras` hang there, `alarm` is its resting chance per mille that an alarm rings.
    """

    place_id: EntityId
    kind: PlaceKind
    name: str
    area: Rectangle
    exits: tuple[Exit, ...]
    guards: int
    alarm: int
    provenance: Provenance
    cameras: int = 0


class Item(Struct, frozen=True, omit_defaults=True):
    """A body part; `quality` in 1..100, `freshness` the share of it that is left, per mille.

    `treated_for` names the race for which it was prepared.
    """

    item_id: EntityId
    part: str
    quality: int
    provenance: Provenance
    freshness: int = 1000
    contaminated: bool = False
    treated_for: str | None = None


class Guide(Struct, frozen=True):
    """An NPC's stats, each in 0..100."""

    aggression: int
    intelligence: int
    charisma: int
    survival: int
    loyalty: int


class Taste(Struct, frozen=True):
    """What an NPC pays for a part it wants, in cents: never below `floor_cents`, never above `cap_cents`."""

    floor_cents: int
    cap_cents: int


class Character(Struct, frozen=True):
    """An NPC as it was made. It stands at `at` in its haunt whenever the phase is in `awake`.

    `purse_cents` is a full purse; `wage_cents` comes in every dusk until it is full.
    """

    npc_id: EntityId
    race: str
    name: str
    guide: Guide
    traits: tuple[str, ...]
    tastes: dict[str, Taste]
    purse_cents: int
    wage_cents: int
    haunt_id: EntityId
    at: Point
    awake: tuple[Phase, ...]
    provenance: Provenance


class District(Struct, frozen=True):
    """Everything that one seed makes: places, what lies in stores, characters, by id in order of creation."""

    name: str
    sites: dict[EntityId, Site]
    stock: dict[EntityId, tuple[Item, ...]]
    characters: dict[EntityId, Character]
