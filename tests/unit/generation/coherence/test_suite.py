"""The suite of planted contradictions holds its thresholds (`python -m tests.benchmarks.coherence` prints them)."""

import pytest

from tests.benchmarks.coherence import suite

CAUGHT_PER_MILLE = 950
REFUSED_PER_MILLE = 20
LEAST_PLANTED = 200


@pytest.fixture(scope="module")
def result():
    return suite.measure(every=2)


def test_planted_contradictions_are_caught(result):
    planted = result.total()
    assert planted.of >= LEAST_PLANTED
    assert planted.per_mille >= CAUGHT_PER_MILLE, "\n".join(result.details())


def test_good_places_are_let_through(result):
    assert result.refused_in_all().per_mille <= REFUSED_PER_MILLE, "\n".join(result.details())
    assert all(count.of for count in result.refused.values())


def test_every_kind_of_contradiction_is_caught_at_all(result):
    kinds = {kind for kind, _ in result.caught}
    assert not [
        kind for kind in kinds if not sum(count.hits for (own, _), count in result.caught.items() if own == kind)
    ]
