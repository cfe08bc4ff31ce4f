import json
from pathlib import Path

import pytest
from bodybroker.generation import buildings
from bodybroker.generation.buildings import plans

GOLDEN = Path(__file__).parent / "golden"


@pytest.fixture(scope="session")
def rules():
    return buildings.load()


@pytest.fixture(scope="session")
def golden_rules():
    """From frozen plans: tuning the plans leaves the golden buildings alone."""
    return plans.validate(json.loads((GOLDEN / "plans.json").read_text()))


@pytest.fixture(scope="session")
def golden_buildings():
    """The SHA-256 of the buildings of some seeds."""
    return json.loads((GOLDEN / "buildings.json").read_text())
