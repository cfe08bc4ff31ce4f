"""The rules: every number of the game, read from configs/world/*.yaml and checked before anybody plays by it."""

from functools import cache, cached_property
from typing import Annotated, Any

from pydantic import BaseModel, Field, ValidationError

from bodybroker.generation.characters import Prices, Race
from bodybroker.generation.district import Plan, Recipe
from bodybroker.generation.names import Grammar
from bodybroker.generation.parameters import (
    Natural,
    Parameters,
    Positive,
    Score,
    Word,
)
from bodybroker.kernel import configuration, json
from bodybroker.world.beliefs.rules import BeliefsRules
from bodybroker.world.bonds.rules import Bonds
from bodybroker.world.city.rules import Absence, Clock, Difficulty, WeatherRules
from bodybroker.world.conflict.rules import Conflict
from bodybroker.world.crime.rules import CrimeRules, Police, StoreRules
from bodybroker.world.empire.rules import Crews, Fronts, Ranks
from bodybroker.world.houses.rules import HousesRules, Hunted
from bodybroker.world.lab.rules import Couriers, EquipmentList, Ingredients, Parts, Recipes, Storage
from bodybroker.world.market.rules import Customers, Intermediaries, Market, Orders
from bodybroker.world.powers.rules import Powers
from bodybroker.world.story.rules import Story
from bodybroker.world.talk.rules import Talk


class PlayerRules(Parameters):
    """player.yaml"""

    rank: Word
    money_cents: Natural
    health: Annotated[int, Field(ge=1, le=100)]
    bag_size: Positive
    health_to_rob: Score
    healing_minutes_per_point: Positive
    lie_low_minutes: Positive


class Races(Parameters):
    """races.yaml"""

    races: Annotated[dict[Word, Race], Field(min_length=1)]


class NameGrammars(Parameters):
    """names.yaml"""

    names: dict[Word, Grammar]


class Rules(Parameters):
    """All the rules, one section per file of configs/world."""

    clock: Clock
    player: PlayerRules
    police: Police
    morgue: StoreRules
    hospital: StoreRules
    crime: CrimeRules
    weather: WeatherRules
    parts: Parts
    equipment: EquipmentList
    ingredients: Ingredients
    recipes: Recipes
    storage: Storage
    couriers: Couriers
    market: Market
    conflict: Conflict
    powers: Powers
    customers: Customers
    orders: Orders
    intermediaries: Intermediaries
    races: Races
    district: Plan
    names: NameGrammars
    ranks: Ranks
    crews: Crews
    fronts: Fronts
    difficulty: Difficulty
    absence: Absence
    story: Story
    houses: HousesRules
    hunted: Hunted
    bonds: Bonds
    talk: Talk
    beliefs: BeliefsRules

    @cached_property
    def digest(self) -> str:
        """SHA-256 of all the rules, in hex: which rules decided."""
        return json.digest(self.model_dump(mode="json"))

    @cached_property
    def recipe(self) -> Recipe:
        """What layer 1 needs of the rules."""
        market = self.market
        return Recipe(
            plan=self.district,
            stores={"morgue": self.morgue, "hospital": self.hospital},
            weights={part: rule.morgue_weight for part, rule in self.parts.parts.items()},
            prices=Prices(
                worth_cents={part: rule.price_cents for part, rule in self.parts.parts.items()},
                floor_per_mille=market.floor_per_mille,
                cap_per_mille=market.cap_per_mille,
                lowest_offer_per_mille=market.lowest_offer_per_mille,
                greed_spread_per_mille=market.greed_spread_per_mille,
            ),
            races=self.races.races,
            names=self.names.names,
        )


class InvalidRules(ValueError):
    """The configuration is wrong; `faults` lists everything that is, each with its file and key."""

    def __init__(self, faults: list[str]) -> None:
        super().__init__("invalid rules:\n" + "\n".join(f"  {fault}" for fault in faults))
        self.faults = faults


@cache
def load() -> Rules:
    """The rules of configs/world: as the build checked them, or in a checkout checked now; raises InvalidRules."""
    return configuration.prepared("world", read)


def read() -> Rules:
    """The rules from their documents; raises InvalidRules."""
    documents = {}
    faults = []
    for section in Rules.model_fields:
        try:
            documents[section] = configuration.load(f"world/{section}")
        except (ValueError, OSError) as error:
            faults.append(f"world/{section}: {error}")
    if faults:
        raise InvalidRules(faults)
    return validate(documents)


def validate(documents: dict[str, Any]) -> Rules:
    """Rules from one document per section; raises InvalidRules with every fault of every section at once."""
    sections: dict[str, Any] = {}
    faults = [f"world/{name}: no such section" for name in sorted(documents.keys() - Rules.model_fields.keys())]
    for name, field in Rules.model_fields.items():
        model = field.annotation
        assert isinstance(model, type) and issubclass(model, BaseModel)
        try:
            sections[name] = model.model_validate(documents.get(name))
        except ValidationError as error:
            faults += [_describe(name, fault) for fault in error.errors()]
    faults += _inconsistencies(sections)
    if faults:
        raise InvalidRules(faults)
    return Rules(**sections)


def _describe(section: str, fault: Any) -> str:
    path = ".".join(str(step) for step in fault["loc"])
    return f"world/{section}: {path + ': ' if path else ''}{fault['msg']}"


def _inconsistencies(sections: dict[str, Any]) -> list[str]:
    """References across files that lead nowhere; sections that are themselves invalid are left out of the checks."""
    checks = (
        (("parts", "equipment"), _growths_without_equipment),
        (("recipes", "equipment"), _recipes_without_equipment),
        (("recipes", "ingredients"), _recipes_without_ingredient),
        (("recipes", "races"), _recipes_without_race),
        (("ingredients", "district"), _ingredients_without_place),
        (("races", "parts"), _appetites_without_part),
        (("races", "market"), _moods_without_rules),
        (("beliefs", "market"), _beliefs_without_mood),
        (("powers", "ranks", "races"), _powers_that_nobody_sells),
        (("races", "customers", "district"), _customers_without_race),
        (("customers", "intermediaries", "ranks"), _privileges_without_rank),
        (("district", "races"), _residents_without_race),
        (("names", "district", "races"), _things_without_names),
        (("player", "ranks"), _first_rank_unknown),
        (("races", "bonds"), _tempers_without_race),
        (("talk", "market"), _attackers_of_no_mood),
        (("talk", "beliefs"), _lies_of_no_kind),
        (("houses", "parts"), _favours_without_part),
        (("houses", "ranks"), _barred_ranks_unknown),
        (("houses", "police"), _houses_richer_than_the_city),
    )
    faults: list[str] = []
    for needed, check in checks:
        if all(name in sections for name in needed):
            faults += check(*(sections[name] for name in needed))
    return faults


def _growths_without_equipment(parts: Parts, equipment: EquipmentList) -> list[str]:
    return [
        f"world/parts: parts.{name}.growth.equipment: {part.growth.equipment} is not in world/equipment"
        for name, part in parts.parts.items()
        if part.growth and part.growth.equipment not in equipment.equipment
    ]


def _recipes_without_equipment(recipes: Recipes, equipment: EquipmentList) -> list[str]:
    return [
        f"world/recipes: recipes.{name}.equipment: {recipe.equipment} is not in world/equipment"
        for name, recipe in recipes.recipes.items()
        if recipe.equipment not in equipment.equipment
    ]


def _recipes_without_ingredient(recipes: Recipes, ingredients: Ingredients) -> list[str]:
    return [
        f"world/recipes: recipes.{name}.ingredients: {ingredient} is not in world/ingredients"
        for name, recipe in recipes.recipes.items()
        for ingredient in recipe.ingredients
        if ingredient not in ingredients.ingredients
    ]


def _recipes_without_race(recipes: Recipes, races: Races) -> list[str]:
    return [
        f"world/recipes: recipes.{name}.race: {recipe.race} is not in world/races"
        for name, recipe in recipes.recipes.items()
        if recipe.race not in races.races
    ]


def _ingredients_without_place(ingredients: Ingredients, district: Plan) -> list[str]:
    return [
        f"world/ingredients: ingredients.{name}.sold.place: district has no {rule.sold.place}"
        for name, rule in ingredients.ingredients.items()
        if rule.sold.place not in {"street", *district.lots}
    ]


def _appetites_without_part(races: Races, parts: Parts) -> list[str]:
    return [
        f"world/races: races.{name}.appetite: {part} is not in world/parts"
        for name, race in races.races.items()
        for part in race.appetite
        if part not in parts.parts
    ]


def _moods_without_rules(races: Races, market: Market) -> list[str]:
    return [
        f"world/races: races.{name}.mood: {race.mood} is not in world/market"
        for name, race in races.races.items()
        if race.mood not in market.moods
    ]


def _beliefs_without_mood(beliefs: BeliefsRules, market: Market) -> list[str]:
    return [
        f"world/beliefs: predicates.{name}.believed.mood: {rule.believed.mood} is not in world/market"
        for name, rule in beliefs.predicates.items()
        if rule.believed is not None and rule.believed.mood not in (None, *market.moods)
    ]


def _powers_that_nobody_sells(powers: Powers, ranks: Ranks, races: Races) -> list[str]:
    known = {rank.name for rank in ranks.ranks}
    faults = []
    for name, rule in powers.powers.items():
        if rule.rank not in known:
            faults.append(f"world/powers: powers.{name}.rank: {rule.rank} is not in world/ranks")
        faults += [
            f"world/powers: powers.{name}.sold_by: {race} is not in world/races"
            for race in rule.sold_by
            if race not in races.races
        ]
    return faults


def _customers_without_race(races: Races, customers: Customers, district: Plan) -> list[str]:
    haunting = {group.race for group in district.residents}
    faults = [f"world/customers: races.{name}: missing" for name in sorted(races.races.keys() - customers.races.keys())]
    faults += [
        f"world/customers: races.{name} is not in world/races"
        for name in sorted(customers.races.keys() - races.races.keys())
    ]
    return faults + [
        f"world/customers: arrivals.weights.{name} haunts no place of world/district"
        for name in sorted(customers.arrivals.weights.keys() - haunting)
    ]


def _tempers_without_race(races: Races, bonds: Bonds) -> list[str]:
    unknown = [f"{name}.races.{other}" for name, temper in bonds.races.items() for other in temper.races]
    faults = [f"world/bonds: races.{name}: missing" for name in sorted(races.races.keys() - bonds.races.keys())]
    faults += [
        f"world/bonds: races.{name} is not in world/races" for name in sorted(bonds.races.keys() - races.races.keys())
    ]
    return faults + [
        f"world/bonds: races.{path} is not in world/races"
        for path in sorted(unknown)
        if path.rpartition(".")[2] not in races.races
    ]


def _attackers_of_no_mood(talk: Talk, market: Market) -> list[str]:
    unknown = set(talk.attack.moods) - market.moods.keys()
    return [f"world/talk: attack.moods: {mood} is not in world/market" for mood in sorted(unknown)]


def _lies_of_no_kind(talk: Talk, beliefs: BeliefsRules) -> list[str]:
    told = beliefs.predicates
    fit = {name for name in told if told[name].harms and not told[name].objects and "npc" in told[name].subjects}
    unfit = sorted(set(talk.telling.lies) - fit)
    return [f"world/talk: telling.lies: {name} is no harm that world/beliefs knows of an NPC" for name in unfit]


def _privileges_without_rank(customers: Customers, intermediaries: Intermediaries, ranks: Ranks) -> list[str]:
    names = {rank.name for rank in ranks.ranks}
    faults = [
        f"world/customers: tiers.{i}.ranks: {name} is not in world/ranks"
        for i, tier in enumerate(customers.tiers)
        for name in tier.ranks
        if name not in names
    ]
    return faults + [
        f"world/intermediaries: slots.{name}: not in world/ranks"
        for name in sorted(intermediaries.slots.keys() ^ names)
    ]


def _residents_without_race(district: Plan, races: Races) -> list[str]:
    return [
        f"world/district: residents.{i}.race: {group.race} is not in world/races"
        for i, group in enumerate(district.residents)
        if group.race not in races.races
    ]


def _things_without_names(names: NameGrammars, district: Plan, races: Races) -> list[str]:
    needed = {"district", "street", *district.lots, *races.races}
    return [f"world/names: names.{kind}: missing" for kind in sorted(needed - names.names.keys())]


def _first_rank_unknown(player: PlayerRules, ranks: Ranks) -> list[str]:
    known = {rank.name for rank in ranks.ranks}
    return [] if player.rank in known else [f"world/player: rank: {player.rank} is not in world/ranks"]


def _favours_without_part(houses: HousesRules, parts: Parts) -> list[str]:
    return [
        f"world/houses: houses.{name}.favours: {part} is not in world/parts"
        for name, kind in houses.houses.items()
        for part in kind.favours
        if part not in parts.parts
    ]


def _barred_ranks_unknown(houses: HousesRules, ranks: Ranks) -> list[str]:
    unknown = set(houses.alliance.barred_ranks) - {rank.name for rank in ranks.ranks}
    return [f"world/houses: alliance.barred_ranks: {rank} is not in world/ranks" for rank in sorted(unknown)]


def _houses_richer_than_the_city(houses: HousesRules, police: Police) -> list[str]:
    if houses.dearest_cents <= police.city_cents:
        return []
    return [f"world/houses: houses: up to {houses.dearest_cents} cents to hand out, the city has {police.city_cents}"]
