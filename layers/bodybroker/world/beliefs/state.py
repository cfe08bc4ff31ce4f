"""What everybody holds to be true, true or not, and on what evidence. Strengths in 0..100."""

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


class Origin(Struct, frozen=True, omit_defaults=True):
    """Where a hearsay began: with whom, how that one came to it, and by which event; `version` is the event's."""

    kind: EvidenceKind
    by: EntityId | None
    version: int


class Evidence(Struct, frozen=True, omit_defaults=True):
    """One reason to believe a claim, of that strength at that minute; it fades from then on.

    `source` is who said it (None: nobody had to). `version` is that of the event that it came by. `origin` is where the
    hearsay began (None: here), `said` the claim as its teller holds it where the listener got it wrong.
    """

    kind: EvidenceKind
    version: int
    minute: int
    strength: int
    source: EntityId | None = None
    origin: Origin | None = None
    said: Claim | None = None


class Belief(Struct, frozen=True):
    """A claim that somebody holds to be true. `strength` is as of the newest evidence, which is the last.

    The first evidence is the one that it began with, and is never dropped.
    """

    claim: Claim
    strength: int
    evidence: tuple[Evidence, ...]


class BeliefsState(Struct, frozen=True):
    """Beliefs by holder, in the order in which they were formed."""

    held: dict[EntityId, tuple[Belief, ...]] = {}
