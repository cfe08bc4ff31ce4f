"""The door to places that are made ahead: where the player is comes in, what is made now and why goes out."""

from functools import cache
from typing import Annotated

from msgspec import Struct
from pydantic import Field

from bodybroker.doors.http import Answer, Call
from bodybroker.doors.location_making import generator
from bodybroker.doors.operations import operation
from bodybroker.doors.parse import Body
from bodybroker.doors.spending import budgets
from bodybroker.doors.wiring import CLOCK, world_rules
from bodybroker.generation import prefetch_rules
from bodybroker.generation.entities import Point
from bodybroker.generation.prefetch import Position, Reason, Wanted
from bodybroker.kernel.ids import PATTERN, EntityId
from bodybroker.models import budget
from bodybroker.models.calls import Payer
from bodybroker.services.prefetch_locations import Ahead, Prefetcher
from bodybroker.services.recording import Recorder

FARTHEST_CM = 10_000_000
MOST_ERRANDS = 16


class Spot(Body):
    """A spot on the district's ground, in cm from its south-west corner."""

    x_cm: Annotated[int, Field(ge=-FARTHEST_CM, le=FARTHEST_CM)]
    y_cm: Annotated[int, Field(ge=-FARTHEST_CM, le=FARTHEST_CM)]


class Whereabouts(Body):
    """Where the player is: in the place `place_id`, `at` which spot, `heading` where (degrees, 0 to the east,
    counter-clockwise seen from above). `objectives` are places where the client's own quests lead; orders, favours and
    the story's objectives the world knows itself."""

    place_id: Annotated[str, Field(pattern=PATTERN)]
    at: Spot | None = None
    heading: Annotated[int, Field(ge=0, le=359)] | None = None
    objectives: Annotated[tuple[Annotated[str, Field(pattern=PATTERN)], ...], Field(max_length=MOST_ERRANDS)] = ()


class WantedBody(Struct):
    """A place that is not made yet: its score, the sum of its reasons' points, and the walk there in game minutes.

    `job_id` is the job that makes it; without one it waits for `slots`, for `calls`, or for what makes it `worth` it.
    """

    place_id: str
    name: str
    score: int
    minutes: int | None
    reasons: list[Reason]
    job_id: str | None = None
    waits: str | None = None


class CanceledBody(Struct):
    """A job that was given up: its place is `made`, `unworthy`, or `displaced` by one that is wanted more."""

    job_id: str
    place_id: str
    name: str
    why: str


class ScheduleBody(Struct):
    """What is made ahead: what was `begun` now, in order of importance, what is `under_way`, what was `canceled`, what
    comes `later`. `calls` is how many calls of a model all of it may take."""

    begun: list[WantedBody]
    under_way: list[WantedBody]
    canceled: list[CanceledBody]
    later: list[WantedBody]
    calls: int


@cache
def prefetcher() -> Prefetcher:
    """Who has places made ahead."""
    return Prefetcher(generator(), budgets(), budget.load(), prefetch_rules.load(), world_rules(), Recorder(CLOCK))


@operation(
    "POST",
    "/worlds/{world}/locations/prefetch",
    summary="Have places made ahead",
    request=Whereabouts,
    responses={200: ScheduleBody},
)
def prefetch_locations(call: Call) -> Answer:
    """Best called on every arrival, at dusk, and when the player turns around. What will be wanted next is begun, what
    became moot is given up; asked again, it begins nothing twice."""
    body = call.body(Whereabouts)
    at = None if body.at is None else Point(body.at.x_cm, body.at.y_cm)
    position = Position(EntityId(body.place_id), at, body.heading)
    payer = Payer(call.player, call.plan, call.world.world)
    ahead = prefetcher().prefetch(call.world, payer, position, [EntityId(one) for one in body.objectives])
    return Answer(200, _schedule(ahead))


def _schedule(ahead: Ahead) -> ScheduleBody:
    return ScheduleBody(
        begun=[_wanted(ahead, wanted, job_id=job.job_id) for wanted, job in ahead.begun],
        under_way=[_wanted(ahead, kept.wanted, job_id=kept.job.job_id) for kept in ahead.kept],
        canceled=[
            CanceledBody(one.job.job_id, one.job.place_id, ahead.names[one.job.place_id], one.why)
            for one in ahead.canceled
        ],
        later=[_wanted(ahead, later.wanted, waits=later.waits) for later in ahead.later],
        calls=ahead.calls,
    )


def _wanted(ahead: Ahead, wanted: Wanted, *, job_id: str | None = None, waits: str | None = None) -> WantedBody:
    name = ahead.names[wanted.place_id]
    return WantedBody(wanted.place_id, name, wanted.score, wanted.minutes, [*wanted.reasons], job_id, waits)
