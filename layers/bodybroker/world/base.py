"""What the systems of the world have in common: bases of events and commands, and small tools for frozen maps."""

from collections.abc import Callable, Iterable, Mapping
from typing import Annotated, Any, ClassVar, TypeVar

from msgspec import Struct
from pydantic import BaseModel, ConfigDict, Field

from bodybroker.generation.entities import Item
from bodybroker.kernel.ids import PATTERN, EntityId

K = TypeVar("K")
V = TypeVar("V")

MINUTES_PER_DAY = 1440

PLAYER = EntityId("player")
"""The player where a bond, a belief or a memory asks for an entity: no entity of a world has such an id."""

Changes = dict[str, Any]
"""New values of fields of the state, by name."""
Applier = Callable[[Any, Any], Changes]
"""From a state and an event to what changes."""
Check = Callable[[Any, Any, Any], None]
"""Raises Refused when the rules forbid a command: (state, command, rules)."""
Decider = Callable[[Any, Any], None]
"""Adds to a draft what a command brings about: (draft, command)."""
View = dict[str, Any]
"""A part of what the player sees, as plain data."""

Id = Annotated[EntityId, Field(pattern=PATTERN, description="An entity's id, as the view gives it.")]
Word = Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]{0,39}$", description="A name from the rules, such as `heart`.")]


class BaseEvent(Struct, frozen=True, tag_field="type"):
    """An event. `VERSION` counts the shapes that its type has had on the wire."""

    VERSION: ClassVar[int] = 1


class KnownEvent(Struct, frozen=True, tag_field="type"):
    """The form in which the player may know an event that holds secrets: some of its fields, under the same tag."""


class BaseCommand(BaseModel):
    """A command of a player."""

    model_config = ConfigDict(extra="forbid", frozen=True, strict=True, defer_build=True)

    def plain(self) -> View:
        """Its fields as plain data, which they are: what `model_dump` gives, at a fraction of its price."""
        return dict(self.__dict__)


def by_id(items: Iterable[Item]) -> dict[EntityId, Item]:
    """Items in a map by their ids."""
    return {item.item_id: item for item in items}


def without(things: Mapping[K, V], gone: Iterable[K]) -> dict[K, V]:
    """A copy without the members named in `gone`; KeyError when one is not there."""
    left = dict(things)
    for key in gone:
        del left[key]
    return left


def ordered(things: Mapping[EntityId, V]) -> list[V]:
    """The members of a map of the state by id, so that a loaded state behaves like one that was folded."""
    return [things[key] for key in sorted(things)]


def seen_item(item: Item) -> View:
    """An item as the player sees it."""
    return {
        "item_id": item.item_id,
        "part": item.part,
        "quality": item.quality,
        "freshness": item.freshness,
        "contaminated": item.contaminated,
        "treated_for": item.treated_for,
    }
