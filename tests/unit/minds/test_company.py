"""Who answers when several NPCs are spoken to."""

from functools import partial

import pytest
from bodybroker.kernel.ids import BranchId, EntityId
from bodybroker.minds import company, encounters, turns
from bodybroker.minds.company import Heard
from bodybroker.world import apply, decide, rules
from msgspec.structs import replace

STATE = apply.fold(decide.create(7, rules.load()))
SETTINGS = turns.load().company
NAMES = ("Old Rook", "Vera Sable", "Mister Quill")


def met(n: int, mood: str = "calm", moment: int = 0):
    """One of three who are there."""
    npc_id = sorted(STATE.npcs)[n]
    told = encounters.begin(STATE, npc_id, rules.load(), encounter_id="e", branch_id=BranchId("b"), expires_at=9)
    return replace(told, name=NAMES[n], mood=mood, moment=moment)


def said(encounter, line="Hm.") -> Heard:
    return Heard(encounter.npc_id, encounter.name, line)


def talkative(per_mille: int, speakers: int = 3):
    moods = dict.fromkeys(SETTINGS.puts_in_per_mille, per_mille)
    return SETTINGS.model_copy(update={"puts_in_per_mille": moods, "most_speakers": speakers})


def test_whom_the_player_speaks_to_begins():
    here = [met(1), met(0)]
    assert company.next_speaker(here, "Rook, what do you say?", [], talkative(1000)) is here[0]


@pytest.mark.parametrize(
    ("text", "line", "speaker"),
    [
        ("And you, Quill?", "Hm.", 2),
        ("And you, quill?", "Hm.", 2),
        ("What now?", "Ask Vera, not me.", 1),
        ("And you, Quill?", "Ask Vera, not me.", 1),
        ("Quilled and Veranda", "Rookery.", None),
        ("Old hands and a mister of that kind", "Hm.", 2),
    ],
)
def test_who_is_named_answers_next_by_the_last_word_before_the_player_s(text, line, speaker):
    here = [met(n) for n in range(3)]
    found = company.next_speaker(here, text, [said(here[0], line)], talkative(0))
    assert found is (None if speaker is None else here[speaker])


def test_nobody_speaks_twice_and_no_more_than_may():
    here = [met(n) for n in range(3)]
    next_speaker = partial(company.next_speaker, here, "Rook! Rook!")
    assert next_speaker([said(here[0], "Rook says so.")], talkative(0)) is None
    assert next_speaker([said(each) for each in here], talkative(1000)) is None
    assert next_speaker([said(here[0]), said(here[1])], talkative(1000, speakers=2)) is None
    assert next_speaker([said(here[0]), said(here[1])], talkative(1000)) is here[2]


def test_who_is_not_named_puts_in_a_word_as_often_as_its_mood_says():
    moments = range(2000)
    for mood, per_mille in SETTINGS.puts_in_per_mille.items():
        spoke = sum(
            company.next_speaker([met(0), met(1, mood, n)], "Hm?", [said(met(0))], SETTINGS) is not None
            for n in moments[:400]
        )
        assert abs(spoke / 400 - per_mille / 1000) < 0.1, mood


def test_the_same_world_at_the_same_moment_hears_the_same_people():
    def who(moment: int) -> EntityId | None:
        found = company.next_speaker([met(0), met(1, "furious", moment)], "Hm?", [said(met(0))], SETTINGS)
        return found and found.npc_id

    assert [who(n) for n in range(50)] == [who(n) for n in range(50)]


def test_what_one_hears_of_the_others():
    here = [met(0), met(1)]
    assert company.stage(here, here[0]) == (f"Also here: Vera Sable, a {here[1].race}.",)
    assert company.stage(here[:1], here[0]) == ()
    assert company.account("Hi.", []) == ()
    assert company.account("Hi.", [said(here[0], "No."), said(here[1], "Yes.")]) == (
        'The broker said to Old Rook: "Hi."',
        'Old Rook said: "No."',
        'Vera Sable said: "Yes."',
    )
