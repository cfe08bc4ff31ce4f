"""Places: have one made, look at it, ask how it came to be; jobs: follow one, give it up."""

from typing import Annotated, Any, Literal

import bodybroker.doors.cold_start as cold_start
import msgspec
from bodybroker.doors.http import Answer, Call, serve
from bodybroker.doors.location_making import generator, reader
from bodybroker.doors.location_prefetch import prefetch_locations, prefetcher
from bodybroker.doors.operations import operation
from bodybroker.doors.parse import Body, Query
from bodybroker.generation.jobs import Job, Step
from bodybroker.kernel.ids import PATTERN, EntityId, WorldKey, parse_id
from bodybroker.services.generate_location import LaidOut
from bodybroker.services.read_location import Explanation, Found
from msgspec import Struct
from pydantic import Field

MOST_STEPS = 10_000


class NewLocation(Body):
    """Which place of the world to make. Layer 1 is its layout, made at once; layer 2 describes it, in a job of its own.

    A place that is made already is answered as it is, unless it is to be made `again`: then its seed is another.
    """

    place_id: Annotated[str, Field(pattern=PATTERN)]
    layer: Literal[1, 2] = 2
    again: bool = False


class After(Query):
    """Only what happened after the step `after`."""

    after: Annotated[int, Field(ge=0, le=MOST_STEPS)] = 0


class Links(Struct):
    """Where to look next: paths below the API's root."""

    job: str
    events: str
    location: str


class LocationJobBody(Struct):
    """A place that is being made: `queued`, `running`, `done`, `canceled` or `failed`.

    `described` of its `entities` have been described so far; those from a `fallback` were described without a model.
    `reason` says why it is over without a place. `digest` names the finished document, `title` what it is called.
    """

    job_id: str
    place_id: str
    status: str
    again: int
    entities: int
    described: int
    fallbacks: int
    created_at: str
    reason: str | None
    digest: str | None
    title: str | None
    links: Links


class LayoutBody(Struct):
    """What layer 1 makes of a place: its layout, and the entities that layer 2 describes. Lengths in cm, angles in
    degrees. With layer 2, `job` describes them; a place that is described already has none, and a `digest`."""

    place_id: str
    layer: int
    again: int
    location: dict[str, Any]
    job: LocationJobBody | None
    digest: str | None


class LocationBody(Struct):
    """A place as it was made; `digest` is the SHA-256 of its document, as canonical JSON. Lengths in cm, angles in
    degrees."""

    place_id: str
    digest: str
    kind: str
    title: str
    seed: int
    again: int
    location: dict[str, Any]


class ProvenanceBody(Struct):
    """How a place came to be. `layout`: layer 1 made from the seed again gives the `same` bytes, or `other` ones, or
    cannot be compared since the generators' `version` has changed."""

    place_id: str
    digest: str
    seed: int
    again: int
    generators: dict[str, int]
    layout: str
    entities: list[dict[str, Any]]


class StepList(Struct):
    """What happened to a job, oldest first. `is_over`: nothing more will."""

    events: list[Step]
    is_over: bool


@operation(
    "POST",
    "/worlds/{world}/locations",
    summary="Have a place made",
    request=NewLocation,
    responses={200: LayoutBody, 202: LayoutBody},
    idempotent=True,
)
def begin_location(call: Call) -> Answer:
    """Answers with the layout at once: 200, or 202 where a job goes on to describe it. One job makes a place at a time:
    whoever asks meanwhile is told of that one."""
    body = call.body(NewLocation)
    key, place_id = call.world, EntityId(body.place_id)
    if body.layer == 1:
        return Answer(200, _layout(1, generator().lay_out(key, place_id, again=body.again), None, key))
    begun = generator().begin(key, place_id, call.plan, call.idempotency_key, again=body.again)
    return Answer(200 if begun.job is None else 202, _layout(2, begun.laid_out, begun.job, key))


@operation(
    "GET", "/worlds/{world}/locations/{place}", summary="Look at a place that was made", responses={200: LocationBody}
)
def read_location(call: Call) -> Answer:
    """As the active branch of the world knows it: after a rewind, as it was made before."""
    return Answer(200, _location(_place(call), reader().find(call.world, _place(call))))


@operation(
    "GET",
    "/worlds/{world}/locations/{place}/provenance",
    summary="How a place came to be",
    responses={200: ProvenanceBody},
)
def explain_location(call: Call) -> Answer:
    """For each entity: who described it, from which prompt and seed, and why so where no model did."""
    return Answer(200, _provenance(reader().explain(call.world, _place(call))))


@operation("GET", "/worlds/{world}/jobs/{job}", summary="Look at a job", responses={200: LocationJobBody})
def read_job(call: Call) -> Answer:
    """A job is kept for some days after its end."""
    return Answer(200, _job(call.world, reader().job(call.world, _job_id(call))))


@operation("GET", "/worlds/{world}/jobs/{job}/events", summary="Follow a job", query=After, responses={200: StepList})
def follow_job(call: Call) -> Answer:
    """Ask again with the last event's `seq` until the job is over."""
    after = call.query(After).after
    job = reader().job(call.world, _job_id(call))
    return Answer(200, StepList([step for step in job.steps if step.seq > after], not job.is_open))


@operation("DELETE", "/worlds/{world}/jobs/{job}", summary="Give a job up", responses={200: LocationJobBody})
def cancel_job(call: Call) -> Answer:
    """A job that is over, or being written into the world, stays as it is: its `status` says so."""
    return Answer(200, _job(call.world, generator().cancel(call.world, _job_id(call))))


def _place(call: Call) -> EntityId:
    return EntityId(parse_id("place", call.path["place"]))


def _job_id(call: Call) -> str:
    return parse_id("job", call.path["job"])


def _layout(layer: int, made: LaidOut, job: Job | None, key: WorldKey) -> LayoutBody:
    return LayoutBody(
        place_id=made.draft.site.place_id,
        layer=layer,
        again=made.again,
        location=msgspec.to_builtins(made.draft),
        job=None if job is None else _job(key, job),
        digest=None if made.settled is None else made.settled.digest,
    )


def _job(key: WorldKey, job: Job) -> LocationJobBody:
    below = f"/worlds/{key.world}"
    described = {step.entity: step.source for step in job.steps if step.type == "described"}
    return LocationJobBody(
        job_id=job.job_id,
        place_id=job.place_id,
        status=job.status,
        again=job.again,
        entities=job.entities,
        described=len(described),
        fallbacks=sum(source == "fallback" for source in described.values()),
        created_at=job.created_at,
        reason=job.reason,
        digest=job.digest,
        title=job.title,
        links=Links(
            f"{below}/jobs/{job.job_id}",
            f"{below}/jobs/{job.job_id}/events",
            f"{below}/locations/{job.place_id}",
        ),
    )


def _location(place_id: EntityId, found: Found) -> LocationBody:
    made = found.settled
    document = msgspec.json.decode(found.document)
    return LocationBody(place_id, made.digest, made.kind, made.title, made.seed, made.again, document)


def _provenance(told: Explanation) -> ProvenanceBody:
    made = told.settled
    entities = msgspec.to_builtins(told.entities)
    return ProvenanceBody(told.place_id, made.digest, made.seed, made.again, told.generators, told.layout, entities)


OPERATIONS = (begin_location, prefetch_locations, read_location, explain_location, read_job, follow_job, cancel_job)
lambda_handler = serve(*OPERATIONS, prepare=(generator, reader, prefetcher))
cold_start.over()
