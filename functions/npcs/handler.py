"""NPCs: what they hold of others and to be true, and why. Reads only. What the player sees of it the game says."""

from typing import Annotated

from bodybroker.doors.http import Answer, Call, serve
from bodybroker.doors.operations import operation
from bodybroker.doors.parse import Query
from bodybroker.doors.wiring import event_store, world_rules
from bodybroker.kernel.errors import NotFound
from bodybroker.kernel.ids import PATTERN, EntityId, parse_id
from bodybroker.services.read_bonds import read_bonds
from bodybroker.services.read_world import read_world
from bodybroker.world.beliefs.tracing import HeldBelief, held
from bodybroker.world.bonds.views import Held, Turning
from msgspec import Struct
from pydantic import Field

Whom = Annotated[str, Field(pattern=rf"^player$|{PATTERN}", description="`player`, or an NPC's id.")]


class Page(Query):
    """Whom it is about (everybody unless named), and a page of what changed: up to `limit` before version `before`."""

    towards: Whom | None = None
    before: Annotated[int, Field(ge=1)] | None = None
    limit: Annotated[int, Field(ge=1, le=500)] = 50


class BondList(Struct, omit_defaults=True):
    """What an NPC holds of others at `version`, and what made it so, the latest first.

    `next_before` is there while more may follow: it is the `before` of the next page, also where this one is empty.
    """

    npc_id: str
    version: int
    bonds: list[Held]
    why: list[Turning]
    next_before: int | None = None


@operation(
    "GET",
    "/worlds/{world}/npcs/{npc}/bonds",
    summary="What an NPC holds of others",
    query=Page,
    responses={200: BondList},
)
def bonds(call: Call) -> Answer:
    """Trust, fear, respect, desire and debt, where each rests, and the history of the active branch that moved it."""
    page = call.query(Page)
    npc_id = EntityId(parse_id("npc", call.path["npc"]))
    found = read_bonds(
        event_store(),
        call.world,
        npc_id,
        world_rules(),
        towards=None if page.towards is None else EntityId(page.towards),
        before=page.before,
        limit=page.limit,
    )
    return Answer(200, BondList(npc_id, found.version, found.held, found.why, found.next_before))


class Tracing(Query):
    """Whether every belief comes with its reasons, each followed back to where it began."""

    why: bool = False


class BeliefList(Struct):
    """What an NPC holds to be true at `version`, surest first."""

    npc_id: str
    version: int
    beliefs: list[HeldBelief]


@operation(
    "GET",
    "/worlds/{world}/npcs/{npc}/beliefs",
    summary="What an NPC holds to be true",
    query=Tracing,
    responses={200: BeliefList},
)
def beliefs(call: Call) -> Answer:
    """What it saw, was told, concluded or was lied to about, true or not; with `why` who has it from whom."""
    npc_id = EntityId(parse_id("npc", call.path["npc"]))
    state = read_world(event_store(), call.world).state
    if npc_id not in state.npcs:
        raise NotFound("Nobody of that id lives in this world.", code="unknown_npc")
    found = held(state, world_rules(), npc_id, why=call.query(Tracing).why)
    return Answer(200, BeliefList(npc_id, state.version, found))


OPERATIONS = (bonds, beliefs)
lambda_handler = serve(*OPERATIONS, prepare=(event_store, world_rules))
