"""Locations: layer 1 begins one, layer 2 adds to its entities in waves, and what all have added is one document."""

from collections.abc import Sequence
from graphlib import CycleError, TopologicalSorter
from typing import cast

from bodybroker.generation import buildings, extraction, placing, street, terrain
from bodybroker.generation.assembly_rules import Rules, load
from bodybroker.generation.buildings import BuildingKind
from bodybroker.generation.drafts import (
    SCHEMA,
    AnyLayout,
    Draft,
    Haunt,
    Location,
    SiteBrief,
    Units,
    decode,
    digest,
    encode,
)
from bodybroker.generation.layouts import LocalId
from bodybroker.generation.locations import Described
from bodybroker.generation.parameters import Range
from bodybroker.generation.terrain.layout import TerrainKind
from bodybroker.generation.terrain.rules import Side
from bodybroker.kernel.random import Stream

__all__ = [
    "VERSION",
    "Draft",
    "Haunt",
    "Location",
    "Rules",
    "SiteBrief",
    "begin",
    "decode",
    "digest",
    "encode",
    "finish",
    "load",
    "waves",
]

VERSION = 1
"""Raise it when the same site and seed give another draft."""

SEED_LIMIT = 2**64
"""Seeds of locations lie in [0, SEED_LIMIT)."""


def begin(site: SiteBrief, seed: int, rules: Rules) -> Draft:
    """What layer 1 makes of `site`; the same everywhere. Raises ValueError for a seed or a size that cannot be."""
    if not 0 <= seed < SEED_LIMIT:
        raise ValueError(f"a seed lies in 0..{SEED_LIMIT - 1}, got {seed}")
    if site.width_cm < 1 or site.depth_cm < 1:
        raise ValueError(f"a place has a size, got {site.width_cm} x {site.depth_cm} cm")
    layout = _layout(site, Stream(seed, "location", str(VERSION)).u64(), rules)
    return Draft(site, seed, layout, extraction.entities(site, layout, rules))


def _layout(site: SiteBrief, seed: int, rules: Rules) -> AnyLayout:
    """The ground at the site's size, or the nearest to it that the generator makes."""
    ground = rules.assembly.sites[site.kind]
    if ground.generator == "building":
        plan = rules.buildings.plans[cast(BuildingKind, ground.kind)]
        width, depth = _near(site.width_cm, plan.width_cm), _near(site.depth_cm, plan.depth_cm)
        return buildings.generate(ground.kind, seed, rules.buildings, width, depth)
    if ground.generator == "terrain":
        cell, side = rules.terrain.cell_cm, rules.terrain.side_cells
        size = _near(site.width_cm // cell, side), _near(site.depth_cm // cell, side)
        return terrain.generate(cast(TerrainKind, ground.kind), seed, rules.terrain, size)
    width, depth = _near(site.width_cm, rules.street.width_cm), _near(site.depth_cm, rules.street.depth_cm)
    return street.generate(ground.kind, seed, rules.street, width, depth)


def _near(length: int, allowed: Range | Side) -> int:
    return min(max(length, allowed.low), allowed.high)


def waves(draft: Draft) -> tuple[tuple[LocalId, ...], ...]:
    """Entities by when they can be asked for: each wave needs only those before it; raises ValueError on a circle."""
    order = TopologicalSorter({entity.id: entity.after for entity in draft.entities})
    try:
        order.prepare()
    except CycleError as circle:
        raise ValueError(f"entities wait for each other: {' > '.join(circle.args[1])}") from circle
    rank = {entity.id: index for index, entity in enumerate(draft.entities)}
    found = []
    while order.is_active():
        ready = order.get_ready()
        found.append(tuple(sorted(ready, key=rank.__getitem__)))
        order.done(*ready)
    return tuple(found)


def finish(draft: Draft, described: Sequence[Described], rules: Rules) -> Location:
    """The document: in the draft's order, with the props wished for where they leave every way free.

    Raises ValueError where an entity is missing, unknown or described twice.
    """
    known = [entity.id for entity in draft.entities]
    given = [each.entity.id for each in described]
    if sorted(known) != sorted(given):
        raise ValueError(f"entities {known} are not those described: {given}")
    ordered = sorted(described, key=lambda each: known.index(each.entity.id))
    return Location(
        schema=SCHEMA,
        units=Units(),
        site=draft.site,
        seed=draft.seed,
        versions={"assembly": VERSION, draft.layout.provenance.generator: draft.layout.provenance.generator_version},
        layout=draft.layout,
        described=placing.furnish(draft, ordered, rules),
    )
