import json
from pathlib import Path

import pytest
from bodybroker.world import rules

GOLDEN = Path(__file__).parents[1] / "world" / "golden"


@pytest.fixture(scope="session")
def recipe():
    return rules.load().recipe


@pytest.fixture(scope="session")
def golden_recipe():
    """From frozen rules: tuning the game leaves the golden districts alone."""
    return rules.validate(json.loads((GOLDEN / "rules.json").read_text())).recipe


@pytest.fixture(scope="session")
def golden_districts():
    """The SHA-256 of the districts of some seeds."""
    return json.loads((GOLDEN / "districts.json").read_text())
