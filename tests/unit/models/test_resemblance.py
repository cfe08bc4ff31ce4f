"""Prompts that mean the same, by their words."""

from dataclasses import replace

import pytest
from bodybroker.kernel.ids import PlayerId
from bodybroker.models.calls import Call, Payer
from bodybroker.models.inference import ChatRequest
from bodybroker.models.resemblance import Likeness, Resembling
from hypothesis import given
from hypothesis import strategies as st

RULE = {"role": "system", "content": "You are a ghoul."}


def call(text: str, system=RULE, **changes) -> Call:
    request = ChatRequest([system, {"role": "user", "content": text}], 40, 0.8, seed=hash(text) % 100)
    return replace(Call("c", "bark", Payer(PlayerId("p"), "free"), request, subjects=("ghoul",)), **changes)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("The broker comes to the graveyard in the rain.", "the broker comes to a graveyard, in the rain"),
        ("It is raining on the street.", "Raining on the street, it is."),
    ],
)
def test_what_differs_in_small_words_and_signs_is_alike(one, other):
    assert Likeness(one).percent(Likeness(other)) >= 80


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("The broker buys a heart from you.", "The broker sells a heart to you."),
        ("You trust the broker.", "You do not trust the broker."),
        ("The broker pays 40 dollars.", "The broker pays 90 dollars."),
        ("You see Grisel at the gate.", "You see Morva at the gate."),
        ("The guard is alive.", "The guard is dead."),
    ],
)
def test_one_word_that_turns_it_around_makes_it_another(one, other):
    assert Likeness(one).percent(Likeness(other)) == 0


@given(st.text(max_size=80), st.text(max_size=80))
def test_likeness_is_mutual_and_within_bounds(one, other):
    percent = Likeness(one).percent(Likeness(other))
    assert percent == Likeness(other).percent(Likeness(one))
    assert 0 <= percent <= 100


@given(st.text(alphabet="abc ,.", min_size=1, max_size=60).filter(lambda text: any(c.isalnum() for c in text)))
def test_a_text_resembles_itself_wholly(text):
    likeness = Likeness(text)
    assert not likeness.vector or likeness.percent(Likeness(text)) >= 99


def test_the_most_similar_answer_is_given_and_none_below_the_bound():
    kept = Resembling[str](70, 10)
    kept.put(call("the rain falls on the old stones of the yard"), "Rain.")
    kept.put(call("the rain falls on the old stones of the road"), "Road.")
    assert kept.find(call("the rain falls on the old stones of a road")) == "Road."
    assert kept.find(call("a cat looks at the moon")) is None


def test_only_the_last_message_may_differ():
    kept = Resembling[str](50, 10)
    kept.put(call("the rain falls"), "Rain.")
    same = call("the rain falls")
    assert kept.find(same) == "Rain."
    assert kept.find(replace(same, request=replace(same.request, seed=99))) == "Rain."
    assert kept.find(call("the rain falls", system={"role": "system", "content": "You are a lich."})) is None
    assert kept.find(replace(same, subjects=("lich",))) is None
    assert kept.find(replace(same, generator="2")) is None


def test_what_was_not_wanted_for_longest_makes_room():
    kept = Resembling[int](90, 3)
    texts = ["cat", "dog", "owl", "bat"]
    for number, text in enumerate(texts[:3]):
        kept.put(call(text), number)
    assert kept.find(call("cat")) == 0
    kept.put(call("bat"), 3)
    assert [kept.find(call(text)) for text in texts] == [0, None, 2, 3]
