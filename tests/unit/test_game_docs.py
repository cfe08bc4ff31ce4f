"""The pages about the game name every key of the rules, and only tests that there are."""

import re
from pathlib import Path

import pytest
import yaml

ROOT = Path(__file__).parents[2]
PAGES = sorted((ROOT / "docs" / "game").glob("*.md"))
SECTIONS = sorted((ROOT / "configs" / "world").glob("*.yaml"))


@pytest.fixture(scope="session")
def words():
    """Every word in code quotes on any page."""
    quoted = re.findall(r"`([^`]+)`", " ".join(page.read_text("utf-8") for page in PAGES))
    return {word for quote in quoted for word in re.findall(r"\w+", quote)}


@pytest.mark.parametrize("section", SECTIONS, ids=lambda path: path.stem)
def test_every_key_of_the_rules_is_explained(section, words):
    keys = {section.stem, *yaml.safe_load(section.read_text("utf-8"))}
    assert not sorted(keys - words)


@pytest.mark.parametrize("page", PAGES, ids=lambda path: path.stem)
def test_every_test_that_a_page_names_is_there(page):
    written = " ".join(path.read_text("utf-8") for path in (ROOT / "tests").rglob("test_*.py"))
    there = set(re.findall(r"def (test_\w+)\(", written))
    named = set(re.findall(r"\b(test_\w+)\b(?!\.py|/)", page.read_text("utf-8")))
    assert named and not sorted(named - there)


def test_every_page_is_on_the_first_one():
    first = (ROOT / "docs" / "game.md").read_text("utf-8")
    assert {f"game/{page.name}" for page in PAGES} == set(re.findall(r"\((game/\w+\.md)\)", first))
