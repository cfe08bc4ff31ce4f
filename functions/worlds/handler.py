"""Worlds: begin one, list them, look around in one."""

from typing import Annotated, Any

from bodybroker.doors.http import Answer, Call, replay_header, serve
from bodybroker.doors.operations import operation
from bodybroker.doors.parse import Body, Name, Query
from bodybroker.doors.wiring import CLOCK, event_store, projections, world_rules
from bodybroker.doors.worlds import WorldBody, world_body
from bodybroker.kernel.errors import Fault, Malformed
from bodybroker.kernel.ids import PATTERN, WorldId
from bodybroker.kernel.random import SEED_LIMIT
from bodybroker.services.create_world import create_world
from bodybroker.services.read_world import read_world
from bodybroker.services.recording import Outcome, Recorder
from msgspec import Struct
from pydantic import Field

RECORDER = Recorder(CLOCK)


class NewWorld(Body):
    """A world to begin. The same seed makes the same city; without one a random seed is drawn.

    `difficulty` is a level of difficulty.yaml: `story`, `normal`, `hard`, `nightmare`.
    """

    seed: Annotated[int, Field(ge=0, lt=SEED_LIMIT)] | None = None
    name: Name = ""
    difficulty: Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]{0,39}$")] | None = None


class Page(Query):
    """A page of worlds: `cursor` is the `next_cursor` of the page before."""

    limit: Annotated[int, Field(ge=1, le=100)] = 20
    cursor: Annotated[str, Field(pattern=PATTERN)] | None = None


class Sections(Query):
    """Which sections of the view are wanted, such as `player,place`; all of them unless named."""

    fields: Annotated[str, Field(pattern=r"^[a-z_]+(,[a-z_]+)*$", max_length=200)] | None = None


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
    return Answer(201, world_body(key.world, outcome), replay_header(outcome.replayed))


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


@operation("GET", "/worlds/{world}", summary="Look around", query=Sections, responses={200: WorldBody})
def look(call: Call) -> Answer:
    """What the player sees now, and which actions are open."""
    wanted = call.query(Sections).fields
    loaded = read_world(event_store(), call.world)
    body = world_body(call.world.world, Outcome(loaded.head, loaded.state, ()))
    if wanted is not None:
        body.view = _only(body.view, wanted.split(","))
    return Answer(200, body)


def _only(view: dict[str, Any], names: list[str]) -> dict[str, Any]:
    unknown = [name for name in names if name not in view]
    if unknown:
        faults: list[Fault] = [{"path": "fields", "message": f"no such section: {name}"} for name in unknown]
        raise Malformed("The view has no such section.", code="invalid_query", faults=faults)
    return {name: view[name] for name in names}


OPERATIONS = (begin_world, list_worlds, look)
lambda_handler = serve(*OPERATIONS, prepare=(event_store, projections, world_rules))
