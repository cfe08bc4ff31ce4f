import pytest
from bodybroker.generation import terrain


@pytest.fixture(scope="session")
def rules():
    return terrain.load()


@pytest.fixture(scope="session")
def many(rules):
    """A few hundred grounds: of every kind and of several sizes, one for each seed."""
    sizes = (None, 32, (140, 160), (60, 80))
    return [
        terrain.generate(kind, seed, rules, sizes[seed % len(sizes)]) for seed in range(72) for kind in terrain.KINDS
    ]
