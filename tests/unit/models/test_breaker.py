"""The circuit breaker."""

from bodybroker.models.breaker import Breaker
from bodybroker.models.tiers import BreakerRules
from hypothesis import given
from hypothesis import strategies as st

RULES = BreakerRules(window=10, least=3, failed_percent=50, forget_ms=60_000, open_ms=5_000, open_most_ms=20_000)


def run(*well: bool, at: int = 0) -> Breaker:
    breaker = Breaker()
    for outcome in well:
        breaker = (breaker.succeed if outcome else breaker.fail)(at, RULES, probe=False)
    return breaker


def test_it_opens_when_enough_calls_have_failed():
    assert run(False, False).state(0) == "closed"
    assert run(False, False, False).state(0) == "open"
    assert run(True, True, True, False, False).state(0) == "closed"
    assert run(True, True, True, False, False, False).state(0) == "open"


def test_only_the_last_calls_count():
    breaker = run(*[True] * 20, *[False] * 4)
    assert breaker.state(0) == "closed"
    assert breaker.fail(0, RULES, probe=False).state(0) == "open"


def test_what_is_long_past_is_forgotten():
    breaker = run(False, False, at=0)
    assert breaker.fail(60_001, RULES, probe=False).state(60_001) == "closed"
    assert breaker.fail(60_000, RULES, probe=False).state(60_000) == "open"


def test_open_it_lets_nobody_through_and_then_one():
    breaker = run(False, False, False, at=100)
    assert not breaker.allows(5_099)
    assert breaker.state(5_100) == "half-open"
    assert breaker.allows(5_100)
    assert not breaker.begin().allows(5_100), "one call tries it, not two"


def test_a_probe_that_goes_well_closes_it_and_forgets_all():
    breaker = run(False, False, False).begin().succeed(5_000, RULES, probe=True)
    assert breaker == Breaker()


def test_a_probe_that_fails_doubles_the_rest_up_to_the_most():
    breaker, now, rests = run(False, False, False), 0, []
    for _ in range(4):
        rests.append(breaker.open_until - now)
        now = breaker.open_until
        breaker = breaker.begin().fail(now, RULES, probe=True)
    assert rests == [5_000, 10_000, 20_000, 20_000]


def test_a_probe_that_tells_nothing_leaves_the_next_to_try():
    breaker = run(False, False, False).begin().abandon(probe=True)
    assert breaker.allows(5_000)


def test_calls_that_began_before_it_opened_neither_close_nor_prolong_it():
    breaker = run(False, False, False)
    assert breaker.succeed(1, RULES, probe=False) == breaker == breaker.fail(1, RULES, probe=False)
    probing = breaker.begin()
    assert probing.succeed(5_001, RULES, probe=False) == probing


@given(st.lists(st.tuples(st.integers(0, 3_000), st.sampled_from(["succeed", "fail", "leave"])), max_size=60))
def test_whatever_happens_it_lets_somebody_try_again_within_the_longest_rest(steps):
    breaker, now = Breaker(), 0
    for wait, outcome in steps:
        now += wait
        if not breaker.allows(now):
            continue
        probe = breaker.state(now) == "half-open"
        breaker = breaker.begin()
        if outcome == "leave":
            breaker = breaker.abandon(probe=probe)
        else:
            breaker = getattr(breaker, outcome)(now, RULES, probe=probe)
        assert len(breaker.outcomes) <= RULES.window
    assert breaker.allows(now + RULES.open_most_ms)
