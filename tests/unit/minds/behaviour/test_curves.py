"""Response curves."""

import pytest
from bodybroker.minds.behaviour.curves import Consideration
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

SHAPES = ("line", "square", "root", "smooth", "step")
ends = st.tuples(st.integers(0, 100), st.integers(0, 100)).filter(lambda pair: pair[0] != pair[1])


@given(ends, st.sampled_from(SHAPES), st.integers(0, 999))
def test_a_curve_runs_from_its_least_to_everything_without_turning_back(pair, shape, least):
    nothing, full = pair
    table = Consideration(of="fear", nothing_at=nothing, full_at=full, shape=shape, least=least).table()
    assert (table[nothing], table[full]) == (least, 1000)
    onwards = table if nothing < full else table[::-1]
    assert list(onwards) == sorted(onwards)
    assert len(table) == 101


def test_shapes_differ_on_the_way():
    half = {shape: Consideration(of="fear", shape=shape).worth(50) for shape in SHAPES}
    assert half == {"line": 500, "square": 250, "root": 707, "smooth": 500, "step": 0}
    quarter = {shape: Consideration(of="fear", shape=shape).worth(25) for shape in SHAPES}
    assert quarter["square"] < quarter["smooth"] < quarter["line"] < quarter["root"]


def test_a_curve_that_leads_nowhere_is_a_fault():
    with pytest.raises(ValidationError, match="nothing_at is full_at"):
        Consideration(of="fear", nothing_at=40, full_at=40)
