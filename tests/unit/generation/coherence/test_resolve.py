"""What becomes of contradictions: mended by rule, asked again, or answered by the fallback; and it always ends."""

import pytest
from bodybroker.generation import assembly
from bodybroker.generation.coherence import rules as coherence_rules
from bodybroker.generation.coherence.check import check
from bodybroker.generation.coherence.facts import WorldFacts
from bodybroker.generation.coherence.resolve import resolve
from bodybroker.generation.locations import Addition, Clue, Described, Hazard, Made, PropWish
from msgspec.structs import replace

HAUNTS = (assembly.Haunt("npc-1", "vampire", "Severin Sable", ("vain",)),)
MORGUE = assembly.SiteBrief("place-1", "morgue", "City Morgue", 3000, 3000, HAUNTS)
WORLD = WorldFacts()


@pytest.fixture(scope="module")
def book():
    return coherence_rules.load()


@pytest.fixture(scope="module")
def draft(book):
    return assembly.begin(MORGUE, 7, book.generation)


@pytest.fixture
def good(draft):
    """A place without a contradiction: every entity told in words of its own."""
    return [
        Described(
            entity,
            Addition(entity.id, title=f"Number {index}", text=f"Rust has marked {entity.id}."),
            Made(entity.specialist, "model", 1),
        )
        for index, entity in enumerate(draft.entities)
    ]


def changed(good, index, **fields):
    """The place with other fields in one addition."""
    return [
        replace(each, addition=replace(each.addition, **fields)) if position == index else each
        for position, each in enumerate(good)
    ]


def settle(draft, described, book, world=WORLD):
    return resolve(draft, described, check(draft, described, world, book), book)


def test_a_good_place_stays_as_it_is(draft, good, book):
    assert check(draft, good, WORLD, book) == ()
    found = settle(draft, good, book)
    assert (found.again, found.fallbacks) == ((), ())
    assert [each.addition for each in found.described] == [each.addition for each in good]


@pytest.mark.parametrize(
    ("fields", "code"),
    [
        ({"props": (PropWish("spaceship", 1),)}, "reference"),
        ({"props": (PropWish("candle", 99),)}, "budget"),
        ({"props": (PropWish("candle", 0),)}, "count"),
        ({"clues": (Clue("A torn glove.", "n99"),)}, "reference"),
        ({"clues": tuple(Clue(f"Mark {index} on the wall.") for index in range(20))}, "budget"),
        ({"hazards": tuple(Hazard("wire", f"A wire, number {index}.") for index in range(20))}, "budget"),
        ({"hazards": (Hazard("wire", "See www.example.com for more."),)}, "prose"),
        ({"tags": ("sexual_content",)}, "rating"),
        ({"title": "NUMBER 0"}, "title"),
        ({"title": "[title]"}, "prose"),
        ({"text": " ".join(f"Step {index} creaks." for index in range(200))}, "budget"),
    ],
)
def test_a_rule_mends_what_can_be_left_out_or_renamed(draft, good, book, fields, code):
    broken = changed(good, 4, **fields)
    assert {each.code for each in check(draft, broken, WORLD, book)} == {code}
    found = settle(draft, broken, book)
    assert (found.again, found.fallbacks) == ((), ())
    assert check(draft, found.described, WORLD, book) == ()
    assert found.described[4].made.mended == (code,)


def test_a_dangling_clue_keeps_its_words(draft, good, book):
    found = settle(draft, changed(good, 4, clues=(Clue("A torn glove.", "n99"),)), book)
    assert found.described[4].addition.clues == (Clue("A torn glove."),)


def test_a_false_text_is_asked_for_again_then_the_fallback_answers_then_it_is_dropped(draft, good, book):
    """Whoever answers, the same falsehood: it ends without it."""
    limits = book.coherence.attempts
    npc = next(index for index, each in enumerate(good) if each.entity.kind == "npc")
    described = changed(good, npc, text="He loves to lie in the sun at noon.")
    steps = []
    for _ in range(limits.model + limits.fallback + 1):
        found = settle(draft, described, book)
        steps.append("again" if found.again else "fallback" if found.fallbacks else "done")
        if steps[-1] == "done":
            break
        made = found.described[npc].made
        described = list(found.described)
        described[npc] = replace(described[npc], made=replace(made, attempts=made.attempts + 1))
    assert steps == ["again"] * (limits.model - 1) + ["fallback"] * limits.fallback + ["done"]
    assert "sun" not in found.described[npc].addition.text
    assert check(draft, found.described, WORLD, book) == ()


def test_the_later_of_two_that_tell_the_same_is_at_fault(draft, good, book):
    told = "A sexton kept two ledgers here, and the second one was always thicker than the first."
    described = changed(changed(good, 3, text=told), 5, text=told)
    for order in (described, described[::-1]):
        (found,) = check(draft, order, WORLD, book)
        assert (found.code, found.entity, found.other) == ("repetition", good[5].entity.id, good[3].entity.id)


def test_who_has_not_answered_is_asked(draft, good, book):
    found = settle(draft, good[:-1], book)
    assert found.again == (good[-1].entity.id,)


def test_answers_of_nobody_and_second_answers_are_left_out(draft, good, book):
    stranger = replace(
        good[-1], entity=replace(good[-1].entity, id="r99"), addition=Addition("r99", text="Who is this?")
    )
    found = settle(draft, [*good, good[0], stranger], book)
    assert [each.entity.id for each in found.described] == [entity.id for entity in draft.entities]
    assert (found.again, found.fallbacks) == ((), ())


def test_an_answer_meant_for_another_is_asked_for_again(draft, good, book):
    found = settle(draft, changed(good, 2, entity="place"), book)
    assert found.again == (good[2].entity.id,)


def test_props_in_the_way_are_put_elsewhere(draft, good, book):
    wished = changed(good, 4, props=(PropWish("crate", 2),))
    placed = settle(draft, wished, book).described
    spawn = draft.layout.spawns[0].at
    moved = replace(placed[4].placed[0], area=replace(placed[4].placed[0].area, x_cm=spawn.x_cm, y_cm=spawn.y_cm))
    broken = [replace(each, placed=(moved,)) if each is placed[4] else each for each in placed]
    assert {each.code for each in check(draft, broken, WORLD, book)} == {"navigation"}
    mended = settle(draft, broken, book)
    assert check(draft, mended.described, WORLD, book) == ()
    assert mended.described[4].placed
