"""The page about bonds lists every cause that there is, and no other."""

import ast
import re
from pathlib import Path

from bodybroker import world

WORLD = Path(world.__file__).parent
PAGE = Path(__file__).parents[4] / "docs" / "game" / "bonds.md"
TAKES_A_CAUSE = {"change", "changed", "heads", "sway", "_change", "_sway", "Impression"}


def causes():
    """Strings handed to what changes bonds, and strings that are called a cause."""
    for module in WORLD.rglob("*.py"):
        for node in ast.walk(ast.parse(module.read_text("utf-8"))):
            if isinstance(node, ast.Call) and _name(node.func) in TAKES_A_CAUSE:
                yield from (text for arg in node.args for text in _strings(arg))
            elif isinstance(node, ast.Assign) and any("cause" in _names(target) for target in node.targets):
                yield from _strings(node.value)


def _name(node):
    return node.attr if isinstance(node, ast.Attribute) else getattr(node, "id", "")


def _names(node):
    return {child.id.lower() for child in ast.walk(node) if isinstance(child, ast.Name)}


def _strings(node):
    return [child.value for child in ast.walk(node) if isinstance(child, ast.Constant) and isinstance(child.value, str)]


def test_every_cause_is_on_the_page():
    table = PAGE.read_text("utf-8").partition("## Causes")[2]
    listed = {word for row in re.findall(r"^\| (`[^|]+) \|", table, re.MULTILINE) for word in re.findall(r"\w+", row)}
    assert set(causes()) == listed
