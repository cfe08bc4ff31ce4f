"""What comes to mind, in which order, and whether it answers."""

from dataclasses import replace

from bodybroker.minds.memory.calendar import span
from bodybroker.minds.memory.queries import Candidate, Query
from bodybroker.minds.memory.retrieval import remember, retrieve
from bodybroker.minds.memory.telling import BLANK, lines
from hypothesis import given
from hypothesis import strategies as st

from tests.unit.minds.memory.worlds import DAWN, DAY, RULES, WORLD, record

NOW = 30 * DAY + DAWN + 60
HEART = Query("the heart", NOW, about=("heart",), topics=("sale",))


def at(night, seq=None, **changes):
    return record(seq or night, span(night, WORLD.clock)[0] + 900, **changes)


def recall(query, *records, **scores):
    return retrieve(query, [Candidate(one, exact=True, **scores) for one in records], RULES)


def test_the_last_and_the_first_by_the_clock_whatever_the_order_and_the_scores():
    old, new = at(3), at(9)
    for kept in ((old, new), (new, old)):
        found = [Candidate(one, words=9.0 if one is old else 1.0, exact=True) for one in kept]
        assert retrieve(replace(HEART, which="last"), found, RULES).hits[0].record is new
        assert retrieve(replace(HEART, which="first"), found, RULES).hits[0].record is old


def test_of_two_that_fit_alike_the_nearer_one_and_the_weightier_one_come_first():
    assert recall(HEART, at(3), at(9)).hits[0].record.seq == 9
    assert recall(HEART, at(9, 1, importance=20), at(9, 2, importance=90)).hits[0].record.seq == 2


def test_nothing_answers_that_is_not_all_that_was_asked():
    kept = [
        at(9, 1, about=("eye",)),
        at(9, 2, topic="sale_seen"),
        at(9, 3, topic="talk", kind="told", text="Night 9: the broker said to me: 'I sold you a heart for $9,000.'"),
    ]
    found = recall(HEART, *kept, words=5.0, meaning=0.9)
    assert not found.answers and len(found.hits) == 3
    assert not recall(replace(HEART, minutes=span(8, WORLD.clock)), at(9)).answers
    assert recall(replace(HEART, minutes=span(9, WORLD.clock)), at(9)).answers
    assert not recall(HEART).answers


def test_what_fits_in_part_is_left_out_where_something_fits():
    assert [hit.record.seq for hit in recall(HEART, at(9), at(10, about=("eye",))).hits] == [9]


def test_who_owes_whom_is_not_who_is_owed_by_whom():
    asked = Query("", NOW, about=("pearl", "barney"), topics=("talk",), said=("owe", "money"))
    debt = {"topic": "talk", "kind": "told", "text": "Night 3: the broker said to me: 'Pearl owes Barney money.'"}
    assert recall(asked, at(3, about=("pearl", "barney"), **debt)).answers
    assert not recall(asked, at(3, about=("barney", "pearl"), **debt)).answers
    assert not recall(replace(asked, said=("kill",)), at(3, about=("pearl", "barney"), **debt)).answers


def test_a_question_that_names_nothing_is_answered_by_what_is_close():
    asked = Query("that storm by the river", NOW)
    assert recall(asked, at(9), words=4.0, meaning=0.9).answers
    assert not recall(asked, at(9), meaning=0.2).answers


def test_before_a_word_is_said_what_matters_and_is_near_comes_to_mind():
    told = at(9, topic="news", kind="told", importance=30)
    grave, trifle = at(29, importance=90), at(3, importance=10)
    found = recall(Query("", NOW), told, trifle, grave)
    assert [hit.record for hit in found.hits] == [grave, told, trifle] and found.asked == "open"


def test_the_night_is_remembered_first_where_something_else_tells_it():
    news = at(7, 70, topic="news", about=("house",))
    kept = [news, at(7), at(8), at(9)]
    asked = replace(HEART, anchor=Query("the fight", NOW, about=("house",), topics=("news",)))

    def find(query):
        return [Candidate(one, exact=True) for one in kept]

    found = remember(asked, find, WORLD.clock, RULES)
    assert [hit.record.seq for hit in found.hits] == [70, 7] and found.answers
    after = remember(replace(asked, shift=1), find, WORLD.clock, RULES)
    assert [hit.record.seq for hit in after.hits] == [70, 8]
    lost = replace(asked, anchor=Query("a wedding", NOW, about=("nobody",), topics=("news",)))
    assert not remember(lost, find, WORLD.clock, RULES).answers


def test_a_count_is_as_true_at_midnight_as_at_dawn():
    count = at(20, topic="sale_tally", kind="reflection", slots={"by": "heart", "part": "heart", "count": "6"})
    tonight = [record(500 + n, NOW - 30 + n) for n in range(2)]
    asked = Query("how many hearts", NOW, about=("heart",), topics=("sale_tally",), asked="how_many")

    def find(query):
        kept = [count] if "sale_tally" in query.topics else [*tonight, at(20)]
        return [Candidate(one, exact=True) for one in kept]

    (hit,) = remember(asked, find, WORLD.clock, RULES).hits
    assert hit.record.slots["count"] == "8"
    assert hit.record.text == "By night 31 the broker has sold me 8 hearts in all, first on night 20, last on night 31."
    once = remember(asked, lambda query: [Candidate(tonight[0], exact=True)], WORLD.clock, RULES)
    assert "sold me 1 heart in all" in once.hits[0].record.text


@given(st.permutations(range(8)), st.lists(st.floats(0, 20), min_size=8, max_size=8))
def test_the_order_of_the_candidates_never_matters(order, words):
    kept = [at(1 + n, about=("heart",) if n % 3 else ("eye",)) for n in range(8)]
    found = [Candidate(kept[n], words=words[n], meaning=n / 8, exact=n % 2 == 0) for n in range(8)]
    shuffled = retrieve(HEART, [found[n] for n in order], RULES)
    assert shuffled == retrieve(HEART, found, RULES)
    assert len(shuffled.hits) <= RULES.retrieval.hits
    assert all(0 <= part <= 1000 for hit in shuffled.hits for part in (hit.score, hit.relevance, hit.recency))


def test_an_npc_that_remembers_nothing_is_told_so_where_something_was_asked():
    asked = replace(HEART, asked="how_much")
    assert lines(recall(asked), NOW, WORLD.clock, 4) == (BLANK,)
    assert lines(recall(HEART), NOW, WORLD.clock, 4) == ()
    remembered = (f"Tonight is night 31, and you remember: {at(9).text}", at(8).text)
    assert lines(recall(asked, at(9), at(8), at(7)), NOW, WORLD.clock, 2) == remembered
