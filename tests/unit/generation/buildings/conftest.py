import pytest
from bodybroker.generation import buildings


@pytest.fixture(scope="session")
def rules():
    return buildings.load()
