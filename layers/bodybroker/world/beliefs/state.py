"""What everybody holds to be true, true or not, and on what evidence. Strengths in 0..100.

There is more of it than of anything else in a world, so reasons are written as arrays, without the names of fields.
"""

from typing import Literal

from msgspec import Struct

from bodybroker.kernel.ids import EntityId

EvidenceKind = Literal["seen", "told", "inferred", "lied", "distorted"]
"""How somebody came to believe: with his own eyes, by an honest word, by thinking, by a lie, by a garbled word."""


class Claim(Struct, frozen=True, omit_defaults=True):
    """Something that may be true: `predicate` (beliefs.yaml) of `subject`, an NPC or PLAYER.

    `object` is what the predicate asks for: an entity's id, a part, a word of the predicate; empty where it asks for
    nothing.
    """

    subject: EntityId
    predicate: str
    object: str = ""


class Origin(Struct, frozen=True, array_like=True):
    """Where a hearsay began: with whom, how that one came to it, and by which event; `version` is the event's."""

    kind: EvidenceKind
    by: EntityId | None
    version: int


class Evidence(Struct, frozen=True, array_like=True):
    """One reason to believe a claim, of that strength at that minute; it fades from then on.

    `source` is who said it (None: nobody had to). `version` is that of the event that it came by. `origin` is where a
    hearsay began (None: here). `premise` is the claim that it came from where that is another one: as its teller holds
    it, or what it was concluded from.
    """

    kind: EvidenceKind
    version: int
    minute: int
    strength: int
    source: EntityId | None = None
    origin: Origin | None = None
    premise: Claim | None = None


class Belief(Struct, frozen=True):
    """A claim that somebody holds to be true. `strength` is as of the minute of the newest evidence.

    The first evidence is what it began with: only a better reason of the same root takes its place.
    """

    claim: Claim
    strength: int
    evidence: tuple[Evidence, ...]


class BeliefsState(Struct, frozen=True):
    """Beliefs by holder, in the order in which they were formed."""

    held: dict[EntityId, tuple[Belief, ...]] = {}
