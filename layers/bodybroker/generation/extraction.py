"""What there is to tell of a layout: its entities, each with what layer 1 knows of it."""

from collections.abc import Iterable, Iterator
from itertools import zip_longest

from msgspec.structs import replace

from bodybroker.generation.assembly_rules import Assembly, Fact, Generator
from bodybroker.generation.drafts import AnyLayout, Haunt, SiteBrief
from bodybroker.generation.layouts import LocalId, Spawn
from bodybroker.generation.locations import Entity, EntityKind

PLACE: LocalId = "place"
EXTERIOR: LocalId = "exterior"


def entities(site: SiteBrief, layout: AnyLayout, rules: Assembly) -> tuple[Entity, ...]:
    """The place, its outside, its NPCs, then what is worth a look, up to `most_entities`."""
    generator = rules.sites[site.kind].generator
    found = [_place(site, generator, rules), _exterior(site, generator, rules)]
    found += _npcs(site, layout, rules)
    found += _varied(_parts(layout, rules))[: rules.most_entities - len(found)]
    return tuple(_linked(found, rules))


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


def _parts(layout: AnyLayout, rules: Assembly) -> Iterator[Entity]:
    for point in layout.points:
        yield Entity(point.id, "poi", point.kind, rules.specialists.poi, facts=(_say(rules, "outdoors"),))


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
