from math import atan2, degrees

from bodybroker.generation.bearings import bearing
from hypothesis import given
from hypothesis import strategies as st

steps = st.integers(-(10**6), 10**6)


@given(dx=steps, dy=steps)
def test_a_bearing_is_at_most_one_degree_off(dx, dy):
    made = bearing(dx, dy)
    assert 0 <= made < 360
    if dx or dy:
        off = (made - degrees(atan2(dy, dx))) % 360
        assert min(off, 360 - off) <= 1


def test_along_the_axes_and_diagonals_it_is_exact():
    around = [(1, 0), (1, 1), (0, 1), (-1, 1), (-1, 0), (-1, -1), (0, -1), (1, -1)]
    assert [bearing(dx * 300, dy * 300) for dx, dy in around] == [0, 45, 90, 135, 180, 225, 270, 315]
    assert bearing(0, 0) == 0
