"""Worlds: begin one, look at it, read its history, go back in it."""

from typing import Annotated, Any

from bodybroker.doors.http import Answer, Call, replay_header, serve
from bodybroker.doors.operations import operation
from bodybroker.doors.parse import Body, Query
from bodybroker.doors.wiring import CLOCK, event_store, projections, world_rules
from bodybroker.kernel.ids import PATTERN, WorldId
from bodybroker.kernel.random import SEED_LIMIT
from bodybroker.ports import Head
from bodybroker.services.branch_world import branch_world
from bodybroker.services.create_world import create_world
from bodybroker.services.read_world import read_branches, read_history, read_world
from bodybroker.services.recording import Recorder
from bodybroker.world import state, views
from bodybroker.world.known import Known, as_known
from bodybroker.world.state import State
from msgspec import Struct
from pydantic import Field

RECORDER = Recorder(CLOCK)
Name = Annotated[str, Field(max_length=64, pattern=r"^[^\x00-\x1f\x7f]*$")]


class NewWorld(Body):
    """A world to begin. The same seed makes the same city; without one a random seed is drawn.

    `difficulty` is a level of difficulty.yaml: `story`, `normal`, `hard`, `nightmare`.
    """

    seed: Annotated[int, Field(ge=0, lt=SEED_LIMIT)] | None = None
    name: Name = ""
    difficulty: Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]{0,39}$")] | None = None


class NewBranch(Body):
    """Where to fork the active branch: after event `at_version`."""

    at_version: Annotated[int, Field(ge=1)]
    name: Name = ""


class Page(Query):
    """A page of worlds: `cursor` is the `next_cursor` of the page before."""

    limit: Annotated[int, Field(ge=1, le=100)] = 20
    cursor: Annotated[str, Field(pattern=PATTERN)] | None = None


class Span(Query):
    """A stretch of history: up to `limit` events above version `after`."""

    after: Annotated[int, Field(ge=0)] = 0
    limit: Annotated[int, Field(ge=1, le=500)] = 100


class WorldBody(Struct):
    """A world as it stands. `version` counts the events of its history; `hash` is the SHA-256 of its whole state."""

    world_id: str
    branch_id: str
    version: int
    hash: str
    view: dict[str, Any]


class WorldSummary(Struct):
    """A world in the list; the list follows the worlds themselves with a small delay."""

    world_id: str
    name: str
    branch_id: str
    version: int
    seed: int
    minute: int
    phase: str
    money_cents: int
    created_at: str
    updated_at: str


class WorldList(Struct, omit_defaults=True):
    """One page; `next_cursor` is there while more may follow."""

    worlds: list[WorldSummary]
    next_cursor: str | None = None


class History(Struct):
    """Events of the active branch and of what came before it, oldest first, as far as the player may know them."""

    events: list[Known]


class BranchBody(Struct):
    """A line of history. Its events follow event `forked_at` of its parent."""

    branch_id: str
    parent_id: str | None
    forked_at: int
    name: str
    created_at: str
    active: bool


class BranchList(Struct):
    """Every branch of a world, oldest first; the last is the active one."""

    branches: list[BranchBody]


@operation(
    "POST",
    "/worlds",
    summary="Begin a world",
    request=NewWorld,
    responses={201: WorldBody},
    idempotent=True,
    problems=(422,),
)
def begin_world(call: Call) -> Answer:
    """Layer 1 makes a district, its places and its people from the seed."""
    body = call.body(NewWorld)
    key, outcome = create_world(
        event_store(),
        world_rules(),
        RECORDER,
        call.player,
        call.idempotency_key,
        body.seed,
        body.name,
        body.difficulty,
    )
    return Answer(201, _world(key.world, outcome.head, outcome.state), replay_header(outcome.replayed))


@operation("GET", "/worlds", summary="List your worlds", query=Page, responses={200: WorldList})
def list_worlds(call: Call) -> Answer:
    """Oldest first."""
    page = call.query(Page)
    cursor = None if page.cursor is None else WorldId(page.cursor)
    found = projections().list_worlds(call.player, cursor, page.limit)
    worlds = [
        WorldSummary(
            world_id=summary.world_id,
            name=summary.name,
            branch_id=summary.branch_id,
            version=summary.last_seq,
            seed=summary.seed,
            minute=summary.minute,
            phase=summary.phase,
            money_cents=summary.money_cents,
            created_at=summary.created_at,
            updated_at=summary.updated_at,
        )
        for summary in found
    ]
    return Answer(200, WorldList(worlds, worlds[-1].world_id if len(worlds) == page.limit else None))


@operation("GET", "/worlds/{world}", summary="Look around", responses={200: WorldBody})
def look(call: Call) -> Answer:
    """What the player sees now, and which actions are open."""
    loaded = read_world(event_store(), call.world)
    return Answer(200, _world(call.world.world, loaded.head, loaded.state))


@operation("GET", "/worlds/{world}/events", summary="Read the history", query=Span, responses={200: History})
def history(call: Call) -> Answer:
    """The events of the active branch's lineage."""
    span = call.query(Span)
    found = read_history(event_store(), call.world, span.after, span.limit)
    return Answer(200, History([as_known(recorded) for recorded in found]))


@operation("GET", "/worlds/{world}/branches", summary="List the branches", responses={200: BranchList})
def list_branches(call: Call) -> Answer:
    """Every rewind began a branch; none is ever deleted."""
    branches = read_branches(event_store(), call.world)
    bodies = [
        BranchBody(
            branch_id=branch.branch_id,
            parent_id=None if branch.parent is None else branches[branch.parent].branch_id,
            forked_at=branch.forked_at,
            name=branch.name,
            created_at=branch.created_at,
            active=branch is branches[-1],
        )
        for branch in branches
    ]
    return Answer(200, BranchList(bodies))


@operation(
    "POST",
    "/worlds/{world}/branches",
    summary="Rewind: continue from an earlier event on a new branch",
    request=NewBranch,
    responses={201: WorldBody},
    idempotent=True,
    problems=(409, 422),
)
def rewind(call: Call) -> Answer:
    """The new branch becomes the active one. Nobody in it remembers what came after the fork."""
    body = call.body(NewBranch)
    outcome = branch_world(event_store(), RECORDER, call.world, call.idempotency_key, body.at_version, body.name)
    return Answer(201, _world(call.world.world, outcome.head, outcome.state), replay_header(outcome.replayed))


def _world(world: WorldId, head: Head, now: State) -> WorldBody:
    return WorldBody(world, head.branch_id, head.version, state.hash(now), views.view(now, world_rules()))


OPERATIONS = (begin_world, list_worlds, look, history, list_branches, rewind)
lambda_handler = serve(*OPERATIONS, prepare=(event_store, projections, world_rules))
