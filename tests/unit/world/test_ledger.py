"""The ledger leaves nothing out: whatever the state holds of money and items, in any system, it counts once."""

from collections import Counter
from typing import Any, get_args, get_type_hints

from bodybroker.generation.entities import Item
from bodybroker.world.ledger import items, money_cents
from bodybroker.world.state import State
from msgspec import Struct

from play.bots.career import play
from play.bots.mind import Mind
from play.bots.styles import STYLES
from play.bots.table import LocalTable

HELD = {
    "State.city_cents",
    "Player.money_cents",
    "Player.clean_cents",
    "Npc.purse_cents",
    "Front.till_cents",
    "House.wealth_cents",
}
NOT_HELD = {
    "Ask.most_cents": "a price",
    "Ask.price_cents": "a price",
    "Character.purse_cents": "how much goes into the purse",
    "Character.wage_cents": "what it earns at each dusk",
    "CrewMember.wage_cents": "what is paid at each dawn",
    "Danger.stakes_cents": "cash that the player still has",
    "Intermediary.skimmed_cents": "a memory: the money went to the city's",
    "Offer.price_cents": "a price",
    "Order.price_cents": "a price",
    "Pledge.cents": "a promise",
    "Quarter.income_cents": "what it earns at each dusk",
    "Shift.debt_cents": "a promise",
    "Tally.earned_cents": "a count",
    "Taste.cap_cents": "a price",
    "Taste.floor_cents": "a price",
    "Tie.debt_cents": "a promise",
    "FalseNotes.cents": "among the player's cash, and worth nothing by daylight",
}
"""What is called cents and is no money of its own, and why."""
ITEMS = {"Player.inventory", "Place.stock", "Growth.item", "Store.items", "Trip.items", "Intermediary.stock"}
STILL_CARRIED = "Danger.stakes"


def named(kind: Any) -> set[Any]:
    """The classes that a type is made of."""
    return {kind}.union(*(named(part) for part in get_args(kind)))


def fields(kind: type, seen: set[type]):
    """Every field of a struct and of those inside it: (its name with the struct's, its type)."""
    seen.add(kind)
    for name, hint in get_type_hints(kind).items():
        if name in kind.__struct_fields__:
            yield f"{kind.__name__}.{name}", hint
            inside = {part for part in named(hint) if isinstance(part, type) and issubclass(part, Struct)}
            for part in sorted(inside - seen, key=lambda part: part.__name__):
                yield from fields(part, seen)


def values(part: Any, name: str):
    """Every value in a state, with the name of the field that holds it; not those of what is only pointed at."""
    if name == STILL_CARRIED:
        return
    if isinstance(part, dict):
        part = tuple(part.values())
    if isinstance(part, tuple):
        for member in part:
            yield from values(member, name)
        return
    yield name, part
    if isinstance(part, Struct):
        for field in part.__struct_fields__:
            yield from values(getattr(part, field), f"{type(part).__name__}.{field}")


def check_ledger(state: State):
    found = list(values(state, "State"))
    assert money_cents(state) == sum(value for name, value in found if name in HELD)
    lying = Counter(value.item_id for _, value in found if isinstance(value, Item))
    assert lying == Counter(item.item_id for item in items(state))
    assert not lying or max(lying.values()) == 1


def test_every_field_of_money_is_held_or_known_not_to_be():
    cents = {name for name, _ in fields(State, set()) if name.endswith("cents")}
    assert cents == HELD | NOT_HELD.keys()


def test_every_field_of_items_is_counted():
    holding = {name for name, hint in fields(State, set()) if Item in named(hint)}
    assert holding == ITEMS | {STILL_CARRIED}


def test_the_ledger_counts_what_careers_leave_behind(book):
    for style in STYLES:
        table = LocalTable(11, book)
        play(table, Mind(STYLES[style], 11), 8)
        check_ledger(table.state)
