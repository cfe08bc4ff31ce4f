"""A line is shown as it streams: clean at every moment, never taken back, the same wherever the chunks are cut."""

import unicodedata
from itertools import pairwise

import pytest
from bodybroker.minds import gate
from bodybroker.minds.line import Line
from hypothesis import given
from hypothesis import strategies as st

from tests.benchmarks.dialogue import lines

HELD = [line.text for line in lines.load("tuning") if line.channel == "sentence" and line.label == "suicide"]
NASTY = st.text(
    alphabet=st.sampled_from(list("ab .!?\n\r\t<>|/[]INST*_`#\"“'…:Gorm\u202e\u200b\x00\x07\ud800é死")), max_size=120
)


def say(*chunks: str, sentences: int = 3) -> str:
    line = Line("Gorm", sentences)
    shown = "".join(line.feed(chunk) for chunk in chunks) + line.finish()
    assert shown == line.text
    return shown


@pytest.mark.parametrize(
    ("chunks", "spoken"),
    [
        (["Fresh", " meat", "."], "Fresh meat."),
        (["\n\n  Fresh meat.", "\nPlayer: no"], "Fresh meat."),
        (["Gorm: ", "Fresh meat."], "Fresh meat."),
        (["Go", "rm: Fresh meat."], "Fresh meat."),
        (["Go away."], "Go away."),
        (["*Fresh* **meat**, `friend`."], "Fresh meat, friend."),
        (["Fresh <|im_", "end|>meat."], "Fresh meat."),
        (['"Fresh meat."'], "Fresh meat."),
        (["I weigh 3 < 4 stones."], "I weigh 3 4 stones."),
        (["Fresh\u202e me\u200bat\x07."], "Fresh meat."),
        (["Fresh meat for the"], "Fresh meat for the…"),
        (["One. Two! Three? Four."], "One. Two! Three?"),
        (
            ["Evening... was it? Cold... hands. Stay... a little. Go."],
            "Evening... was it? Cold... hands. Stay... a little.",
        ),
        (["It costs 3.50 today. Pay. Or go. Now."], "It costs 3.50 today. Pay. Or go."),
        (["", "  ", "\n"], ""),
    ],
)
def test_a_line_is_clean(chunks: list[str], spoken: str) -> None:
    assert say(*chunks) == spoken


def test_speech_is_shown_before_it_is_complete() -> None:
    line = Line("Gorm", 3)
    assert [line.feed(chunk) for chunk in ["Fresh", " meat", " <|im_", "start|> now"]] == ["Fresh", " meat", "", " now"]


def test_nothing_follows_a_line_that_is_over() -> None:
    line = Line("Gorm", 3)
    assert line.feed("Go.\nAssistant: ha") == "Go."
    assert line.over
    assert (line.feed("more"), line.finish(), line.text) == ("", "", "Go.")


@given(raw=NASTY, cuts=st.lists(st.integers(0, 120), max_size=6), sentences=st.integers(1, 3))
def test_what_is_shown_does_not_depend_on_how_the_chunks_are_cut(raw: str, cuts: list[int], sentences: int) -> None:
    places = [0, *sorted(min(cut, len(raw)) for cut in cuts), len(raw)]
    chunks = [raw[start:end] for start, end in pairwise(places)]
    spoken = say(*chunks, sentences=sentences)
    assert spoken == say(raw, sentences=sentences) == say(*raw, sentences=sentences)
    assert not set(spoken) & set('<>*_`#"“\n\r')
    assert all(unicodedata.category(c)[0] != "C" for c in spoken)


def test_nothing_is_shown_of_a_phrase_before_it_is_clear_that_it_passes() -> None:
    line = Line("Gorm", 3)
    chunks = ["We", " commit", " errors", " here"]
    assert [line.feed(chunk) for chunk in chunks] == ["We", "", "", " commit errors here"]


@pytest.mark.parametrize(
    ("chunks", "harmless"),
    [
        (["You should", " kill", " yourself", ", broker."], "You should"),
        (["K", "ill your", "self."], "K"),
        (["Dig. Then k", " i", " l l your", "self."], "Dig. Then k"),
        (["Fresh meat. Hang", "\u200b your\u0455elf."], "Fresh meat."),
    ],
)
def test_a_line_that_is_held_has_shown_only_what_is_harmless(chunks: list[str], harmless: str) -> None:
    line = Line("Gorm", 3)
    shown = "".join(line.feed(chunk) for chunk in chunks) + line.finish()
    assert line.held is not None
    assert line.held.category == "suicide"
    assert (shown, line.over, line.feed(" More.")) == (harmless, True, "")


@given(said=st.sampled_from(HELD), cuts=st.lists(st.integers(0, 120), max_size=9))
def test_however_it_is_cut_what_was_shown_of_a_held_line_passes_by_itself(said: str, cuts: list[int]) -> None:
    places = [0, *sorted(min(cut, len(said)) for cut in cuts), len(said)]
    line = Line("Gorm", 9)
    shown = "".join(line.feed(said[start:end]) for start, end in pairwise(places)) + line.finish()
    assert line.held is not None
    assert gate.load().sentence(shown).passes
    assert shown == said[: len(shown)] != said


@pytest.mark.parametrize("word", ["Good", "Night", "You", "Give", "The", "Gun", "Tell", "G", "2"])
def test_the_first_word_is_shown_with_its_first_token(word: str) -> None:
    assert Line("Old Norm", 3).feed(word) == word
