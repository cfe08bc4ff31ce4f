"""Parts, the lab, stores, ingredients and recipes, couriers."""

from typing import Annotated, Self

from pydantic import Field, model_validator

from bodybroker.generation.entities import Phase, PlaceKind
from bodybroker.generation.parameters import (
    Bounds,
    Natural,
    Parameters,
    PerMille,
    Positive,
    Quality,
    Range,
    Score,
    ScoreRange,
    Share,
    Word,
)


class GrowthRules(Parameters):
    """How a part grows."""

    equipment: Word
    minutes: Positive
    cost_cents: Positive
    quality: Quality


class PartRules(Parameters):
    """One part of parts.yaml."""

    price_cents: Positive
    morgue_weight: Natural
    decay: PerMille
    growth: GrowthRules | None = None


class Parts(Parameters):
    """parts.yaml"""

    parts: Annotated[dict[Word, PartRules], Field(min_length=1)]

    @model_validator(mode="after")
    def _some_in_morgues(self) -> Self:
        if not any(part.morgue_weight for part in self.parts.values()):
            raise ValueError("at least one part needs a morgue_weight above 0")
        return self


class Repair(Parameters):
    """What a repair takes."""

    minutes: Natural
    price_per_mille_per_point: Natural


class Cleaning(Parameters):
    """What scrubbing takes."""

    minutes: Natural
    price_cents: Natural


class Craft(Parameters):
    """What quality, wear and chemists do to the work of a piece."""

    par: Score
    per_quality_point: Natural
    per_wear_point: Natural
    per_chemist: Natural
    most_chemists: Natural


class DirtyWork(Parameters):
    """The chance that a piece contaminates its work."""

    base: PerMille
    per_dirt_point: Natural
    per_wear_point: Natural
    high: PerMille


class Grade(Parameters):
    """In what state equipment is sold."""

    price_per_mille: Positive
    quality: Quality
    wear: ScoreRange


class Shelf(Parameters):
    """Room for parts, and the share of their decay that is left there."""

    room: Positive
    decay_per_mille: PerMille


class EquipmentRules(Parameters):
    """One kind of equipment."""

    price_cents: Positive
    limit: Positive
    wear: Score
    dirt: Score
    cold: Shelf | None = None


class EquipmentList(Parameters):
    """equipment.yaml"""

    buying_minutes: Natural
    starting_minutes: Natural
    collecting_minutes: Natural
    repair: Repair
    cleaning: Cleaning
    resale_per_mille: PerMille
    worn_out: Annotated[int, Field(ge=1, le=100)]
    craft: Craft
    contamination: DirtyWork
    grades: Annotated[dict[Word, Grade], Field(min_length=1)]
    equipment: Annotated[dict[Word, EquipmentRules], Field(min_length=1)]


class Infection(Parameters):
    """How contamination spreads, and what it leaves of a part's worth."""

    spread_limit: Natural
    spread_per_mille: PerMille
    worth_per_mille: PerMille


class Storage(Parameters):
    """storage.yaml"""

    bag_decay_per_mille: PerMille
    consigned_decay_per_mille: PerMille
    hideout: Shelf
    warehouse: Shelf
    handling_minutes: Natural
    handling_limit: Positive
    rent_cents: Positive
    price_cents: Positive
    grace_days: Natural
    contamination: Infection


class Source(Parameters):
    """Where and when something is sold."""

    place: PlaceKind
    phase: Phase


class IngredientRules(Parameters):
    """One ingredient."""

    sold: Source
    price_cents: Positive
    stock: Range


class Ingredients(Parameters):
    """ingredients.yaml"""

    buying_minutes: Natural
    buying_limit: Positive
    price_swing_per_mille: Annotated[int, Field(ge=0, lt=1000)]
    ingredients: Annotated[dict[Word, IngredientRules], Field(min_length=1)]


class RecipeRules(Parameters):
    """One recipe."""

    race: Word
    ingredients: Annotated[dict[Word, Positive], Field(min_length=1)]
    equipment: Word
    minutes: Natural
    success_per_mille: PerMille
    failure_per_mille: Share
    worth_per_mille: Positive
    others_per_mille: PerMille


class Recipes(Parameters):
    """recipes.yaml"""

    recipes: Annotated[dict[Word, RecipeRules], Field(min_length=1)]

    @model_validator(mode="after")
    def _one_for_each_race(self) -> Self:
        races = [recipe.race for recipe in self.recipes.values()]
        if len(races) != len(set(races)):
            raise ValueError("two recipes are for the same race")
        return self


class CourierRisk(Bounds):
    """The chance that a courier is caught."""

    base: PerMille
    per_heat: Natural
    per_officer: Natural
    per_item: Natural
    per_skill: Natural

    def per_mille(self, heat: int, officers: int, items: int, skill: int) -> int:
        """The chance of a runner of that skill with so many parts in the bag."""
        chance = self.base + heat * self.per_heat + officers * self.per_officer + items * self.per_item
        chance -= skill * self.per_skill
        return self.clamp(chance)


class Couriers(Parameters):
    """couriers.yaml"""

    fee_cents: Natural
    handover_minutes: Positive
    load: Positive
    caught: CourierRisk
    caught_heat: Score
    routes_limit: Positive
    contact_cents: Natural
    contact_per_mille: Natural
