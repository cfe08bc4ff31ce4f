"""What the street says of the houses: public happenings, whispers of others, and what the player's spies tell."""

from collections.abc import Iterable, Iterator

from bodybroker.kernel.ids import EntityId
from bodybroker.kernel.random import Stream
from bodybroker.world.houses.happenings import (
    Happening,
    HeirRose,
    IntrigueAdvanced,
    IntrigueSettled,
    LeaderReplaced,
    QuarterFought,
    TreatyBroken,
    TreatySigned,
)
from bodybroker.world.houses.state import HousesState, Rumour, RumourKind

Names = dict[EntityId, str]

KEPT = 20
"""Rumours that a state remembers; older ones are in the history."""

SENTENCES: dict[RumourKind, str] = {
    "quarter_taken": "{house} took {what} from {other}.",
    "attack_failed": "{house} attacked {what} and was thrown back by {other}.",
    "treaty": "{house} and {other} agreed on {what}.",
    "betrayal": "{house} broke its word to {other}.",
    "stirring": "Something stirs in {house}.",
    "scheme": "Your spies say that {house} prepares {what} against {other}.",
    "strike": "Your spies say that {house} is about to strike at {other}: {what}.",
    "exposed": "{house} was caught at {what} against {other}.",
    "succeeded": "{house} did it: {what} against {other}.",
    "new_leader": "{house} is led by {what} now.",
    "heir": "{other} fell; {house} rose from what was left.",
}


def tell(rumour: Rumour) -> str:
    """A rumour in plain English."""
    return SENTENCES[rumour.kind].format(house=rumour.house, other=rumour.other, what=rumour.what)


def heard(
    houses: HousesState, happenings: Iterable[Happening], day: int, per_mille: int, stream: Stream
) -> tuple[Rumour, ...]:
    """What of an evening comes to the player's ears; `houses` as they were before it."""
    spied = {house_id for house_id, tie in houses.ties.items() if tie.spied_until > day}
    names = {house_id: house.name for house_id, house in houses.houses.items()}
    rumours: list[Rumour] = []
    for happening in happenings:
        if isinstance(happening, IntrigueAdvanced):
            rumours += _of_intrigue(happening, day, names, spied, stream.chance(per_mille))
        else:
            rumours += _public(happening, day, names, houses)
        if isinstance(happening, HeirRose):
            names[happening.house.house_id] = happening.house.name
    return tuple(rumours)


def _of_intrigue(
    happening: IntrigueAdvanced, day: int, names: Names, spied: set[EntityId], whispered: bool
) -> Iterator[Rumour]:
    intrigue = happening.intrigue
    house, target = names[intrigue.house_id], names[intrigue.target_id]
    if intrigue.house_id in spied:
        kind: RumourKind = "scheme" if intrigue.stage == "preparing" else "strike"
        yield Rumour(day, kind, house, target, intrigue.scheme)
    elif whispered:
        yield Rumour(day, "stirring", house)


def _public(happening: Happening, day: int, names: Names, houses: HousesState) -> Iterator[Rumour]:
    kind: RumourKind
    match happening:
        case QuarterFought():
            kind = "quarter_taken" if happening.taken else "attack_failed"
            quarter = houses.quarters[happening.quarter_id].name
            yield Rumour(day, kind, names[happening.house_id], names[happening.other_id], quarter)
        case TreatySigned():
            one, two = (names[house_id] for house_id in happening.treaty.houses)
            yield Rumour(day, "treaty", one, two, happening.treaty.kind)
        case TreatyBroken():
            yield Rumour(day, "betrayal", names[happening.house_id], names[happening.other_id])
        case IntrigueSettled() if happening.exposed:
            intrigue = happening.intrigue
            kind = "succeeded" if happening.worked else "exposed"
            yield Rumour(day, kind, names[intrigue.house_id], names[intrigue.target_id], intrigue.scheme)
        case LeaderReplaced():
            yield Rumour(day, "new_leader", names[happening.house_id], "", happening.leader)
        case HeirRose():
            yield Rumour(day, "heir", happening.house.name, names[happening.house.house_id])
