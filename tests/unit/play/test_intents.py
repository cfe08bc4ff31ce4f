"""What a person types in a talk: free speech, or an intent behind a slash."""

import pytest

from play.game import CannotDo
from play.intents import read

PEOPLE = {"g": {"name": "Grisel Morn"}, "v": {"name": "Vasile"}, "w": {"name": "Vasilica"}}


@pytest.mark.parametrize(
    ("typed", "intent", "text"),
    [
        ("Good evening.", None, "Good evening."),
        ("/bribe 20 Take this.", {"type": "bribe", "cents": 2000}, "Take this."),
        ("/pay 0.50", {"type": "pay", "cents": 50}, ""),
        ("/owe 5", {"type": "promise_money", "cents": 500}, ""),
        ("/threaten Look at me.", {"type": "threaten"}, "Look at me."),
        ("/ask me", {"type": "ask", "subject": "player"}, ""),
        (
            "/lie Grisel cheats",
            {"type": "lie", "claim": {"subject": "g", "predicate": "cheats", "object": ""}},
            "",
        ),
        (
            "/tell 'grisel morn' owes vasilica 'More than he has.'",
            {"type": "tell", "claim": {"subject": "g", "predicate": "owes", "object": "w"}},
            "More than he has.",
        ),
        (
            "/tell me carries heart",
            {"type": "tell", "claim": {"subject": "player", "predicate": "carries", "object": "heart"}},
            "",
        ),
    ],
)
def test_what_is_typed_is_an_intent_and_words(typed, intent, text):
    assert read(typed, PEOPLE) == (intent, text)


@pytest.mark.parametrize("typed", ["/", "/bribe", "/bribe much", "/lie Grisel", "/dance", "/tell 'Grisel cheats"])
def test_what_cannot_be_read_is_answered_with_the_help(typed):
    with pytest.raises(CannotDo, match="/bribe DOLLARS"):
        read(typed, PEOPLE)


@pytest.mark.parametrize(("name", "which"), [("Mara", "none"), ("vasil", "several")])
def test_a_name_that_fits_none_or_several_is_refused(name, which):
    with pytest.raises(CannotDo, match=f"{which} of those you have seen: Grisel Morn, Vasile, Vasilica"):
        read(f"/ask {name}", PEOPLE)
