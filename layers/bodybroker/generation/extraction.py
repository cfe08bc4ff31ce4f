"""What there is to tell of a layout: its entities, each with what layer 1 knows of it."""

from collections.abc import Iterable, Iterator
from itertools import zip_longest

from msgspec.structs import replace

from bodybroker.generation.assembly_rules import Assembly, Fact, Generator, Rules
from bodybroker.generation.buildings.layout import BuildingLayout, Space
from bodybroker.generation.drafts import AnyLayout, Haunt, SiteBrief
from bodybroker.generation.layouts import OUTSIDE, LocalId, Opening, Spawn
from bodybroker.generation.locations import Entity, EntityKind

PLACE: LocalId = "place"
EXTERIOR: LocalId = "exterior"


def entities(site: SiteBrief, layout: AnyLayout, rules: Rules) -> tuple[Entity, ...]:
    """The place, its outside, its NPCs, then what is worth a look, up to `most_entities`."""
    assembly = rules.assembly
    generator = assembly.sites[site.kind].generator
    found = [_place(site, generator, assembly), _exterior(site, generator, assembly)]
    found += _npcs(site, layout, assembly)
    found += _varied(_parts(site, layout, rules))[: assembly.most_entities - len(found)]
    return tuple(_linked(found, assembly))


def _place(site: SiteBrief, generator: Generator, rules: Assembly) -> Entity:
    races = sorted({haunt.race for haunt in site.haunts})
    facts = [
        _say(rules, "indoors" if generator == "building" else "outdoors"),
        _say(rules, "haunted", races=" and ".join(f"{race}s" for race in races)) if races else _say(rules, "empty"),
    ]
    return Entity(
        PLACE,
        "place",
        site.kind,
        rules.specialists.place[generator],
        name=site.name,
        facts=tuple(facts),
        world_id=site.place_id,
    )


def _exterior(site: SiteBrief, generator: Generator, rules: Assembly) -> Entity:
    return Entity(
        EXTERIOR,
        "exterior",
        site.kind,
        rules.specialists.exterior[generator],
        facts=(_say(rules, "outdoors"),),
    )


def _npcs(site: SiteBrief, layout: AnyLayout, rules: Assembly) -> Iterator[Entity]:
    """Those who haunt the site, each at a spot of its own as long as there are some, dealt over the whole layout."""
    spots = _dealt([spawn for spawn in layout.spawns if spawn.kind == "npc"])
    haunts = sorted(site.haunts, key=lambda haunt: haunt.npc_id)[: rules.most_npcs]
    for number, (haunt, spot) in enumerate(zip(haunts, [*spots, *[None] * len(haunts)], strict=False), start=1):
        yield Entity(
            f"n{number}",
            "npc",
            haunt.race,
            rules.specialists.npc.get(haunt.race, rules.specialists.stranger),
            name=haunt.name,
            facts=tuple(_npc_facts(site, haunt, rules)),
            world_id=haunt.npc_id,
            within=spot.within if spot else None,
            at=spot.at if spot else None,
        )


def _npc_facts(site: SiteBrief, haunt: Haunt, rules: Assembly) -> Iterator[str]:
    yield _say(rules, "haunts", kind=site.kind)
    yield _say(rules, "at_night")
    for trait in haunt.traits[: rules.npc_traits]:
        yield _say(rules, "trait", trait=trait.replace("_", " "))


def _parts(site: SiteBrief, layout: AnyLayout, rules: Rules) -> Iterator[Entity]:
    assembly = rules.assembly
    if isinstance(layout, BuildingLayout):
        below = assembly.sites[site.kind].below_ground
        for space in layout.spaces:
            facts = tuple(_say(assembly, fact) for fact in space_facts(space, layout, rules, below))
            yield Entity(space.id, "space", space.kind, assembly.specialists.space, facts=facts)
    else:
        for point in layout.points:
            facts = (_say(assembly, "outdoors"),)
            yield Entity(point.id, "poi", point.kind, assembly.specialists.poi, facts=facts)


def space_facts(space: Space, layout: BuildingLayout, rules: Rules, below: bool) -> Iterator[Fact]:
    """What the layout says of a room, the most telling first: specialists are told only the first few."""
    windows, doors = openings_of(space.id, layout, rules)
    yield "windowed" if windows else "windowless"
    locked = [door.lock is not None for door in doors if door.opens_from in (None, space.id)]
    if all(locked) and locked:
        yield "locked"
    elif not any(locked):
        yield "unlocked"
    yield "indoors" if space.height_cm else "outdoors"
    if below and not windows and space.height_cm:
        yield "below_ground"
    if any(OUTSIDE in door.joins for door in doors):
        yield "way_out"
    if any(key.within == space.id for key in layout.keys):
        yield "key"


def openings_of(key: LocalId, layout: BuildingLayout, rules: Rules) -> tuple[list[Opening], list[Opening]]:
    """The windows of a room, and the ways in and out of it that are none."""
    found = [opening for opening in layout.openings if key in opening.joins]
    windows = [opening for opening in found if opening.kind in rules.buildings.catalogue.windows]
    return windows, [opening for opening in found if opening not in windows]


def _varied(parts: Iterable[Entity]) -> list[Entity]:
    """One of each kind before a second of any, otherwise in order."""
    by_kind: dict[str, list[Entity]] = {}
    for part in parts:
        by_kind.setdefault(part.kind_of, []).append(part)
    return [part for round_ in zip_longest(*by_kind.values()) for part in round_ if part is not None]


def _dealt(spawns: Iterable[Spawn]) -> list[Spawn]:
    """One spot of each room or point of interest before a second of any."""
    by_room: dict[LocalId, list[Spawn]] = {}
    for spawn in spawns:
        by_room.setdefault(spawn.within, []).append(spawn)
    return [spawn for round_ in zip_longest(*by_room.values()) for spawn in round_ if spawn is not None]


def _linked(found: list[Entity], rules: Assembly) -> Iterator[Entity]:
    """Each with the entities that assembly.yaml puts before its kind."""
    ids: dict[EntityKind, list[LocalId]] = {}
    for entity in found:
        ids.setdefault(entity.kind, []).append(entity.id)
    for entity in found:
        before = [key for kind in rules.after.get(entity.kind, ()) for key in ids.get(kind, ())]
        yield replace(entity, after=tuple(before))


def _say(rules: Assembly, fact: Fact, **words: str) -> str:
    return rules.facts[fact].format_map(words)
