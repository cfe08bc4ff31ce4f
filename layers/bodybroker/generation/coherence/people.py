"""Who is there and who is not: the dead and the gone, strangers, houses and those who belong to them."""

import re
from collections.abc import Iterator
from functools import lru_cache

from bodybroker.generation.coherence.facts import Contradiction, HouseFact
from bodybroker.generation.coherence.subject import Sentence, Subject
from bodybroker.generation.coherence.texts import texts
from bodybroker.generation.coherence.words import lifted, says, stem
from bodybroker.generation.locations import Described

_NAME = r"((?:[A-Z][\w'\u2019-]*|of|the|and)(?: (?:[A-Z][\w'\u2019-]*|of|the|and))*)"
_CLOSE = 4
"""Words between belonging and the house that somebody belongs to."""

_FOES = ("denial", "others", "against")
"""Groups whose words say that somebody does not belong to a house."""

_ARTICLES = ("The ", "A ", "An ", "This ", "At ", "In ", "From ", "To ", "By ", "Of ")


def contradictions(subject: Subject) -> Iterator[Contradiction]:
    """Everything said about people that cannot be."""
    for sentence in subject.sentences:
        yield from _absent(sentence, subject)
        yield from _strangers(sentence, subject)
        yield from _members(sentence, subject)
    for each in subject.described:
        for field, text in texts(each.addition):
            if field != "title":  # titles are nicknames
                yield from _named_people(each, field, text, subject)
                yield from _unknown_names(each, field, text, subject)


def _absent(sentence: Sentence, subject: Subject) -> Iterator[Contradiction]:
    """Of somebody who stands there it is said that it is dead or gone."""
    entity = sentence.of.entity
    own = entity.kind == "npc" and not sentence.field.startswith("clues")
    if own:
        for place in says(sentence.read, ["gone"], 1):
            if not lifted(sentence.read, place, ["others", "would"], (4, 2), ["others"]):
                yield _against(sentence, "absent", "it stands there")
        return
    for race in _meant(sentence, subject):
        for place in says(sentence.read, [f"race_{race}", "dead"], subject.lore.span):
            if not lifted(sentence.read, place, ["denial_of_death", "memory", "likeness"], (2, 0)):
                yield _against(sentence, "absent", f"the {race} stands there")


def _meant(sentence: Sentence, subject: Subject) -> Iterator[str]:
    """The races of those who haunt the place and whom a sentence could mean."""
    yield from sorted(subject.races)


def _strangers(sentence: Sentence, subject: Subject) -> Iterator[Contradiction]:
    """A race is said to be there of which nobody is."""
    if sentence.of.entity.kind == "npc":
        return
    for race in subject.lore.races:
        if subject.races[race]:
            continue
        for place in says(sentence.read, [f"race_{race}"], 1):
            if not lifted(
                sentence.read, place, ["away", "memory", "likeness"], (subject.lore.before, subject.lore.after)
            ):
                yield _against(sentence, "stranger", f"no {race} haunts the place")


def _members(sentence: Sentence, subject: Subject) -> Iterator[Contradiction]:
    """An NPC is said to belong to a house of another race."""
    entity = sentence.of.entity
    if entity.kind != "npc":
        return
    for house in subject.world.houses:
        if house.race == entity.kind_of:
            continue
        for first, last in says(sentence.read, ["member", f"house_{house.kind}"], _CLOSE):
            is_member_first = "member" in sentence.read[first]
            if is_member_first and not lifted(sentence.read, (first, last), _FOES, (2, 0)):
                yield _against(sentence, "house", f"the {house.kind} is a house of {house.race}s")


def _named_people(each: Described, field: str, text: str, subject: Subject) -> Iterator[Contradiction]:
    """Somebody is named who lives elsewhere."""
    here = {haunt.npc_id for haunt in subject.draft.site.haunts}
    for person in subject.world.people:
        if person.npc_id not in here and re.search(rf"\b{re.escape(person.name)}\b", text):
            detail = f"{person.name} does not haunt this place"
            yield Contradiction("stranger", each.entity.id, detail, part=field)


def _unknown_names(each: Described, field: str, text: str, subject: Subject) -> Iterator[Contradiction]:
    """Houses and places that the world does not have, and houses of another race that an NPC claims as its own."""
    houses = {_plain(house.name): house for house in subject.world.houses}
    places = {_plain(name) for name in (*subject.world.places, subject.draft.site.name)}
    for name in _found(subject.lore.house_names, text):
        house = houses.get(_plain(name))
        if house is None:
            yield Contradiction("house", each.entity.id, f"there is no {name}", part=field)
        elif _claims(each, text, name, house, subject):
            detail = f"{house.name} is a house of {house.race}s"
            yield Contradiction("house", each.entity.id, detail, part=field)
    for name in _found(subject.lore.place_names, text):
        if _plain(name) not in places:
            yield Contradiction("reference", each.entity.id, f"there is no {name}", part=field)


def _claims(each: Described, text: str, name: str, house: HouseFact, subject: Subject) -> bool:
    if each.entity.kind != "npc" or house.race == each.entity.kind_of:
        return False
    sentence = next((part for part in re.split(r"[.!?]", text) if name in part), "")
    return any("member" in groups for groups in subject.lore.vocabulary.read(sentence.lower().split()))


def _found(forms: tuple[str, ...], text: str) -> Iterator[str]:
    """Names of these forms; an article or a word that only begins the sentence is none."""
    for pattern in _patterns(forms):
        for match in pattern.finditer(text):
            name = match[0]
            for article in _ARTICLES:
                name = name.removeprefix(article)
            if len(name.split()) > 1:
                yield name


@lru_cache(maxsize=8)
def _patterns(forms: tuple[str, ...]) -> list[re.Pattern[str]]:
    return [re.compile(form.replace("{name}", _NAME)) for form in forms]


def _plain(name: str) -> str:
    return " ".join(stem(word) for word in name.lower().removeprefix("the ").split())


def _against(sentence: Sentence, code: str, detail: str) -> Contradiction:
    return Contradiction(code, sentence.of.entity.id, f"{' '.join(sentence.words)}: {detail}", part=sentence.field)  # type: ignore[arg-type]
