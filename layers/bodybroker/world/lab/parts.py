"""What a body part is worth as it is: fresh or not, clean or not, treated or not. Shares per mille."""

from collections.abc import Iterable

from bodybroker.generation.entities import Item
from bodybroker.world.rules import Rules


def condition(item: Item) -> int:
    """The quality that is left of a part, 0 to 100."""
    return item.quality * item.freshness // 1000


def worth_per_mille(item: Item, race: str, rules: Rules) -> int:
    """What contamination and treatment make of a part's worth to that race, beside its condition."""
    worth = rules.storage.contamination.worth_per_mille if item.contaminated else 1000
    if item.treated_for is None:
        return worth
    recipe = next((recipe for recipe in rules.recipes.recipes.values() if recipe.race == item.treated_for), None)
    if recipe is None:
        return worth
    return worth * (recipe.worth_per_mille if race == item.treated_for else recipe.others_per_mille) // 1000


def by_worth(items: Iterable[Item], rules: Rules) -> list[Item]:
    """Items from the dearest to the cheapest, as to part and condition."""

    def dearest(item: Item) -> tuple[int, str]:
        return -rules.parts.parts[item.part].price_cents * condition(item), item.item_id

    return sorted(items, key=dearest)
