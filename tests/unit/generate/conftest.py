import pytest

from scripts.generate import generators


@pytest.fixture(scope="session")
def known():
    """Every generator with the shipped rules."""
    return generators.load()
