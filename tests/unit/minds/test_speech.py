"""Speech without a model says nothing twice in a night, and in a talk it varies what it says."""

import pytest
from bodybroker.kernel.random import Stream
from bodybroker.minds import gate, speech, voices
from bodybroker.minds.voices import AGAIN, ROOTS, Voice
from bodybroker.world import rules
from bodybroker.world.talk.said import Said, fingerprint, tonight, with_line

RULES = rules.load()
RACES = sorted(RULES.races.races)
MOODS = sorted(RULES.market.moods)
FACTS = {"name": "Gorm", "place": "the Ash Yard", "carried": "spleen", "wanted": "liver"}


@pytest.mark.parametrize("race", RACES)
def test_in_a_long_night_no_line_comes_twice(race):
    """Everybody of the race in one place, in every mood: more lines than there is time for."""
    said = Said()
    for n in range(400):
        mood, root = MOODS[n % len(MOODS)], ROOTS[n % len(ROOTS)]
        spoken = tonight(said, 1300)
        line = speech.speak_anew(voices.load(race), mood, FACTS, Stream(n, "night"), spoken, (), root)
        assert fingerprint(line) not in spoken
        assert gate.load().sentence(line).passes
        said = with_line(said, 1300, line)
    assert len(said.lines) == 400


def test_in_a_talk_what_was_just_said_is_not_said_again_if_there_is_anything_else():
    voice, recent = voices.load("ghoul"), []
    for n in range(8):
        line = speech.speak_anew(voice, "wary", FACTS, Stream(n, "talk"), set(), recent, AGAIN)
        assert not any(speech._sentences(line) & speech._sentences(before) for before in recent)
        recent.append(line)


def test_a_grammar_that_is_used_up_joins_two_lines_rather_than_repeat_one():
    document = voices.load("ghoul").model_dump() | {"speech": {root: ["Meat."] for root in ROOTS}, "barks": {}}
    small = Voice.model_validate(document)
    assert speech.speak_anew(small, "wary", {}, Stream(1, "n"), {fingerprint("Meat.")}, ()) == "Meat. Meat."


def test_a_night_forgets_the_night_before():
    said = with_line(Said(), 1430, "Fresh meat.")
    assert tonight(said, 1500) == (fingerprint("FRESH  meat!"),), "midnight parts no night"
    assert tonight(said, 1430 + 1440) == ()
    assert with_line(said, 1430 + 1440, "Dirt.").lines == (fingerprint("Dirt."),)
    assert with_line(said, 1431, "Fresh meat.") == said
