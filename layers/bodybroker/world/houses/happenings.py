"""What happens between the houses of an evening, and what each happening changes. Each carries all of its outcome."""

from collections.abc import Callable
from typing import Any

from msgspec import Struct
from msgspec.structs import replace

from bodybroker.kernel.ids import EntityId
from bodybroker.world.base import without
from bodybroker.world.houses.rules import MOST
from bodybroker.world.houses.state import House, HousesState, Intrigue, Treaty


class _Happening(Struct, frozen=True, tag_field="type"):
    pass


class BooksBalanced(_Happening, frozen=True, tag="books_balanced"):
    """What the houses earned and spent, in cents, and the strength that they have then."""

    earned: dict[EntityId, int]
    spent: dict[EntityId, int]
    strengths: dict[EntityId, int]


class GrudgesFaded(_Happening, frozen=True, tag="grudges_faded"):
    """Every grudge is weaker by `points`."""

    points: int


class TreatySigned(_Happening, frozen=True, tag="treaty_signed"):
    """Two houses made a treaty."""

    treaty: Treaty


class TreatiesEnded(_Happening, frozen=True, tag="treaties_ended"):
    """Treaties whose time was up."""

    treaties: tuple[Treaty, ...]


class TreatyBroken(_Happening, frozen=True, tag="treaty_broken"):
    """A house broke its treaty; the other one's grudge rose by `grudge`, those of all others by `witness_grudge`."""

    treaty: Treaty
    house_id: EntityId
    other_id: EntityId
    grudge: int
    witness_grudge: int


class IntrigueAdvanced(_Happening, frozen=True, tag="intrigue_advanced"):
    """An intrigue began or went on to its next stage."""

    intrigue: Intrigue


class IntrigueSettled(_Happening, frozen=True, tag="intrigue_settled"):
    """An intrigue ended: whether it worked, whether all know of it, and what it took from the target."""

    intrigue: Intrigue
    worked: bool
    exposed: bool
    cents: int
    strength: int
    grudge: int


class LeaderReplaced(_Happening, frozen=True, tag="leader_replaced"):
    """Another head, another character."""

    house_id: EntityId
    leader: str
    leader_id: EntityId | None
    ambition: int
    honour: int
    cunning: int


class QuarterFought(_Happening, frozen=True, tag="quarter_fought"):
    """`house_id` attacked a quarter of `other_id`; losses in strength."""

    quarter_id: EntityId
    house_id: EntityId
    other_id: EntityId
    taken: bool
    losses: int
    other_losses: int
    grudge: int


class HeirRose(_Happening, frozen=True, tag="heir_rose"):
    """A house fell, and its heir gathered what was left: the same house by id, with a quarter that it took back."""

    house: House
    quarter_id: EntityId


Happening = (
    BooksBalanced
    | GrudgesFaded
    | TreatySigned
    | TreatiesEnded
    | TreatyBroken
    | IntrigueAdvanced
    | IntrigueSettled
    | LeaderReplaced
    | QuarterFought
    | HeirRose
)


def happen(houses: HousesState, happening: Happening) -> HousesState:
    """The houses after it."""
    return _HAPPEN[type(happening)](houses, happening)


def wealth_cents(houses: HousesState) -> int:
    """All that the treasuries hold."""
    return sum(house.wealth_cents for house in houses.houses.values())


def _resented(houses: HousesState, house_id: EntityId, other_id: EntityId, points: int) -> HousesState:
    """`house_id` holds more against `other_id`."""
    mine = houses.grudges.get(house_id, {})
    risen = mine | {other_id: min(MOST, mine.get(other_id, 0) + points)}
    return replace(houses, grudges=houses.grudges | {house_id: risen})


def weakened(houses: HousesState, house_id: EntityId, points: int) -> HousesState:
    """A house has less strength, none at the least."""
    house = houses.houses[house_id]
    return _with(houses, replace(house, strength=max(0, house.strength - points)))


def enriched(houses: HousesState, house_id: EntityId, cents: int) -> HousesState:
    """A house has so many cents more."""
    house = houses.houses[house_id]
    return _with(houses, replace(house, wealth_cents=house.wealth_cents + cents))


def _with(houses: HousesState, *changed: House) -> HousesState:
    return replace(houses, houses=houses.houses | {house.house_id: house for house in changed})


def _books_balanced(houses: HousesState, happening: BooksBalanced) -> HousesState:
    changed = [
        replace(
            house,
            wealth_cents=house.wealth_cents
            + happening.earned.get(house.house_id, 0)
            - happening.spent.get(house.house_id, 0),
            strength=happening.strengths.get(house.house_id, house.strength),
        )
        for house in houses.houses.values()
    ]
    return _with(houses, *changed)


def _grudges_faded(houses: HousesState, happening: GrudgesFaded) -> HousesState:
    left = {
        house_id: {other: points - happening.points for other, points in held.items() if points > happening.points}
        for house_id, held in houses.grudges.items()
    }
    return replace(houses, grudges={house_id: held for house_id, held in left.items() if held})


def _treaty_signed(houses: HousesState, happening: TreatySigned) -> HousesState:
    return replace(houses, treaties=(*houses.treaties, happening.treaty))


def _treaties_ended(houses: HousesState, happening: TreatiesEnded) -> HousesState:
    return replace(houses, treaties=tuple(treaty for treaty in houses.treaties if treaty not in happening.treaties))


def _treaty_broken(houses: HousesState, happening: TreatyBroken) -> HousesState:
    left = tuple(treaty for treaty in houses.treaties if treaty != happening.treaty)
    houses = _resented(replace(houses, treaties=left), happening.other_id, happening.house_id, happening.grudge)
    for witness in houses.houses.keys() - {happening.house_id, happening.other_id}:
        houses = _resented(houses, witness, happening.house_id, happening.witness_grudge)
    return houses


def _intrigue_advanced(houses: HousesState, happening: IntrigueAdvanced) -> HousesState:
    return replace(houses, intrigues=houses.intrigues | {happening.intrigue.intrigue_id: happening.intrigue})


def _intrigue_settled(houses: HousesState, happening: IntrigueSettled) -> HousesState:
    intrigue = happening.intrigue
    houses = replace(houses, intrigues=without(houses.intrigues, [intrigue.intrigue_id]))
    thief, target = houses.houses[intrigue.house_id], houses.houses[intrigue.target_id]
    houses = _with(
        houses,
        replace(thief, wealth_cents=thief.wealth_cents + happening.cents),
        replace(target, wealth_cents=target.wealth_cents - happening.cents),
    )
    houses = weakened(houses, intrigue.target_id, happening.strength)
    return _resented(houses, intrigue.target_id, intrigue.house_id, happening.grudge) if happening.grudge else houses


def _leader_replaced(houses: HousesState, happening: LeaderReplaced) -> HousesState:
    changed = replace(
        houses.houses[happening.house_id],
        leader=happening.leader,
        leader_id=happening.leader_id,
        ambition=happening.ambition,
        honour=happening.honour,
        cunning=happening.cunning,
    )
    return _with(houses, changed)


def _quarter_fought(houses: HousesState, happening: QuarterFought) -> HousesState:
    if happening.taken:
        quarter = replace(houses.quarters[happening.quarter_id], house_id=happening.house_id)
        houses = replace(houses, quarters=houses.quarters | {quarter.quarter_id: quarter})
    houses = weakened(houses, happening.house_id, happening.losses)
    houses = weakened(houses, happening.other_id, happening.other_losses)
    return _resented(houses, happening.other_id, happening.house_id, happening.grudge)


def _heir_rose(houses: HousesState, happening: HeirRose) -> HousesState:
    house_id = happening.house.house_id
    quarter = replace(houses.quarters[happening.quarter_id], house_id=house_id)
    return replace(
        _with(houses, happening.house),
        quarters=houses.quarters | {quarter.quarter_id: quarter},
        treaties=tuple(treaty for treaty in houses.treaties if house_id not in treaty.houses),
        intrigues={
            intrigue_id: intrigue
            for intrigue_id, intrigue in houses.intrigues.items()
            if house_id not in (intrigue.house_id, intrigue.target_id)
        },
        grudges={
            holder: {against: points for against, points in held.items() if against != house_id}
            for holder, held in houses.grudges.items()
            if holder != house_id
        },
    )


_HAPPEN: dict[type, Callable[[HousesState, Any], HousesState]] = {
    BooksBalanced: _books_balanced,
    GrudgesFaded: _grudges_faded,
    TreatySigned: _treaty_signed,
    TreatiesEnded: _treaties_ended,
    TreatyBroken: _treaty_broken,
    IntrigueAdvanced: _intrigue_advanced,
    IntrigueSettled: _intrigue_settled,
    LeaderReplaced: _leader_replaced,
    QuarterFought: _quarter_fought,
    HeirRose: _heir_rose,
}
