import pytest
from bodybroker.generation import names
from bodybroker.generation.names import Grammar
from bodybroker.kernel.random import Stream
from pydantic import ValidationError


def test_every_slot_is_filled_from_its_words():
    grammar = Grammar(forms=["{a}-{b}"], words={"a": ["x"], "b": ["y", "z"]})
    taken: set[str] = set()
    made = {names.make(grammar, Stream(0, str(i)), taken) for i in range(2)}
    assert made == {"x-y", "x-z"} == taken


def test_namesakes_are_numbered():
    grammar = Grammar(forms=["Bob"], words={})
    taken: set[str] = set()
    assert [names.make(grammar, Stream(i), taken) for i in range(3)] == ["Bob", "Bob 2", "Bob 3"]


def test_a_slot_without_words_is_a_fault():
    with pytest.raises(ValidationError, match="slots without words: b, c"):
        Grammar(forms=["{a} {b} {c}"], words={"a": ["x"]})
