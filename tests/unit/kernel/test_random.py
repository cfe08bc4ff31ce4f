from collections import Counter
from hashlib import blake2b

import pytest
from bodybroker.kernel.random import Stream
from hypothesis import given
from hypothesis import strategies as st

GOLDEN_WORDS = [
    0x1BC5E05ED3ABF411,
    0x04E9AED60CECF01B,
    0xCAB12487701358F8,
    0xF74BD39056835A26,
    0x121033BA1A944797,
    0x1DBD0D50723F5EA0,
    0x65753B255DFEC020,
    0xAB5A9D050B91AABB,
    0xB6B60B1D861CD690,
    0x1DB7998AB18A78FE,
]
GOLDEN_DICE = [2, 3, 2, 2, 1, 4, 5, 2, 3, 3, 2, 0]
GOLDEN_BETWEEN = [1, 0, -2, 2, 0, 0, 2, 0, 1, 0]
GOLDEN_SAMPLE = ["a", "d", "c", "e"]


def test_golden_draws():
    stream = Stream(7, "district", "morgue")
    assert [stream.u64() for _ in range(10)] == GOLDEN_WORDS
    stream = Stream("night")
    assert [stream.below(6) for _ in range(12)] == GOLDEN_DICE
    stream = Stream(0)
    assert [stream.between(-3, 3) for _ in range(10)] == GOLDEN_BETWEEN
    assert stream.sample("abcdef", 4) == GOLDEN_SAMPLE


def test_draws_follow_the_definition():
    key = blake2b(b"int:7", digest_size=32).digest()
    key = blake2b(b"morgue", key=key, digest_size=32).digest()
    blocks = [blake2b(i.to_bytes(8, "big"), key=key, digest_size=64).digest() for i in range(2)]
    words = [int.from_bytes(block[i : i + 8], "big") for block in blocks for i in range(0, 64, 8)]
    stream = Stream(7, "morgue")
    assert [stream.u64() for _ in range(16)] == words


def test_an_integer_and_its_text_are_different_seeds():
    assert Stream(7).u64() != Stream("7").u64()


def test_substreams_do_not_depend_on_what_was_drawn():
    fresh, used = Stream(3), Stream(3)
    used.u64()
    assert fresh.substream("a").u64() == used.substream("a").u64() == Stream(3, "a").u64()
    assert fresh.substream("a").u64() != fresh.substream("b").u64()


@given(st.integers(0, 2**53), st.integers(-1000, 1000), st.integers(0, 1000))
def test_between_keeps_its_bounds(seed, low, width):
    assert low <= Stream(seed).between(low, low + width) <= low + width


def test_below_is_even():
    stream = Stream(1)
    counts = Counter(stream.below(3) for _ in range(30_000))
    assert all(abs(count - 10_000) < 400 for count in counts.values())


def test_below_reaches_the_whole_range_of_a_word():
    stream = Stream(1)
    assert max(stream.below(2**64) for _ in range(64)) >= 2**63


def test_below_throws_away_the_draws_that_would_bias_it():
    stream = Stream(1)
    stream._words = [5, 2**64 - 1]
    assert stream.below(2**64 - 1) == 5


@pytest.mark.parametrize("n", [0, -1, 2**64 + 1])
def test_below_refuses_bounds_that_it_cannot_hold(n):
    with pytest.raises(ValueError):
        Stream(1).below(n)


def test_chance_is_never_at_zero_and_always_at_a_thousand():
    stream = Stream(1)
    assert not any(stream.chance(0) or stream.chance(-5) for _ in range(500))
    assert all(stream.chance(1000) and stream.chance(2000) for _ in range(500))


@given(st.integers(0, 2**53), st.lists(st.integers(), unique=True, max_size=20), st.data())
def test_sample_takes_different_members(seed, items, data):
    k = data.draw(st.integers(0, len(items)))
    taken = Stream(seed).sample(items, k)
    assert len(taken) == len(set(taken)) == k and set(taken) <= set(items)


def test_sample_and_choice_refuse_what_is_not_there():
    with pytest.raises(ValueError):
        Stream(1).sample([1, 2], 3)
    with pytest.raises(ValueError):
        Stream(1).choice([])


def test_weighted_follows_the_weights():
    stream = Stream(1)
    counts = Counter(stream.weighted([("never", 0), ("rare", 1), ("often", 9)]) for _ in range(10_000))
    assert counts["never"] == 0 and 850 < counts["rare"] < 1150
    with pytest.raises(ValueError):
        stream.weighted([("never", 0)])
