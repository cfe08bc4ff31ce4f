"""How memories fade."""

from bodybroker.minds.memory.salience import nights_since, recency, salience
from hypothesis import given
from hypothesis import strategies as st

from tests.unit.minds.memory.worlds import DAY, RULES, record

NIGHT = RULES.night


def test_half_is_left_after_a_half_life_which_is_longer_the_more_it_matters():
    for importance in (100, 50, 0):
        life = NIGHT.half_life.low + (NIGHT.half_life.high - NIGHT.half_life.low) * importance // 100
        memory = record(1, 0, importance=importance)
        assert salience(memory, 0, NIGHT) == importance
        assert salience(memory, life * DAY, NIGHT) == importance // 2
        assert salience(memory, 2 * life * DAY, NIGHT) == importance // 4


@given(st.integers(0, 100), st.integers(0, 4000), st.integers(0, 400))
def test_it_never_grows(importance, nights, more):
    memory = record(1, 0, importance=importance)
    later = salience(memory, (nights + more) * DAY, NIGHT)
    assert 0 <= later <= salience(memory, nights * DAY, NIGHT) <= importance


@given(st.lists(st.integers(0, 200), min_size=2, max_size=30), st.randoms())
def test_the_newest_is_the_freshest_in_whatever_order_they_come(nights, random):
    """The trap of generative agents: a list sorted the other way makes the oldest memory the freshest."""
    memories = [record(n, night * DAY, nth=n) for n, night in enumerate(nights)]
    random.shuffle(memories)
    now = 201 * DAY
    fresh_first = sorted(memories, key=lambda memory: -recency(memory, now, 900))
    newest_first = sorted(memories, key=lambda memory: -memory.minute)
    assert [recency(one, now, 900) for one in fresh_first] == [recency(one, now, 900) for one in newest_first]
    assert recency(record(1, now), now, 900) == 1000
    assert recency(record(1, now - 2 * DAY), now, 900) == 810


def test_what_lies_ahead_is_no_older_than_now():
    assert nights_since(record(1, 5 * DAY), 0) == 0
