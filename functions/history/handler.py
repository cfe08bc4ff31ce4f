"""History: what happened in a world, what that changed, and which things there are in it. Reads only."""

from typing import Annotated

from bodybroker.doors.http import Answer, Call, serve
from bodybroker.doors.operations import operation
from bodybroker.doors.parse import Query
from bodybroker.doors.wiring import event_store
from bodybroker.kernel.errors import NotFound
from bodybroker.kernel.ids import PATTERN, BranchId, parse_id
from bodybroker.services.compare_versions import compare_versions
from bodybroker.services.read_history import read_history
from bodybroker.services.read_world import read_world
from bodybroker.world.diff import Change
from bodybroker.world.known import TYPES, Known, as_known
from bodybroker.world.registry import Entity, known_entities
from msgspec import Struct
from pydantic import Field, field_validator

Id = Annotated[str, Field(pattern=PATTERN)]


class Span(Query):
    """A page of a branch's history (the active branch's unless named): up to `limit` events above version `after`.

    `type` names the types of events that are wanted, such as `part_sold,offer_made`; all of them unless named.
    """

    after: Annotated[int, Field(ge=0)] = 0
    limit: Annotated[int, Field(ge=1, le=500)] = 100
    branch: Id | None = None
    type: Annotated[str, Field(max_length=500)] | None = None

    @field_validator("type")
    @classmethod
    def _known_types(cls, value: str) -> str:
        unknown = [name for name in value.split(",") if name not in TYPES]
        if unknown:
            raise ValueError(f"no such type: {', '.join(unknown)}")
        return value


class Versions(Query):
    """Two versions: of `branch` (the active one unless named), the older one of `from_branch` where that is given."""

    older: Annotated[int, Field(ge=1, alias="from")]
    newer: Annotated[int, Field(ge=1, alias="to")]
    branch: Id | None = None
    from_branch: Id | None = None


class Choice(Query):
    """Which entities are wanted; `owner` is `player` or an entity's id.

    `cursor` is the `next_cursor` of the page before.
    """

    type: Annotated[str, Field(pattern=r"^[a-z_]{1,40}$")] | None = None
    place: Id | None = None
    owner: Annotated[str, Field(pattern=rf"^player$|{PATTERN}", description="`player`, or an entity's id.")] | None = (
        None
    )
    limit: Annotated[int, Field(ge=1, le=500)] = 100
    cursor: Id | None = None


class History(Struct, omit_defaults=True):
    """Events of a branch and of what came before it, oldest first, as far as the player may know them.

    `next_after` is there while more may follow: it is the `after` of the next page, also where this one is empty.
    """

    events: list[Known]
    next_after: int | None = None


class Difference(Struct):
    """What differs between two versions, as far as the player may know it: by type, then by path."""

    from_version: int
    to_version: int
    changes: list[Change]


class EntityList(Struct, omit_defaults=True):
    """A page of entities by id; `next_cursor` is there while more follow."""

    entities: list[Entity]
    next_cursor: str | None = None


@operation("GET", "/worlds/{world}/events", summary="Read the history", query=Span, responses={200: History})
def history(call: Call) -> Answer:
    """The events of a branch's lineage. A page of some types may hold fewer than there are: follow `next_after`."""
    span = call.query(Span)
    page = read_history(
        event_store(),
        call.world,
        span.after,
        span.limit,
        branch_id=_branch(span.branch),
        types=frozenset(span.type.split(",")) if span.type else (),
    )
    return Answer(200, History([as_known(recorded) for recorded in page.events], page.next_after))


@operation(
    "GET",
    "/worlds/{world}/diff",
    summary="Compare two versions",
    query=Versions,
    responses={200: Difference},
    problems=(422,),
)
def compare(call: Call) -> Answer:
    """Any two versions of any branches, in either order. What the player cannot know is left out."""
    asked = call.query(Versions)
    newer = _branch(asked.branch)
    older = _branch(asked.from_branch) or newer
    changes = compare_versions(event_store(), call.world, (older, asked.older), (newer, asked.newer))
    return Answer(200, Difference(asked.older, asked.newer, changes))


@operation("GET", "/worlds/{world}/entities", summary="List entities", query=Choice, responses={200: EntityList})
def list_entities(call: Call) -> Answer:
    """Whatever has an id in the world, as far as the player may know of it: whose it is, where it is, what made it."""
    choice = call.query(Choice)
    found = [
        entity
        for entity in known_entities(read_world(event_store(), call.world).state)
        if choice.type in (None, entity.type)
        and choice.place in (None, entity.place_id)
        and choice.owner in (None, entity.owner)
        and entity.entity_id > (choice.cursor or "")
    ]
    page = found[: choice.limit]
    return Answer(200, EntityList(page, page[-1].entity_id if len(found) > len(page) else None))


@operation("GET", "/worlds/{world}/entities/{entity}", summary="Look an entity up", responses={200: Entity})
def find_entity(call: Call) -> Answer:
    """What the player cannot know of does not exist here."""
    entity_id = parse_id("entity", call.path["entity"])
    for entity in known_entities(read_world(event_store(), call.world).state):
        if entity.entity_id == entity_id:
            return Answer(200, entity)
    raise NotFound("You know of no such thing in this world.", code="unknown_entity")


def _branch(given: str | None) -> BranchId | None:
    return None if given is None else BranchId(given)


OPERATIONS = (history, compare, list_entities, find_entity)
lambda_handler = serve(*OPERATIONS, prepare=(event_store,))
