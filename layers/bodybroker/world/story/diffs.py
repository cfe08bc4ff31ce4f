"""Diffs of the story, next to those of talk (`world.proposals`)."""

from typing import Annotated, Literal

from msgspec import Meta, Struct

from bodybroker.kernel.ids import PATTERN
from bodybroker.kernel.random import SEED_LIMIT

Id = Annotated[str, Meta(pattern=PATTERN)]
Word = Annotated[str, Meta(pattern=r"^[a-z][a-z0-9_]{0,39}$")]
Title = Annotated[str, Meta(min_length=1, max_length=80)]
Text = Annotated[str, Meta(min_length=1, max_length=600)]
Digest = Annotated[str, Meta(pattern=r"^[0-9a-f]{64}$")]
Seed = Annotated[int, Meta(ge=0, lt=SEED_LIMIT)]
Version = Annotated[int, Meta(ge=1, le=1_000_000)]
Versions = Annotated[dict[Word, Version], Meta(min_length=1, max_length=8)]
Natural = Annotated[int, Meta(ge=0, le=1_000_000)]


class SetFact(Struct, frozen=True, tag="set_fact", tag_field="type", forbid_unknown_fields=True):
    """Something is so in this world from now on."""

    name: Word
    text: Text


class DropFact(Struct, frozen=True, tag="drop_fact", tag_field="type", forbid_unknown_fields=True):
    """Something is not so any more."""

    name: Word


class OpenObjective(Struct, frozen=True, tag="open_objective", tag_field="type", forbid_unknown_fields=True):
    """The player may pursue something new."""

    objective_id: Id
    title: Title
    text: Text


class CloseObjective(Struct, frozen=True, tag="close_objective", tag_field="type", forbid_unknown_fields=True):
    """An objective was reached or has failed."""

    objective_id: Id
    status: Literal["done", "failed"]


class Describe(Struct, frozen=True, tag="describe", tag_field="type", forbid_unknown_fields=True):
    """Words about a place or an NPC, in the place of earlier ones."""

    entity_id: Id
    text: Text


class SettleLocation(Struct, frozen=True, tag="settle_location", tag_field="type", forbid_unknown_fields=True):
    """A place has been made: its document, and what made it. `again` counts how often it had been made before."""

    place_id: Id
    digest: Digest
    kind: Word
    title: Title
    seed: Seed
    versions: Versions
    again: Natural


StoryDiff = SetFact | DropFact | OpenObjective | CloseObjective | Describe | SettleLocation
