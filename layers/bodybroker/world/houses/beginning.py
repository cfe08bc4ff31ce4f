"""The houses of a new world: layer 1 makes them from the seed, the rules and who lives in the district."""

from collections.abc import Mapping

from bodybroker.generation import names
from bodybroker.generation.entities import Character, Provenance
from bodybroker.kernel.ids import EntityId, entity_id
from bodybroker.kernel.random import Stream
from bodybroker.world.base import ordered
from bodybroker.world.houses.rules import MOST, HouseKind, HousesRules
from bodybroker.world.houses.state import House, HousesState, Quarter

GENERATOR = "houses"
GENERATOR_VERSION = 1


def make(seed: int, rules: HousesRules, characters: Mapping[EntityId, Character], district: str) -> HousesState:
    """The houses of `seed`. What their treasuries hold has to come out of the city's money."""
    stream = Stream(seed, GENERATOR, str(GENERATOR_VERSION))
    people: dict[str, list[Character]] = {}
    for character in ordered(characters):
        people.setdefault(character.race, []).append(character)
    provenance = Provenance(seed=seed, generator=GENERATOR, generator_version=GENERATOR_VERSION)
    taken: set[str] = set()
    houses = [
        _house(kind, rule, stream.substream(f"house/{kind}"), people.get(rule.race, []), taken, provenance)
        for kind, rule in sorted(rules.houses.items())
    ]
    quarters = _quarters(rules, houses, people, stream.substream("quarters"), district)
    return HousesState(
        houses={house.house_id: house for house in houses},
        races={house.race: house.house_id for house in reversed(houses)},
        quarters={quarter.quarter_id: quarter for quarter in quarters},
        home_id=quarters[0].quarter_id,
        grudges=_grudges(rules, houses, stream.substream("grudges")),
    )


def leader(rule: HouseKind, stream: Stream, people: list[Character], taken: set[str]) -> tuple[str, EntityId | None]:
    """Who leads a house: the cleverest and most charming of those known, or else somebody from elsewhere."""
    if not people:
        return names.make(rule.leaders, stream, taken), None
    best = max(people, key=lambda person: (person.guide.intelligence + person.guide.charisma, person.npc_id))
    return best.name, best.npc_id


def _house(
    kind: str, rule: HouseKind, stream: Stream, people: list[Character], taken: set[str], provenance: Provenance
) -> House:
    who, npc_id = leader(rule, stream.substream("leader"), people, taken)
    nature = stream.substream("nature")
    return House(
        house_id=entity_id(stream.substream("id")),
        kind=kind,
        race=rule.race,
        name=names.make(rule.names, stream.substream("name"), taken),
        leader=who,
        leader_id=npc_id,
        ambition=rule.ambition.draw(nature),
        honour=rule.honour.draw(nature),
        cunning=rule.cunning.draw(nature),
        strength=rule.strength.draw(nature),
        wealth_cents=rule.wealth_cents.draw(nature),
        provenance=provenance,
    )


def _quarters(
    rules: HousesRules, houses: list[House], people: Mapping[str, list[Character]], stream: Stream, district: str
) -> list[Quarter]:
    """The player's district first, of the house with the most members there; then the quarters of each."""
    first = max(houses, key=lambda house: (len(people.get(house.race, ())), house.kind))
    holders = [house for house in houses for _ in range(rules.houses[house.kind].quarters)]
    holders.remove(first)
    taken = {district}
    quarters = []
    for i, house in enumerate((first, *holders)):
        own = stream.substream(str(i))
        name = names.make(rules.quarters.names, own.substream("name"), taken) if i else district
        income = rules.quarters.income_cents.draw(own)
        quarters.append(Quarter(entity_id(own.substream("id")), name, income, house.house_id))
    return quarters


def _grudges(rules: HousesRules, houses: list[House], stream: Stream) -> dict[EntityId, dict[EntityId, int]]:
    ids = {house.kind: house.house_id for house in houses}
    grudges: dict[EntityId, dict[EntityId, int]] = {}
    for old in rules.grudges:
        one, other = (ids[kind] for kind in old.between)
        for holder, against in ((one, other), (other, one)):
            grudges.setdefault(holder, {})[against] = min(MOST, old.points.draw(stream))
    return grudges
