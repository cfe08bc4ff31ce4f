"""Good places to plant contradictions into: generated grounds, with additions written by hand or made by fallbacks."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml
from bodybroker.generation import assembly, placing, specialists
from bodybroker.generation.coherence import rules, stories
from bodybroker.generation.coherence.facts import HouseFact, PersonFact, WorldFacts
from bodybroker.generation.drafts import Draft, Haunt, SiteBrief
from bodybroker.generation.entities import Rectangle
from bodybroker.generation.locations import Addition, Clue, Described, Entity, Made, PropWish
from bodybroker.kernel import configuration
from bodybroker.kernel.random import Stream

GOOD: dict[str, Any] = yaml.safe_load((Path(__file__).parent / "good.yaml").read_text())

SITES = {
    "street": (30000, 1600, "zombie"),
    "graveyard": (9000, 12000, "ghoul"),
    "morgue": (2800, 3200, "ghoul"),
    "hospital": (5000, 4500, "vampire"),
    "club": (2200, 3000, "vampire"),
    "den": (4500, 6000, "werewolf"),
    "crypt": (1800, 2800, "lich"),
    "warehouse": (4000, 5500, "werewolf"),
    "hideout": (1200, 1800, "zombie"),
}
"""The world's kinds of places: a size of each in cm, and who haunts it."""

RACES = ("vampire", "werewolf", "zombie", "ghoul", "lich")

TRAITS = {
    race: tuple(spec["traits"]) for race, spec in configuration.load("world/races")["races"].items() if race in RACES
}
"""What the members of each race may be."""

WORLD = WorldFacts(
    houses=(
        HouseFact("court", "vampire", "The Court of Ashmere", "Count Sable"),
        HouseFact("pack", "werewolf", "The Cinder Hill Pack", "Maren Longtooth"),
        HouseFact("conclave", "lich", "The Conclave of Still Clocks", "Ilvane the Hollow"),
        HouseFact("guild", "ghoul", "The Wormwood Guild", "Kezdak, First Spade"),
        HouseFact("unburied", "zombie", "The Humming Congregation", "Mother Edna"),
        HouseFact("syndicate", "human", "The Quill Syndicate", "Irena Quill"),
    ),
    people=tuple(
        PersonFact(f"far-{race}", race, name)
        for race, name in zip(
            RACES, ("Isolde Karnstein", "Greta Ulvang", "Old Barney", "Vushrot Sexton", "Magister Belisar"), strict=True
        )
    ),
    places=("Mercy Morgue", "Holy Cross Hospital", "Black Elm Cemetery", "The Velvet Lounge", "Needle Street"),
)
"""A world around the places; nobody in it haunts any of them."""


ECHOING = "(with an echo)"
"""The source of places by fallbacks that tell a sentence twice; they count as neither good nor bad."""


@dataclass(frozen=True)
class Place:
    """A draft and what was added to it."""

    draft: Draft
    described: tuple[Described, ...]


def begun(kind: str, seed: int, race: str = "", trait: str = "") -> Draft:
    """The draft of a place of that kind, with haunts of one race, the first with a trait."""
    width, depth, usual = SITES[kind]
    race = race or usual
    haunts = tuple(
        Haunt(f"npc-{index}", race, f"{race.title()} Nobody {index}", (trait,) if trait and index == 0 else ())
        for index in range(2)
    )
    site = SiteBrief(f"place-{kind}", kind, f"{kind.title()} Number Nine", width, depth, haunts)
    return assembly.begin(site, seed, assembly.load())


def by_hand(draft: Draft, manner: str = "plain", number: int = 0) -> Place:
    """Additions out of good.yaml: each text once within the place, from another start for each number."""
    found = []
    used: set[str] = set()
    for index, entity in enumerate(draft.entities):
        text = _text(entity, manner, number, used)
        clues = (Clue(_turn(GOOD["clue"][manner], number + index), draft.entities[0].id),) if index % 3 == 0 else ()
        addition = Addition(
            entity.id,
            title=_turn(GOOD["titles"], number + index),
            text=text,
            props=(PropWish("candle", 1), PropWish("crate", 1)) if entity.kind in ("space", "poi") else (),
            clues=clues,
            tags=("horror",),
        )
        found.append(Described(entity, addition, Made(entity.specialist, "model", number)))
    return Place(draft, placing.furnish(draft, found, assembly.load()))


def _text(entity: Entity, manner: str, number: int, used: set[str]) -> str:
    """A text that fits the entity; where all are used up, a plain remark that no other entity has."""
    for start in range(64):
        text = _turn(_texts(entity, manner), number + start)
        if text not in used:
            used.add(text)
            return text
    return f"Mark {entity.id} is scratched into it."


def _texts(entity: Entity, manner: str) -> list[str]:
    if entity.kind == "npc":
        return list(GOOD["npc"][entity.kind_of][manner])
    phrases = assembly.load().assembly.facts
    facts = [fact for fact in ("locked", "windowless", "windowed", "unlocked") if phrases[fact] in entity.facts]
    if entity.kind == "space" and facts:
        # a locked room must not be told by a text on windows that it lacks: the first fact's own texts are safe
        return list(GOOD[facts[0]].get(manner, GOOD[facts[0]]["plain"]))
    key = "poi" if entity.kind in ("space", "poi") else entity.kind
    return list(GOOD[key].get(manner, GOOD[key]["plain"]))


def _turn(items: list[str], index: int) -> str:
    return items[index % len(items)]


def by_fallback(draft: Draft, seed: int) -> Place:
    """Additions by the specialists' fallbacks, as a world gets them whose models are off."""
    guides = specialists.load()
    variants = specialists.deal(guides, seed, (), draft.entities)
    world = Stream(seed, "specialists")
    found = [
        Described(
            entity,
            specialists.fallback(guides, entity, draft.entities[0], variants[entity.id], world),
            Made(entity.specialist, "fallback", variants[entity.id].seed),
        )
        for entity in draft.entities
    ]
    return Place(draft, placing.furnish(draft, found, assembly.load()))


def has_echo(place: Place) -> bool:
    """Whether a sentence is told twice, word by word: such a place is not good, whatever else it is."""
    told = [part.rstrip(".") for each in place.described for part in each.addition.text.split(". ")]
    return len(set(told)) < len(told)


def good_places(count: int) -> Iterator[tuple[str, Place]]:
    """So many good places, of every kind in turn, each with where its texts come from; three of four by fallbacks."""
    kinds = sorted(SITES)
    for number in range(count):
        stream = Stream("coherence", str(number))
        kind, seed = kinds[number % len(kinds)], stream.u64()
        if number % 4:
            race = stream.choice(RACES)
            trait = stream.choice(TRAITS[race])
            place = by_fallback(begun(kind, seed, race, trait), stream.below(2**53))
            yield ECHOING if has_echo(place) else "by fallbacks", place
        else:
            manner = "close" if number % 8 else "plain"
            yield f"by hand, {manner}", by_hand(begun(kind, seed), manner, number)


def phrase(fact: str) -> str:
    """How assembly.yaml says a fact, as a regular expression."""
    words = assembly.load().assembly.facts[fact]  # type: ignore[index]
    return re.sub(r"\\\{\w+\\\}", ".+", re.escape(words))


def remembered(text: str) -> tuple[int, ...]:
    """What is kept of a text that the player was told."""
    return stories.sketch(text, rules.load().coherence.repetition)


def openings(draft: Draft, key: str) -> dict[str, int]:
    """How many doors and windows a room has, counted in the layout."""
    found = [opening for opening in draft.layout.openings if key in opening.joins]
    windows = [opening for opening in found if "window" in opening.kind or opening.kind in ("slit", "clerestory")]
    return {"doors": len(found) - len(windows), "windows": len(windows)}


def ring(draft: Draft) -> list[Rectangle]:
    """The cells around a spawn that has free floor on all sides."""
    blocked = [prop.area for prop in draft.layout.props if prop.blocks]
    spots = [spawn.at for spawn in draft.layout.spawns]
    for spot in spots:
        west, south = spot.x_cm // 50 * 50 - 50, spot.y_cm // 50 * 50 - 50
        cells = [Rectangle(west + x, south + y, 50, 50) for x in (0, 50, 100) for y in (0, 50, 100)]
        cells.pop(4)
        if all(
            _inside(draft, cell) and not any(_overlap(cell, area) for area in blocked) for cell in cells
        ) and not any(_overlap(cell, Rectangle(other.x_cm, other.y_cm, 1, 1)) for cell in cells for other in spots):
            return cells
    raise LookupError("no spawn stands free")


def _inside(draft: Draft, cell: Rectangle) -> bool:
    return 0 <= cell.x_cm <= draft.layout.width_cm - 50 and 0 <= cell.y_cm <= draft.layout.depth_cm - 50


def _overlap(one: Rectangle, other: Rectangle) -> bool:
    return (
        one.x_cm < other.x_cm + other.width_cm
        and other.x_cm < one.x_cm + one.width_cm
        and one.y_cm < other.y_cm + other.depth_cm
        and other.y_cm < one.y_cm + one.depth_cm
    )
