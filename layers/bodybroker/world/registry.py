"""The registry of entities: whatever in a state carries a provenance, wherever in the state it lies."""

from collections.abc import Collection, Iterator
from typing import Any

from msgspec import Struct
from msgspec.structs import replace

from bodybroker.generation.entities import Provenance
from bodybroker.kernel.ids import EntityId
from bodybroker.world.base import PLAYER
from bodybroker.world.conditions import is_present
from bodybroker.world.places import hideout_id
from bodybroker.world.state import State


class Entity(Struct, frozen=True, omit_defaults=True):
    """An entity: what it is, whose it is (`player`, or an entity's id), at which place it is, what made it."""

    entity_id: EntityId
    type: str
    name: str
    provenance: Provenance
    owner: str | None = None
    place_id: EntityId | None = None


class _Around(Struct, frozen=True):
    """What surrounds a part of the state; `places` are all that there are."""

    places: Collection[EntityId]
    owner: str | None = None
    place_id: EntityId | None = None


def entities(state: State) -> list[Entity]:
    """Every entity of a state, by id."""
    home = hideout_id(state)
    nowhere = _Around(state.places)
    around = {
        "player": _Around(state.places, PLAYER, state.player.place_id),
        "lab": _Around(state.places, PLAYER, home),
        "empire": _Around(state.places, PLAYER),
    }
    found: dict[EntityId, Entity] = {}
    for name in state.__struct_fields__:
        for entity in _walk(getattr(state, name), around.get(name, nowhere)):
            found.setdefault(entity.entity_id, entity)
    return [found[entity_id] for entity_id in sorted(found)]


def known_entities(state: State) -> list[Entity]:
    """Those that the player may know of: places, houses, who is here or made an offer, what is the player's."""
    return [entity for entity in entities(state) if _is_known(state, entity)]


def _is_known(state: State, entity: Entity) -> bool:
    match entity.type:
        case "place" | "house":
            return True
        case "npc":
            here = entity.place_id == state.player.place_id and is_present(state, state.npcs[entity.entity_id])
            return here or entity.entity_id in state.market.offers
        case _:
            return entity.owner == PLAYER


def _walk(part: Any, around: _Around) -> Iterator[Entity]:
    """The entities inside a part of the state."""
    if isinstance(part, dict):
        for key, member in part.items():
            yield from _member(key, member, around)
    elif isinstance(part, tuple):
        for member in part:
            yield from _visit(member, around)
    elif isinstance(part, Struct):
        for name in part.__struct_fields__:
            yield from _visit(getattr(part, name), around)


def _visit(part: Any, around: _Around) -> Iterator[Entity]:
    if _is_made(part):
        yield _entity(part, around)
    yield from _walk(part, around)


def _member(key: str, member: Any, around: _Around) -> Iterator[Entity]:
    """A member of a map. Where it is an entity itself, what lies inside it belongs to it."""
    core = _core(member)
    if core is None or _id(core)[1] != key:
        yield from _visit(member, replace(around, place_id=key) if key in around.places else around)
        return
    entity = _entity(core, around)
    yield entity
    inside = replace(around, owner=entity.entity_id, place_id=entity.place_id)
    for name in member.__struct_fields__:
        if (part := getattr(member, name)) is not core:
            yield from _visit(part, inside)


def _core(member: Any) -> Struct | None:
    """The entity that a member of a map is: itself, or the part of it that was made (a character, a site)."""
    if not isinstance(member, Struct):
        return None
    parts = (member, *(getattr(member, name) for name in member.__struct_fields__))
    return next(filter(_is_made, parts), None)


def _is_made(part: Any) -> bool:
    return isinstance(part, Struct) and isinstance(getattr(part, "provenance", None), Provenance)


def _entity(core: Struct, around: _Around) -> Entity:
    kind, entity_id = _id(core)
    name = next(getattr(core, field) for field in ("name", "kind", "part") if hasattr(core, field))
    place = getattr(core, "haunt_id", None) or getattr(core, "place_id", None) or around.place_id
    return Entity(entity_id, kind, name, core.provenance, around.owner, place)  # type: ignore[attr-defined]


def _id(core: Struct) -> tuple[str, EntityId]:
    """What an entity calls its kind and itself: the name and the value of its first field, such as `npc_id`."""
    first = core.__struct_fields__[0]
    return first.removesuffix("_id"), getattr(core, first)
