"""Faults in the lab's configuration: what leads nowhere, what contradicts itself."""

import pytest
from bodybroker.world import rules


@pytest.fixture
def documents(book):
    return book.model_dump(mode="json")


@pytest.mark.parametrize(
    ("section", "path", "value", "fault"),
    [
        ("recipes", ("recipes", "brine", "equipment"), "cauldron", "recipes.brine.equipment: cauldron"),
        ("recipes", ("recipes", "brine", "ingredients"), {"tears": 1}, "recipes.brine.ingredients: tears"),
        ("recipes", ("recipes", "brine", "race"), "angel", "recipes.brine.race: angel"),
        ("recipes", ("recipes", "brine", "race"), "ghoul", "two recipes are for the same race"),
        ("recipes", ("recipes", "brine", "others_per_mille"), 1001, "recipes.brine.others_per_mille"),
        ("ingredients", ("price_swing_per_mille",), 1000, "price_swing_per_mille"),
        ("couriers", ("caught", "low"), 900, "low (900) exceeds high"),
        ("storage", ("bag_decay_per_mille",), 1001, "bag_decay_per_mille"),
        ("equipment", ("worn_out",), 0, "worn_out"),
        ("equipment", ("grades", "standard", "quality"), {"low": 0, "high": 50}, "grades.standard.quality"),
        ("parts", ("parts", "hand", "decay"), -1, "parts.hand.decay"),
    ],
)
def test_a_fault_is_named(documents, section, path, value, fault):
    *way, last = path
    place = documents[section]
    for step in way:
        place = place[step]
    place[last] = value
    with pytest.raises(rules.InvalidRules) as caught:
        rules.validate(documents)
    assert any(fault in found for found in caught.value.faults)


def test_an_ingredient_that_is_sold_where_nothing_stands_is_a_fault(documents):
    district = documents["district"]
    del district["lots"]["crypt"]
    district["residents"] = [group for group in district["residents"] if group["haunt"] != "crypt"]
    documents["ingredients"]["ingredients"]["formalin"]["sold"]["place"] = "crypt"
    with pytest.raises(rules.InvalidRules, match=r"ingredients\.formalin\.sold\.place"):
        rules.validate(documents)


def test_standard_is_a_grade(book):
    """The grade that a command gets when it names none."""
    assert "standard" in book.equipment.grades


def test_there_is_a_recipe_for_every_race_and_a_use_for_every_ingredient(book):
    recipes = book.recipes.recipes.values()
    assert {recipe.race for recipe in recipes} == book.races.races.keys()
    assert {name for recipe in recipes for name in recipe.ingredients} == book.ingredients.ingredients.keys()
