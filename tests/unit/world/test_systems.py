"""The systems of the world: which calls which. The page docs/architecture.md says so to people."""

import ast
import re
from pathlib import Path

import pytest
from bodybroker import world

WORLD = Path(world.__file__).parent
ARCHITECTURE = Path(__file__).parents[3] / "docs" / "architecture.md"
DATA = {"commands", "events", "known", "rules", "state"}
"""Modules that any system may read: the shapes of what there is."""
CALLS = {
    "beliefs": {"bonds", "market", "powers"},
    "bonds": set(),
    "city": {"crime"},
    "conflict": {"bonds", "city", "empire", "powers"},
    "crime": {"bonds", "city", "conflict", "empire", "powers"},
    "empire": {"city"},
    "houses": {"bonds", "city", "conflict", "powers"},
    "lab": {"city", "empire"},
    "market": {"beliefs", "bonds", "city", "conflict", "empire", "houses", "lab", "powers"},
    "powers": set(),
    "story": {"talk"},
    "talk": {"beliefs", "bonds", "city", "conflict", "houses", "market", "powers"},
}


def called(system):
    """The systems whose functions the modules of a system import."""
    for module in (WORLD / system).glob("*.py"):
        for node in ast.walk(ast.parse(module.read_text("utf-8"))):
            if isinstance(node, ast.ImportFrom) and (node.module or "").startswith("bodybroker.world."):
                _, _, other, *inside = node.module.split(".")
                named = inside or [alias.name for alias in node.names]
                if other in CALLS and other != system and not DATA.issuperset(named):
                    yield other


def test_every_system_is_listed():
    assert CALLS.keys() == {path.parent.name for path in WORLD.glob("*/apply.py")}


@pytest.mark.parametrize("system", CALLS)
def test_a_system_calls_those_that_it_may(system):
    assert set(called(system)) == CALLS[system]


def test_the_page_for_people_says_the_same():
    rows = re.findall(r"^\| `(\w+)` \| [^|]+ \|([^|]*)\|$", ARCHITECTURE.read_text("utf-8"), re.MULTILINE)
    assert {name: set(re.findall(r"`(\w+)`", calls)) for name, calls in rows if name in CALLS} == CALLS
