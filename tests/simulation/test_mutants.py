"""Planted bugs: all of them can be planted, and a few are hunted here; `make mutants` hunts them all."""

import pytest

from tests.simulation.mutants import MUTANTS, hunt
from tests.simulation.planting import DoesNotApply, mutant, planted
from tests.simulation.simulation import SHORT, Simulation

BY_NAME = {bug.name: bug for bug in MUTANTS}


@pytest.mark.parametrize("name", BY_NAME)
def test_it_can_be_planted(name):
    """Who changes the code that a mutant changes, changes the mutant."""
    with planted(BY_NAME[name]):
        pass


@pytest.mark.parametrize("name", ["drop the idempotency row", "forget the branch in the cache", "a lineage off by one"])
def test_it_is_caught(name):
    assert hunt(BY_NAME[name], limit_s=60) is not None
    Simulation(0, SHORT).run()  # and nothing of it is left


def test_a_mutant_of_words_that_are_not_there_is_an_error():
    gone = mutant("gone", ("adapters.event_rows:partition", "not there", ""))
    with pytest.raises(DoesNotApply), planted(gone):
        pass
