"""What a player's words ask for."""

import pytest
from bodybroker.minds.memory.calendar import night_of, span
from bodybroker.minds.memory.names import Names
from bodybroker.minds.memory.questions import understand

from tests.unit.minds.memory.worlds import DAWN, DAY, RULES, STATE, WORLD

NAMES = Names.of(STATE, WORLD.parts.parts)
NOW = 20 * DAY + DAWN + 100
"""In night 21."""
PEOPLE = [STATE.npcs[npc_id].character.name for npc_id in sorted(STATE.npcs)]
IDS = sorted(STATE.npcs)


def ask(text):
    return understand(text, NOW, NAMES, WORLD.clock, RULES)


def test_nights_run_from_dawn_to_dawn():
    assert night_of(DAWN, WORLD.clock) == 1 and night_of(DAY + DAWN - 1, WORLD.clock) == 1
    assert night_of(DAY + DAWN, WORLD.clock) == 2
    assert all(night_of(minute, WORLD.clock) == 9 for minute in (span(9, WORLD.clock)[0], span(9, WORLD.clock)[1] - 1))


@pytest.mark.parametrize(
    ("words", "night"),
    [
        ("What did I sell you on night 12?", 12),
        ("And on the 3rd night?", 3),
        ("What did you buy two nights ago?", 19),
        ("What did you buy 5 nights ago?", 16),
        ("Who was here last night?", 20),
        ("What did I promise you tonight?", 21),
        ("Where were you the night before last?", 19),
    ],
)
def test_the_night_that_is_named(words, night):
    assert ask(words).minutes == span(night, WORLD.clock)


def test_no_night_is_named_by_last_or_by_a_number():
    assert ask("When did I last sell you 2 hearts?").minutes is None


def test_another_event_tells_the_night():
    query = ask(f"What did I sell you on the night after {PEOPLE[0]} told you that I lie?")
    assert query.minutes is None and query.shift == 1
    assert query.anchor is not None and query.anchor.about == (IDS[0],)
    assert query.topics == ("sale",) and "hearsay" in query.anchor.topics


@pytest.mark.parametrize(
    ("words", "topics"),
    [
        ("How much did you pay me for the heart?", ("sale",)),
        ("Who did you see me sell a heart to?", ("sale_seen",)),
        ("When did I break my promise?", ("promise_broken",)),
        ("What did I promise you?", ("promise",)),
        ("How many hearts have I sold you?", ("sale_tally",)),
        ("What did I tell you about the police and my promise?", ("talk",)),
        ("Do you like the rain?", ()),
    ],
)
def test_what_it_is_about(words, topics):
    found = ask(words).topics
    assert found == topics or (topics == ("talk",) and "talk" in found)


def test_what_was_said_is_no_topic_that_it_was_said_is():
    query = ask(f"Who told you that {PEOPLE[0]} broke a promise to {PEOPLE[1]}?")
    assert set(query.topics) == {"talk", "hearsay"}
    assert query.said == ("broke", "promise") and query.about == (IDS[0], IDS[1])


def test_first_and_last():
    assert ask("When did I first sell you a heart?").which == "first"
    assert ask("Which part did I sell you most recently?").which == "last"
    assert ask("What did you see last night?").which == "any"


def test_names_stand_for_the_longest_and_a_word_of_one_name_for_the_whole():
    long = max(PEOPLE, key=len)
    assert NAMES.tags(f"I met {long} and {long.lower()}'s heart") == (IDS[PEOPLE.index(long)], "heart")
    short, tag = next(iter(NAMES.short.items()))
    assert NAMES.tags(short.title()) == (tag,)
    assert NAMES.tags(f"it is {short}") == () or (short,) in NAMES.full
    assert "hearts" not in NAMES.without("two hearts for two") and NAMES.without("two hearts") == "two"


@pytest.mark.parametrize("words", ["", "?", "night", "that", "the night when", "\u202e\x00", "who " * 5000])
def test_any_words_are_understood_somehow(words):
    assert ask(words).now == NOW
