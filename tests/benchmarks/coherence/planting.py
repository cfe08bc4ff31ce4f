"""Contradictions put into good places. It knows neither the lists nor the code of the checks: only what it plants.

Sentences come from planted.yaml; what is wrong in another way (references, budgets, titles, props, repetition) is
planted here by changing the additions.
"""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, Literal

import yaml
from bodybroker.generation.coherence.facts import WorldFacts
from bodybroker.generation.entities import Rectangle
from bodybroker.generation.layouts import Prop
from bodybroker.generation.locations import Addition, Clue, Described, Entity, Hazard, PropWish
from msgspec.structs import replace

from tests.benchmarks.coherence import places
from tests.benchmarks.coherence.places import Place

HERE = Path(__file__).parent
PLANTED: dict[str, Any] = yaml.safe_load((HERE / "planted.yaml").read_text())
HELD_OUT: dict[str, Any] = yaml.safe_load((HERE / "held_out.yaml").read_text())
GROUNDS = 5
"""Places for each kind of contradiction."""

NUMBERS = ("Two", "Three", "Four", "Five", "Six", "Seven")


Split = Literal["seen", "held_out"]
"""Sentences by which the lists were tuned, and such as they never saw."""


@dataclass(frozen=True)
class Plant:
    """A good place with one contradiction in it: of which kind and code, in whose addition."""

    kind: str
    code: str
    split: Split
    what: str
    place: Place
    entity: str
    world: WorldFacts = places.WORLD


def all_plants() -> Iterator[Plant]:
    """Every sentence in a place of its own, then every other kind of fault in several places."""
    number = 0
    for kind, spec in PLANTED.items():
        given: dict[Split, Any] = {"seen": spec["seen"], "held_out": HELD_OUT[kind]}
        for split, sentences in given.items():
            for trait, sentence in _sentences(sentences):
                number += 1
                yield _sentence(kind, spec, sentence, trait, split, number)
    for name, plant in FAULTS.items():
        for number in range(6):
            yield plant(name, _base(number))


def _sentences(given: Any) -> list[tuple[str, str]]:
    if isinstance(given, dict):
        return [(trait, sentence) for trait, sentences in given.items() for sentence in sentences]
    return [("", sentence) for sentence in given]


def _sentence(kind: str, spec: dict[str, Any], sentence: str, trait: str, split: Split, number: int) -> Plant:
    place, entity = _ground_for(spec["into"], trait, number)
    text = _filled(sentence, spec.get("with"), place, entity, number)
    described = [
        _told(each, spec["part"], text, entity) if each.entity.id == entity.id else each for each in place.described
    ]
    return Plant(kind, spec["code"], split, text, Place(place.draft, tuple(described)), entity.id)


def _ground_for(into: dict[str, Any], trait: str, number: int) -> tuple[Place, Entity]:
    """A place in which somebody or something fits: a few for each kind of contradiction, in turn."""
    return _found(tuple(sorted(into.items())), trait, number % GROUNDS)


@cache
def _found(needed: tuple[tuple[str, Any], ...], trait: str, number: int) -> tuple[Place, Entity]:
    into, kinds = dict(needed), sorted(places.SITES)
    for attempt in range(400):
        kind = kinds[(number + attempt) % len(kinds)]
        race = into.get("race", places.RACES[number % len(places.RACES)])
        draft = places.begun(kind, 1000 * number + attempt, race, trait)
        for entity in draft.entities:
            if _fits(entity, into, trait):
                return places.by_hand(draft, "plain", number), entity
    raise LookupError(f"nothing fits {into}")


def _fits(entity: Entity, into: dict[str, Any], trait: str) -> bool:
    kinds = {into.get("kind", entity.kind), into.get("or", into.get("kind", entity.kind))}
    if "any" not in kinds and entity.kind not in kinds:
        return False
    if "race" in into and (entity.kind != "npc" or entity.kind_of != into["race"]):
        return False
    if trait and trait.replace("_", " ") not in entity.facts:
        return False
    if "fact" not in into:
        return True
    phrase = places.phrase(into["fact"])
    return any(re.fullmatch(phrase, fact) for fact in entity.facts)


def _told(each: Described, part: str, text: str, entity: Entity) -> Described:
    addition = each.addition
    if part == "clue":
        return replace(each, addition=replace(addition, clues=(Clue(text, entity.id),)))
    if part == "text":
        return replace(each, addition=replace(addition, text=f"{addition.text} {text}"))
    return replace(each, addition=replace(addition, **{part: text}))


def _filled(sentence: str, need: str | None, place: Place, entity: Entity, number: int) -> str:
    """The sentence with its blanks filled so that it is wrong of this place."""
    here = {haunt.race for haunt in place.draft.site.haunts}
    others = [race for race in places.RACES if race not in here]
    words: dict[str, str] = {"race": entity.kind_of}
    if need in ("absent_race", "other_race"):
        words["race"] = others[number % len(others)]
    if need == "other_house":
        foreign = [house for house in places.WORLD.houses if house.race != entity.kind_of]
        words["house"] = foreign[number % len(foreign)].name.removeprefix("The ")
    if need == "person":
        words["person"] = places.WORLD.people[number % len(places.WORLD.people)].name
    if need == "npcs":
        count = len(place.draft.site.haunts)
        words |= {"race": next(iter(here)), "n": _wrong(count, number)}
    if need in ("windows", "doors"):
        words["n"] = _wrong(places.openings(place.draft, entity.id)[need], number)
    if need is None and "{race}" not in sentence:
        return sentence
    return _plurals(sentence.format_map(words))


def _wrong(count: int, number: int) -> str:
    return next(word for word in NUMBERS[number % 3 :] if NUMBERS.index(word) + 2 != count)


def _plurals(text: str) -> str:
    return text.replace("werewolfs", "werewolves").replace("lichs", "liches").replace("A old", "An old")


def _base(number: int) -> Place:
    kinds = sorted(places.SITES)
    draft = places.begun(kinds[number % len(kinds)], 77_000 + number, places.RACES[number % 5])
    return places.by_hand(draft, "plain", number)


def _changed(
    name: str,
    code: str,
    place: Place,
    index: int,
    change: Callable[[Addition], Addition],
    world: WorldFacts | None = None,
) -> Plant:
    """The place with one entity's addition changed."""
    described = list(place.described)
    entity = described[index].entity
    described[index] = replace(described[index], addition=change(described[index].addition))
    return Plant(name, code, "seen", name, Place(place.draft, tuple(described)), entity.id, world or places.WORLD)


def _dangling_clue(name: str, place: Place) -> Plant:
    return _changed(name, "reference", place, 0, lambda own: replace(own, clues=(Clue("A torn glove.", "n77"),)))


def _unknown_prop(name: str, place: Place) -> Plant:
    return _changed(name, "reference", place, -1, lambda own: replace(own, props=(PropWish("spaceship", 1),)))


def _wrong_entity(name: str, place: Place) -> Plant:
    return _changed(name, "reference", place, 1, lambda own: replace(own, entity="elsewhere"))


def _many_props(name: str, place: Place) -> Plant:
    return _changed(name, "budget", place, -1, lambda own: replace(own, props=(PropWish("candle", 40),)))


def _negative_props(name: str, place: Place) -> Plant:
    return _changed(name, "count", place, -1, lambda own: replace(own, props=(PropWish("candle", -2),)))


def _many_hazards(name: str, place: Place) -> Plant:
    hazards = tuple(Hazard("wire", f"A wire glints at ankle height, number {index}.") for index in range(9))
    return _changed(name, "budget", place, 0, lambda own: replace(own, hazards=hazards))


def _many_clues(name: str, place: Place) -> Plant:
    clues = tuple(Clue(f"Mark number {index} on the wall.") for index in range(12))
    return _changed(name, "budget", place, 0, lambda own: replace(own, clues=clues))


def _long_text(name: str, place: Place) -> Plant:
    more = " ".join(f"Step {index} creaks in a manner of its own." for index in range(40))
    return _changed(name, "budget", place, 1, lambda own: replace(own, text=f"{own.text} {more}"))


def _empty_text(name: str, place: Place) -> Plant:
    return _changed(name, "prose", place, 1, lambda own: replace(own, text=""))


def _bad_tag(name: str, place: Place) -> Plant:
    return _changed(name, "rating", place, 0, lambda own: replace(own, tags=("sexual_content",)))


def _same_title(name: str, place: Place) -> Plant:
    title = place.described[0].addition.title
    return _changed(name, "title", place, -1, lambda own: replace(own, title=title.upper()))


def _title_elsewhere(name: str, place: Place) -> Plant:
    world = replace(places.WORLD, titles=("The House of Small Knives",))
    return _changed(name, "title", place, -1, lambda own: replace(own, title="The House of Small Knives"), world)


STORY = (
    "A sexton kept two ledgers here, one for the parish and one for himself, and the second was always thicker. "
    "When the bishop asked to see it, the sexton fed it to the stove page by page and buried the bishop under the ash."
)
"""Told twice below, in other places' words or nearly the same."""


def _same_story(name: str, place: Place) -> Plant:
    first = replace(place.described[1].addition, text=STORY)
    described = (place.described[0], replace(place.described[1], addition=first), *place.described[2:])
    return _changed(name, "repetition", Place(place.draft, described), -1, lambda own: replace(own, text=STORY))


def _near_story(name: str, place: Place) -> Plant:
    """With other numbers, another office and another ending."""
    near = STORY.replace("two", "three").replace("bishop", "dean").replace("page by page", "leaf by leaf")
    first = replace(place.described[1].addition, text=STORY)
    described = (place.described[0], replace(place.described[1], addition=first), *place.described[2:])
    return _changed(name, "repetition", Place(place.draft, described), -1, lambda own: replace(own, text=near))


def _told_before(name: str, place: Place) -> Plant:
    world = replace(places.WORLD, told=(places.remembered(STORY),))
    near = STORY.replace("sexton", "verger").replace("thicker", "heavier")
    return _changed(name, "repetition", place, -1, lambda own: replace(own, text=near), world)


def _missing(name: str, place: Place) -> Plant:
    return Plant(
        name, "reference", "seen", name, Place(place.draft, place.described[:-1]), place.described[-1].entity.id
    )


def _twice(name: str, place: Place) -> Plant:
    described = (*place.described, place.described[-1])
    return Plant(name, "reference", "seen", name, Place(place.draft, described), place.described[-1].entity.id)


def _placed(name: str, place: Place, *areas: Rectangle) -> Plant:
    each = place.described[-1]
    props = [Prop(f"x{index}", "crate", each.entity.id, area, 0, 100) for index, area in enumerate(areas)]
    described = (*place.described[:-1], replace(each, placed=tuple(props)))
    return Plant(name, "navigation", "seen", name, Place(place.draft, described), each.entity.id)


def _outside(name: str, place: Place) -> Plant:
    layout = place.draft.layout
    return _placed(name, place, Rectangle(layout.width_cm - 50, layout.depth_cm - 50, 200, 200))


def _inside_another(name: str, place: Place) -> Plant:
    return _placed(name, place, place.draft.layout.props[0].area)


def _on_a_spawn(name: str, place: Place) -> Plant:
    spot = place.draft.layout.spawns[-1].at
    return _placed(name, place, Rectangle(spot.x_cm // 50 * 50, spot.y_cm // 50 * 50, 50, 50))


def _walled_in(name: str, place: Place) -> Plant:
    """Crates around a spawn, with nothing on the spot itself."""
    return _placed(name, place, *places.ring(place.draft))


FAULTS: dict[str, Callable[[str, Place], Plant]] = {
    "dangling clue": _dangling_clue,
    "unknown prop": _unknown_prop,
    "another's addition": _wrong_entity,
    "too many props": _many_props,
    "negative count": _negative_props,
    "too many hazards": _many_hazards,
    "too many clues": _many_clues,
    "text too long": _long_text,
    "text missing": _empty_text,
    "tag not allowed": _bad_tag,
    "title twice": _same_title,
    "title of elsewhere": _title_elsewhere,
    "story twice": _same_story,
    "story nearly twice": _near_story,
    "story told elsewhere": _told_before,
    "entity missing": _missing,
    "entity twice": _twice,
    "prop outside": _outside,
    "prop in a prop": _inside_another,
    "prop on a spawn": _on_a_spawn,
    "way cut off": _walled_in,
}
