"""A persona's propositions tell its lines from those of others, and from those of an assistant."""

import pytest
from bodybroker.kernel.random import Stream
from bodybroker.minds import personas, speech, voices
from bodybroker.world import rules

RULES = rules.load()
RACES = sorted(RULES.races.races)
MOODS = sorted(RULES.market.moods)
FACTS = {"name": "Gorm", "place": "the Ash Yard", "carried": "spleen", "wanted": "liver"}
LINES = {
    race: [speech.speak(voices.load(race), MOODS[n % len(MOODS)], FACTS, Stream(n, "persona")) for n in range(100)]
    for race in RACES
}


def score(lines, race):
    return sum(personas.judge(line, voices.load(race).persona, "Gorm", race).per_mille for line in lines) / len(lines)


@pytest.mark.parametrize("race", RACES)
def test_a_race_is_truer_to_itself_than_any_other_is(race):
    own = score(LINES[race], race)
    assert own >= 980
    assert all(score(LINES[other], race) < own - 20 for other in RACES if other != race)


@pytest.mark.parametrize(
    ("line", "failed"),
    [
        ("Fresh meat, broker.", ()),
        ("Fresh meat, sir.", ("tongue",)),
        ("As an AI language model I smell meat.", ("no_assistant",)),
        ("Send the meat by email.", ("own_time",)),
        ("I am a vampire and I like meat.", ("own_kind",)),
        ("Gorm says the meat is good.", ("speaks_itself",)),
        ("Good evening.", ("own_world",)),
        ("Meat " * 15, ("brief",)),
        (
            "I\u2019m a human, please, how can I help you with your feedback?",
            ("tongue", "no_assistant", "own_time", "own_kind", "own_world"),
        ),
    ],
)
def test_what_is_wrong_with_a_ghouls_line_is_named(line, failed):
    judged = personas.judge(line, voices.load("ghoul").persona, "Gorm", "ghoul")
    assert judged.failed == failed
    assert judged.per_mille == 1000 * (7 - len(failed)) // 7
