import json
from pathlib import Path

import pytest
from bodybroker.world import rules


@pytest.fixture(scope="session")
def recipe():
    return rules.load().recipe


@pytest.fixture(scope="session")
def golden_recipe():
    """From frozen rules: tuning the game leaves the golden districts alone."""
    golden = Path(__file__).parents[1] / "world" / "golden" / "rules.json"
    return rules.validate(json.loads(golden.read_text())).recipe
