"""What dawn makes of a night."""

from collections import Counter

from bodybroker.kernel.ids import EntityId
from bodybroker.minds.memory.nights import sleep
from bodybroker.minds.memory.records import place
from bodybroker.world.base import PLAYER
from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

from tests.unit.minds.memory.worlds import DAWN, DAY, RULES, WORLD, record

AT = place(0, 900)
NOW = 10 * DAY + DAWN
"""The dawn after night 10."""
TONIGHT = NOW - 400


def dawn(*kept, at=AT, now=NOW, rules=RULES):
    return sleep(kept, at, now, WORLD.clock, rules)


def after(kept, changes):
    return [one for one in kept if one.record_id not in changes.ended] + list(changes.records)


def priced(seq, cents, **changes):
    slots = {"part": "heart", "cents": str(cents), "where": "the club"}
    return record(seq, TONIGHT + seq, slots=slots, **changes)


def said(seq, minute, words="Pearl owes me", **changes):
    text = f"Night {(minute - DAWN) // DAY + 1}: the broker said to me: '{words}'"
    fields = {"topic": "talk", "kind": "told", "teller": PLAYER, "text": text, "slots": {"quote": words}, "about": ()}
    return record(seq, minute, **(fields | changes))


def test_a_nights_sales_of_a_part_are_one_memory_that_rests_on_all():
    kept = [priced(1, 41_000), priced(2, 39_000), priced(3, 52_000)]
    changes = dawn(*kept)
    (merged,) = [one for one in changes.records if one.topic == "sale"]
    assert merged.text == "Night 10: the broker sold me 3 hearts for $390 to $520 at the club."
    assert merged.sources == (1, 2, 3) and merged.place == AT
    assert set(changes.ended) == {one.record_id for one in kept}


def test_sales_of_other_nights_and_other_parts_stay_apart():
    other = record(2, TONIGHT, slots={"part": "eye", "cents": "1", "where": "the club"}, about=("eye",))
    old = record(1, TONIGHT - DAY)
    changes = dawn(old, other, priced(3, 41_000))
    assert changes.ended == ()


def test_who_says_it_again_is_remembered_as_saying_it_since_then():
    first = said(1, TONIGHT - 4 * DAY)
    again = said(2, TONIGHT, "Pearl  owes me!")
    changes = dawn(first, again)
    (merged,) = changes.records
    assert merged.text.endswith("(first on night 6)") and merged.first_minute == first.minute
    third = said(3, TONIGHT + DAY)
    twice = dawn(merged, third, at=place(0, 950), now=NOW + DAY)
    assert twice.records[0].text == "Night 11: the broker said to me: 'Pearl owes me' (first on night 6)"


def test_different_talk_of_the_town_stays_apart():
    news = {"topic": "law", "kind": "told", "slots": {}, "about": ()}
    arrest = record(1, TONIGHT, text="Night 10: they say that the broker was arrested.", **news)
    raid = record(2, TONIGHT, text="Night 10: they say that the police raided the hideout.", **news)
    assert dawn(arrest, raid).ended == ()
    assert len(dawn(arrest, replace(arrest, record_id="again", place=place(0, 5))).ended) == 2


def test_another_tellers_word_is_another_memory():
    changes = dawn(said(1, TONIGHT), said(2, TONIGHT, teller=EntityId("pearl")))
    assert changes.records == () and changes.ended == ()


def test_what_the_player_said_is_not_remembered_twice():
    quote = said(1, TONIGHT)
    sense = record(2, TONIGHT, topic="hearsay", kind="told", teller=PLAYER, slots={"claim": "owes"}, about=())
    assert dawn(quote, sense).ended == (sense.record_id,)


def test_offers_end_with_their_night_and_of_haggling_only_the_end_stays():
    offer = record(1, TONIGHT, topic="offer")
    rounds = [record(seq, TONIGHT + seq, topic="haggle") for seq in (2, 3, 4)]
    assert set(dawn(offer, *rounds).ended) == {one.record_id for one in (offer, *rounds[:2])}


def test_a_count_goes_on_from_night_to_night_and_stands_in_place_of_the_last():
    kept = [record(seq, seq * DAY + DAWN + 700) for seq in range(1, 6)]
    memory = []
    for night, one in enumerate(kept, start=1):
        memory = after([*memory, one], dawn(*memory, one, at=place(0, 100 * night), now=night * DAY + DAY + DAWN))
    counts = [one for one in memory if one.topic == "sale_tally"]
    assert {one.text for one in counts} == {
        "By night 6 the broker has sold me 5 hearts in all, first on night 2, last on night 6.",
        "By night 6 the broker has sold me 5 parts in all, first on night 2, last on night 6.",
    }


def test_what_matters_no_more_is_forgotten_and_what_was_counted_is_not():
    trifle = record(1, DAWN, topic="haggle", importance=RULES.gate.least_importance)
    grave = record(2, DAWN, topic="promise_broken", importance=100)
    count = record(3, DAWN, topic="sale_tally", kind="reflection", importance=1, slots={"by": "", "count": "3"})
    changes = dawn(trifle, grave, count, now=120 * DAY + DAWN)
    assert changes.ended == (trifle.record_id,)


KINDS = ("sale", "sale_seen", "haggle", "offer", "talk", "news", "promise", "promise_broken", "parting")


@st.composite
def memories(draw):
    """A memory of some nights, of all kinds."""
    found = []
    for seq in range(draw(st.integers(0, 40))):
        topic = draw(st.sampled_from(KINDS))
        told = topic in ("talk", "news")
        part = draw(st.sampled_from(["heart", "eye"]))
        slots = {"part": part, "cents": "100", "where": "w", "who": "Pearl", "who_id": "pearl"}
        minute = draw(st.sampled_from([TONIGHT, TONIGHT + 5, TONIGHT - DAY, DAWN]))
        changes = {"kind": "told", "teller": PLAYER} if told else {}
        importance = draw(st.integers(0, 100))
        found.append(record(seq, minute, topic=topic, slots=slots, about=(part,), importance=importance, **changes))
    return found


@settings(max_examples=150, deadline=None)
@given(memories(), st.randoms())
def test_dawn_is_a_function_of_what_is_remembered_and_bounds_the_night(kept, random):
    changes = dawn(*kept)
    random.shuffle(kept)
    assert dawn(*kept) == changes
    began = {one.record_id for one in changes.records}
    assert len(began) == len(changes.records) and began.isdisjoint(changes.ended)
    assert set(changes.ended) <= {one.record_id for one in kept}
    left = after(kept, changes)
    tonight = [one for one in left if one.kind != "reflection" and one.minute >= NOW - DAY]
    assert len(tonight) <= RULES.night.most_per_night
    counts = Counter((one.topic, one.slots["by"]) for one in left if one.kind == "reflection")
    assert max(counts.values(), default=1) == 1
    known = {source for one in kept for source in one.sources}
    assert all(set(one.sources) <= known for one in changes.records)


@settings(max_examples=60, deadline=None)
@given(memories())
def test_another_dawn_without_a_night_between_adds_nothing(kept):
    rested = after(kept, dawn(*kept))
    again = dawn(*rested, at=place(0, 999), now=NOW + DAY)
    assert again.records == ()
