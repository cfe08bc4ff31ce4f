"""References that must lead somewhere, numbers that must agree, and how much there may be."""

from collections import Counter
from collections.abc import Iterator, Mapping

from bodybroker.generation.coherence.facts import Contradiction
from bodybroker.generation.coherence.subject import Sentence, Subject
from bodybroker.generation.coherence.texts import texts
from bodybroker.generation.locations import Described


def contradictions(subject: Subject) -> Iterator[Contradiction]:
    """Everything that leads nowhere, does not add up, or is too much."""
    yield from _entities(subject)
    for each in subject.described:
        yield from _references(each, subject)
        yield from _budgets(each, subject)
    yield from _all_props(subject)
    yield from _titles(subject)
    for sentence in subject.sentences:
        yield from _people(sentence, subject)
        yield from _openings(sentence, subject)


def _entities(subject: Subject) -> Iterator[Contradiction]:
    """Each entity of the draft is described once, by an addition of its own."""
    known = {entity.id: entity for entity in subject.draft.entities}
    seen = Counter(each.entity.id for each in subject.described)
    for key in sorted(known.keys() - seen.keys()):
        yield Contradiction("reference", key, "nobody has described it")
    for key in sorted(seen.keys() - known.keys()):
        yield Contradiction("reference", key, "the place has no such entity", part="entity")
    for key, count in sorted(seen.items()):
        if count > 1:
            yield Contradiction("reference", key, f"described {count} times", part="entity")
    for each in subject.described:
        if each.addition.entity != each.entity.id:
            yield Contradiction("reference", each.entity.id, f"an addition to {each.addition.entity}")
        elif each.entity != known.get(each.entity.id, each.entity):
            yield Contradiction("reference", each.entity.id, "another draft's entity", part="draft")


def _references(each: Described, subject: Subject) -> Iterator[Contradiction]:
    known = {entity.id for entity in subject.draft.entities}
    for index, clue in enumerate(each.addition.clues):
        if clue.about is not None and clue.about not in known:
            yield Contradiction("reference", each.entity.id, f"a clue about {clue.about}", part=f"clues.{index}.about")
    for index, wish in enumerate(each.addition.props):
        if wish.kind not in subject.rules.generation.props:
            yield Contradiction("reference", each.entity.id, f"no kind of prop: {wish.kind}", part=f"props.{index}")
    for tag in each.addition.tags:
        if tag not in subject.coherence.ratings.allowed:
            yield Contradiction("rating", each.entity.id, f"tag {tag}", part="tags")


def _budgets(each: Described, subject: Subject) -> Iterator[Contradiction]:
    limits, addition = subject.coherence.limits, each.addition
    counts = (
        ("props", sum(max(0, wish.count) for wish in addition.props), limits.props),
        ("hazards", len(addition.hazards), limits.hazards),
        ("clues", len(addition.clues), limits.clues),
        ("traits", len(addition.traits), limits.traits),
    )
    for part, count, most in counts:
        if count > most:
            yield Contradiction("budget", each.entity.id, f"{count} {part}, at most {most}", part=part)
    for index, wish in enumerate(addition.props):
        if wish.count < 1:
            yield Contradiction("count", each.entity.id, f"{wish.count} of {wish.kind}", part=f"props.{index}")
    for field, text in texts(addition):
        most = {"text": limits.text_chars, "title": limits.title_chars}.get(field, limits.short_chars)
        if len(text) > most:
            yield Contradiction("budget", each.entity.id, f"{len(text)} characters, at most {most}", part=field)


def _all_props(subject: Subject) -> Iterator[Contradiction]:
    """The last entities give up their props where all together have too many."""
    most = subject.coherence.limits.place_props
    total = 0
    for each in subject.described:
        total += sum(max(0, wish.count) for wish in each.addition.props)
        if total > most:
            yield Contradiction(
                "budget", each.entity.id, f"{total} props in one place, at most {most}", part="all_props"
            )


def _titles(subject: Subject) -> Iterator[Contradiction]:
    owners: dict[str, str | None] = dict.fromkeys(title.casefold() for title in subject.world.titles)
    for each in subject.described:
        title = each.addition.title.casefold()
        if title and title in owners:
            yield Contradiction("title", each.entity.id, each.addition.title, other=owners[title], part="title")
        elif title:
            owners[title] = each.entity.id


_NEAR = 2
"""Words that may stand between a number and what it counts."""


def _numbers(sentence: Sentence, plurals: frozenset[str], numbers: Mapping[str, int]) -> Iterator[int]:
    """Numbers that count one of these words."""
    for index, word in enumerate(sentence.words):
        number = int(word) if word.isdigit() else numbers.get(word)
        if number is not None and plurals & {*sentence.words[index + 1 : index + 2 + _NEAR]}:
            yield number


def _people(sentence: Sentence, subject: Subject) -> Iterator[Contradiction]:
    if sentence.of.entity.kind not in ("place", "exterior"):
        return
    for race, names in subject.lore.races.items():
        for number in _numbers(sentence, frozenset(names), subject.lore.numbers):
            if 1 < number != subject.races[race] and subject.races[race]:
                detail = f"{number} {race}s where {subject.races[race]} are"
                yield Contradiction("count", sentence.of.entity.id, detail, part=sentence.field)


def _openings(sentence: Sentence, subject: Subject) -> Iterator[Contradiction]:
    counts = subject.openings.get(sentence.of.entity.id)
    if counts is None:
        return
    for word, count in counts.items():
        for number in _numbers(sentence, frozenset({word, f"{word}s"}), subject.lore.numbers):
            if number != count:
                detail = f"{number} {word}s where {count} are"
                yield Contradiction("count", sentence.of.entity.id, detail, part=sentence.field)
