from hashlib import sha256

import numpy as np
import pytest
from bodybroker.generation import noise
from hypothesis import given
from hypothesis import strategies as st

seeds = st.integers(0, 2**64 - 1)

GOLDEN = {
    (0, 64, 64, 16, 4): "773aa65f95eefc1ce4d9b9d56bcc1d1158365ec62824c0defea6ef9ab9e44234",
    (7, 256, 256, 64, 4): "f7a94448681e30136e623d7c058331b73d03a9844d424e1af209514ba971f0af",
    (2**64 - 1, 33, 90, 7, 6): "7216a879a9e9d06e869d811081fc3c6af5ebe9bc4b07da4402d20be8ed020bf3",
}
"""The SHA-256 of fields as little-endian int32: other bytes need another version of every generator that uses noise."""


def bytes_of(field):
    return sha256(np.ascontiguousarray(field, "<i4").tobytes()).hexdigest()


@pytest.mark.parametrize("request_", GOLDEN, ids=str)
def test_golden_fields(request_):
    field, *rest = request_
    assert bytes_of(noise.fractal(field, *rest)) == GOLDEN[request_]


def test_a_field_is_what_the_plain_formula_gives():
    """Perlin's definition, corner by corner in whole numbers of any length, is never far from the fast form."""
    columns, rows, wavelength = 40, 24, 9
    fast = noise.fractal(5, columns, rows, wavelength, 1)
    lattice = noise._hash(5, np.arange(8)[:, None], np.arange(8))
    directions = noise._directions().T.tolist()

    def corner(x, y):
        return directions[(int(lattice[y, x]) >> 32) * len(directions) >> 32]

    def fade(t):
        return t * t * t * (t * (t * 6 - 15) + 10)

    for y in range(rows):
        for x in range(columns):
            (cx, fx), (cy, fy) = ((at // wavelength, at % wavelength / wavelength) for at in (x, y))
            total = 0
            for dx in (0, 1):
                for dy in (0, 1):
                    gx, gy = corner(cx + dx, cy + dy)
                    weight = (fade(fx) if dx else 1 - fade(fx)) * (fade(fy) if dy else 1 - fade(fy))
                    total += weight * (gx * (fx - dx) + gy * (fy - dy)) / 65
            assert abs(fast[y, x] - total * 2**0.5 * noise.ONE) < noise.ONE / 60


@given(field=seeds, wavelength=st.integers(4, 200), octaves=st.integers(1, 6))
def test_noise_is_smooth_and_within_bounds(field, wavelength, octaves):
    made = noise.fractal(field, 64, 48, wavelength, octaves)
    assert made.shape == (48, 64) and made.dtype == np.int32
    assert np.abs(made).max() <= noise.ONE
    if octaves == 1:  # the steepest that a gradient and the fade's own slope can be, within one step
        assert np.abs(np.diff(made, axis=1)).max() <= 5 * noise.ONE // wavelength + 2


def test_fields_of_many_seeds_are_centred_and_use_their_range():
    fields = np.stack([noise.fractal(noise.key(seed, "x"), 64, 64, 16, 4) for seed in range(200)])
    assert abs(int(fields.mean())) < noise.ONE // 100
    assert fields.max() > noise.ONE // 2 and fields.min() < -noise.ONE // 2
    assert len({bytes_of(field) for field in fields}) == 200


def test_octaves_add_detail_and_a_longer_field_begins_with_the_shorter():
    coarse, fine = (noise.fractal(9, 64, 64, 32, octaves).astype(int) for octaves in (1, 5))
    assert np.abs(np.diff(fine, n=2)).mean() > 5 * np.abs(np.diff(coarse, n=2)).mean()
    assert (noise.fractal(9, 80, 70, 16, 3)[:50, :60] == noise.fractal(9, 60, 50, 16, 3)).all()


def test_names_and_seeds_tell_fields_apart():
    keys = {noise.key(seed, name) for seed in range(50) for name in ("height", "damp")}
    assert len(keys) == 100 and all(0 <= key < 2**64 for key in keys)


@given(field=seeds)
def test_scatter_is_evenly_spread(field):
    draws = noise.scatter(field, 64, 64).ravel()
    assert draws.min() >= 0
    for shift in (0, 20, 44, 60):
        counts = np.bincount(draws >> shift & 7, minlength=8)
        assert counts.min() > 512 * 7 // 10 and counts.max() < 512 * 13 // 10


def test_bad_requests_name_every_fault():
    with pytest.raises(ValueError) as caught:
        noise.fractal(-1, 0, 5000, 0, 13)
    for name in ("field", "columns", "rows", "wavelength", "octaves"):
        assert f"{name} must lie in" in str(caught.value)
