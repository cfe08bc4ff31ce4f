"""Every race of the rules has a voice for every mood, and what it says without a model is varied and clean."""

import pytest
from bodybroker.kernel.random import Stream
from bodybroker.minds import speech, turns, voices
from bodybroker.minds.line import Line
from bodybroker.minds.voices import Voice
from bodybroker.world import rules
from pydantic import ValidationError

RULES = rules.load()
RACES = sorted(RULES.races.races)
MOODS = sorted(RULES.market.moods)
FACTS = {"name": "Gorm", "place": "the Ash Yard", "carried": "spleen", "wanted": "liver"}


PERSONA = {"longest_words": 9, "never": ["sir"], "is_not": ["human"], "dwells_on": ["meat"]}


def voice(**grammar: object) -> dict[str, object]:
    samples = [{"player": "Hi.", "npc": "Go."}]
    return {"manner": "loud", "samples": samples, "speech": grammar, "barks": {}, "persona": PERSONA}


@pytest.mark.parametrize("race", RACES)
@pytest.mark.parametrize("mood", MOODS)
def test_a_night_of_procedural_lines_hardly_repeats(race, mood):
    lines = [speech.speak(voices.load(race), mood, FACTS, Stream(7, "night", str(n))) for n in range(60)]
    assert len(set(lines)) >= 57, "more than 5 % repeated"


@pytest.mark.parametrize("race", RACES)
@pytest.mark.parametrize("known", [["name"], ["name", "carried"], ["name", "place", "wanted"], list(FACTS)])
def test_a_line_is_speech_whatever_is_known(race, known):
    facts = {name: FACTS[name] for name in known}
    for mood in (*MOODS, "a mood that the voice does not know"):
        for n in range(60):
            said = speech.speak(voices.load(race), mood, facts, Stream(n, "line"))
            assert "{" not in said
            assert said[0].isupper()
            line = Line("Gorm", 9)
            assert line.feed(said) + line.finish() == said, "a model's line would have to be cleaned of it"
            assert not [word for name, word in FACTS.items() if name not in known and word in said]


def test_a_mood_is_heard():
    """In each mood a ghoul says things that it never says in another one."""
    said = {
        mood: {speech.speak(voices.load("ghoul"), mood, {}, Stream(n, "line")) for n in range(200)} for mood in MOODS
    }
    for mood in ("furious", "pleased", "wary", "hungry"):
        others = set.union(*(lines for other, lines in said.items() if other != mood))
        assert len(said[mood] - others) > 50


def test_a_prompt_shows_how_each_race_talks():
    for race in RACES:
        assert len(voices.load(race).samples) >= 2
        for sample in voices.load(race).samples:
            line = Line("Gorm", 3)
            assert line.feed(sample.npc) + line.finish() == sample.npc


@pytest.mark.parametrize(
    ("grammar", "fault"),
    [
        ({"greeting": ["Hi."]}, "speech.line is missing"),
        ({"line": ["{gone}"]}, "speech.line mentions {gone}"),
        ({"line": ["{a}"], "a": ["{b}"], "b": {"any": ["{a}"]}}, "speech runs in a circle"),
        ({"line": []}, "speech.line is empty"),
    ],
)
def test_a_grammar_that_cannot_speak_is_refused(grammar, fault):
    with pytest.raises(ValidationError) as refused:
        Voice.model_validate(voice(**grammar))
    assert fault in str(refused.value)


def test_every_mood_leads_somewhere_and_back():
    """A small model cannot talk an NPC into a mood that it never leaves."""
    steps = turns.load().moods
    assert sorted(steps) == MOODS
    for mood, ways in steps.items():
        assert mood in ways
        assert set(ways) <= set(MOODS)
        assert set(ways) - {mood}
        assert any(RULES.market.moods[way].trades for way in ways)
