"""Texts and questions are read into the same words."""

import pytest
from bodybroker.minds.memory.words import words


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("The player sold Ada's rotten hearts.", ["player", "sold", "ada", "rotten", "heart"]),
        ("Who sold the hearts?", ["sold", "heart"]),
        ("\uff28\uff25\uff21\uff32\uff34\uff33, ladies; boxes!", ["heart", "lady", "boxe"]),
        ("Virus and glass and police", ["virus", "glass", "police"]),
        ("Who was it?", ["who", "was", "it"]),
        ("\u2026 ", []),
    ],
)
def test_words(text, found):
    assert words(text) == found
