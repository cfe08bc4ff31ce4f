"""Barks fit race, mood and situation, and none comes twice before all have come."""

import pytest
import yaml
from bodybroker.kernel import configuration
from bodybroker.minds import barks, gate, personas, voices
from bodybroker.minds.line import Line
from bodybroker.minds.voices import Voice
from bodybroker.world import rules
from pydantic import ValidationError

RULES = rules.load()
RACES = sorted(RULES.races.races)
MOODS = sorted(RULES.market.moods)
SITUATIONS = sorted(
    {act["bark"] for act in configuration.load("behaviour")["acts"].values() if act.get("bark") is not None}
)
FACTS = {"name": "Gorm", "place": "the Ash Yard"}


@pytest.mark.parametrize("race", RACES)
@pytest.mark.parametrize("situation", SITUATIONS)
def test_every_race_has_words_for_every_situation_and_mood(race, situation):
    voice = voices.load(race)
    for mood in MOODS:
        said = barks.repertoire(voice, mood, situation, FACTS)
        assert len(said) == len(set(said)) >= 20
        for text in said[::7]:
            line = Line("Gorm", 9)
            assert line.feed(text) + line.finish() == text, "a model's line would have to be cleaned of it"
            assert gate.load().sentence(text).passes
            assert "own_kind" not in personas.judge(text, voice.persona, "Gorm", race).failed


@pytest.mark.parametrize("race", RACES)
def test_no_bark_comes_twice_before_all_have_come(race):
    voice = voices.load(race)
    count = len(barks.repertoire(voice, "wary", "greets", FACTS))
    night = [barks.bark(voice, "wary", "greets", FACTS, 7, 3, nth) for nth in range(count)]
    assert len(set(night)) == count
    again = [barks.bark(voice, "wary", "greets", FACTS, 7, 3, nth) for nth in range(count)]
    other = [barks.bark(voice, "wary", "greets", FACTS, 7, 4, nth) for nth in range(count)]
    assert night == again, "the same night sounds the same"
    assert night != other
    assert barks.bark(voice, "wary", "greets", FACTS, 7, 3, count) == night[0]


def test_a_mood_is_heard_in_a_bark():
    voice = voices.load("ghoul")
    furious = set(barks.repertoire(voice, "furious", "greets", FACTS))
    assert furious - set(barks.repertoire(voice, "pleased", "greets", FACTS))


def test_where_there_are_no_words_nothing_is_said():
    assert barks.bark(voices.load("ghoul"), "wary", "sings", FACTS, 7, 3, 0) is None


def test_a_bark_that_means_nothing_is_refused():
    document = configuration.load("voices/ghoul") | {"barks": {"greets": ["{gone}"], "flees": []}}
    with pytest.raises(ValidationError) as refused:
        Voice.model_validate(yaml.safe_load(yaml.safe_dump(document)))
    assert "barks.greets mentions {gone}" in str(refused.value)
    assert "barks.flees is empty" in str(refused.value)
