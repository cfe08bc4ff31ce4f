"""Politics: what the houses do of an evening, each by its character."""

from collections.abc import Callable

from bodybroker.world.houses import diplomacy, intrigues, succession, wars
from bodybroker.world.houses.evening import Evening
from bodybroker.world.houses.happenings import BooksBalanced, GrudgesFaded
from bodybroker.world.houses.state import House

Deed = Callable[[Evening, House, House], None]


def advance(evening: Evening) -> None:
    """One evening: what was agreed ends, the books are balanced, intrigues go on, and each house may act."""
    diplomacy.end_treaties(evening)
    _balance_books(evening)
    evening.add(GrudgesFaded(evening.rules.grudge_fading))
    intrigues.go_on(evening)
    stream = evening.stream.substream("acts")
    ids = sorted(evening.houses.houses)
    for house_id in stream.sample(ids, len(ids)):
        house = evening.houses.houses[house_id]
        if stream.chance(evening.rules.act.base + house.ambition * evening.rules.act.per_ambition):
            deeds = _deeds(evening, house)
            if deeds:
                deed, target = stream.weighted(deeds)
                deed(evening, house, target)
    succession.raise_heirs(evening)


def _balance_books(evening: Evening) -> None:
    """Quarters earn what the city can pay; fighters and splendour cost; who pays grows stronger, who cannot loses."""
    rules, left = evening.rules, evening.city_cents
    earned, spent, strengths = {}, {}, {}
    for house in evening.all():
        income = min(left, sum(quarter.income_cents for quarter in evening.holdings(house.house_id)))
        left -= income
        wealth = house.wealth_cents + income
        upkeep = house.strength * rules.upkeep_cents_per_strength
        paid = min(wealth, upkeep)
        earned[house.house_id] = income
        spent[house.house_id] = paid + (wealth - paid) * rules.splendour_per_mille // 1000
        most = rules.houses[house.kind].strength.high
        strength = min(most, house.strength + rules.recruits) if paid == upkeep else house.strength - rules.deserters
        strengths[house.house_id] = max(0, strength)
    evening.add(BooksBalanced(earned, spent, strengths))


def _deeds(evening: Evening, house: House) -> list[tuple[tuple[Deed, House], int]]:
    """All that the house could do now, each with its weight."""
    deeds: list[tuple[tuple[Deed, House], int]] = []
    for other in evening.all():
        if other.house_id != house.house_id:
            deeds += _deeds_with(evening, house, other)
    return [(deed, weight) for deed, weight in deeds if weight > 0]


def _deeds_with(evening: Evening, house: House, other: House) -> list[tuple[tuple[Deed, House], int]]:
    rules = evening.rules
    lean, liking = rules.leanings, evening.liking(house, other)
    grudge = evening.grudge(house.house_id, other.house_id) // rules.grudge_points_per_point - liking
    if other.house_id in evening.partners(house.house_id):
        return [((diplomacy.betray, other), lean.betrayal * (100 - house.honour + grudge))]
    deeds: list[tuple[tuple[Deed, House], int]] = []
    theirs = len(evening.holdings(other.house_id))
    pull = grudge + (rules.hegemony_pull if theirs >= rules.hegemony_quarters else 0)
    if theirs and house.strength >= rules.war.least_strength:
        hunger = 0 if evening.holdings(house.house_id) else rules.landless_pull
        deeds.append(((wars.attack, other), lean.war * (house.ambition + pull + hunger)))
    if all(intrigue.house_id != house.house_id for intrigue in evening.houses.intrigues.values()):
        deeds.append(((intrigues.begin, other), lean.intrigue * (house.cunning + pull)))
    if diplomacy.may_sign(evening, house, other):
        deeds.append(((diplomacy.sign, other), lean.treaty * (house.honour + other.honour + 2 * liking) // 2))
    return deeds
