"""Turns: the player speaks to an NPC and hears it answer, token by token, as server-sent events.

An ASGI app behind the Lambda Web Adapter, which passes API Gateway's request context (with what the authorizer said) in
the header `x-amzn-request-context`. A turn runs in a task of its own: whoever hangs up may come back to it.
"""

import asyncio
import json
import os
from collections.abc import AsyncIterator, Awaitable, Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import asynccontextmanager
from dataclasses import dataclass
from functools import cache
from typing import Annotated, Any
from uuid import uuid4

import bodybroker.doors.cold_start as cold_start
import msgspec
from bodybroker.adapters import aws
from bodybroker.adapters.encounters_table import DynamoEncounters
from bodybroker.adapters.tapes_table import DynamoTapes
from bodybroker.doors import parse
from bodybroker.doors.event_stream import last_event_id, written
from bodybroker.doors.log import LOG
from bodybroker.doors.models import router
from bodybroker.doors.operations import EVENT_STREAM, operation, operation_of
from bodybroker.doors.problems import CONTENT_TYPE as PROBLEM
from bodybroker.doors.problems import problem, problem_headers, put_on_record
from bodybroker.doors.wiring import CLOCK, event_store, vault, world_rules
from bodybroker.kernel.errors import Fault, Malformed, NotFound, TooLarge, Unauthorized
from bodybroker.kernel.ids import PATTERN, EntityId, PlayerId, WorldId, WorldKey, parse_id
from bodybroker.minds import turns
from bodybroker.minds.gate import quote
from bodybroker.minds.reading import phrases
from bodybroker.ports.tapes import Tapes, Told
from bodybroker.services.answering import AnswerDesk
from bodybroker.services.handle_command import CommandDesk
from bodybroker.services.open_turn import OpenDesk, RunningTurn, Utterance
from bodybroker.services.prepare_encounter import EncounterDesk
from bodybroker.services.recording import Recorder
from bodybroker.services.retelling import RetellDesk
from bodybroker.services.take_turn import ToldTurn, Turn, TurnDesk
from bodybroker.services.taping import Telling
from bodybroker.services.turn_events import NAMES, Act, Failed
from bodybroker.world.talk.intents import Intent
from msgspec import Struct
from pydantic import Field, field_validator
from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response, StreamingResponse
from starlette.routing import Route

CONCURRENT_TURNS = 64
LAST_WORDS_S = 5
"""How long a stopping process waits for turns to be recorded."""

_encode = msgspec.json.Encoder().encode
_in_progress: set[asyncio.Task[None]] = set()

Npc = Annotated[str, Field(pattern=PATTERN)]


class Words(parse.Body):
    """What the player says, and to whom else beside the one spoken to: `others` stand by and may answer, too. `intent`
    is what the player does besides talking; with one, nothing need be said. `language` is that of the answer."""

    text: Annotated[str, Field(max_length=500)] = ""
    intent: Annotated[Intent, Field(discriminator="type")] | None = None
    others: Annotated[tuple[Npc, ...], Field(strict=False)] = ()
    language: str | None = None

    @field_validator("language")
    @classmethod
    def _is_spoken(cls, language: str | None) -> str | None:
        return turns.spoken(language)


class StoppedBody(Struct, frozen=True):
    """`is_over`: the turn had come to its end by itself."""

    turn_id: str
    is_over: bool


@dataclass(frozen=True)
class Desks:
    """What turns are taken with."""

    opening: OpenDesk
    taking: TurnDesk
    retelling: RetellDesk
    tapes: Tapes


@cache
def desks() -> Desks:
    settings, recorder = turns.load(), Recorder(CLOCK)
    assert phrases.load().compiled, "compiled here, so that no turn waits for it"
    client, table = aws.client("dynamodb"), os.environ["ENCOUNTERS_TABLE"]
    encounters = DynamoEncounters(client, table, os.environ["WORLDS_TABLE"], vault())
    tapes = DynamoTapes(client, table, vault(), CLOCK, settings.floor.tape_minutes)
    hosts = EncounterDesk(event_store(), encounters, world_rules(), settings, recorder)
    commands = CommandDesk(event_store(), world_rules(), recorder)
    opening = OpenDesk(commands, encounters, hosts, tapes, settings)
    taking = TurnDesk(commands, hosts, AnswerDesk(hosts, router(), settings, LOG), tapes, settings, LOG)
    return Desks(opening, taking, RetellDesk(opening, taking), tapes)


@operation(
    "POST",
    "/worlds/{world}/npcs/{npc}/turns",
    summary="Speak to an NPC",
    request=Words,
    responses={200: None},
    idempotent=True,
    problems=(409, 422),
    events={name: kind for kind, name in NAMES.items()} | {"act": Act},
)
async def speak(request: Request) -> Response:
    """The answer streams: `start` when an NPC begins to answer, then `token` after `token`, an `act` for each thing
    that is done besides talking, `done` when the turn is recorded. `cut` means: drop the line so far, another follows.
    Once the stream has begun a failure comes as `error`. Comments keep the connection alive. Whoever loses the
    connection asks for the turn (its id is the Idempotency-Key) with the header Last-Event-ID, and hears the rest.
    Speaking while another answer is under way interrupts that: what was heard of it is recorded. The same
    Idempotency-Key tells the same turn again."""
    return await _answer(request, _open)


@operation(
    "GET",
    "/worlds/{world}/npcs/{npc}/turns/{turn}",
    summary="Hear the rest of a turn",
    responses={200: None},
    problems=(404,),
    events={name: kind for kind, name in NAMES.items()} | {"act": Act},
)
async def listen(request: Request) -> Response:
    """The events of a turn after the one that the header Last-Event-ID names, all of them without it; of a turn that is
    under way the rest as it comes. Some minutes after its end a turn is told from the log, in one piece: then a `cut`
    tells whoever had heard some of it to drop that."""
    return await _answer(request, _come_back)


@operation(
    "DELETE",
    "/worlds/{world}/npcs/{npc}/turns/{turn}",
    summary="Stop a turn",
    responses={202: StoppedBody},
    problems=(404,),
)
async def stop(request: Request) -> Response:
    """The NPC falls silent within a moment: what was heard is recorded, what it would have done is not. The turn's
    stream ends with `done` as ever, or with `error` where nothing had been said."""
    context, correlation_id, headers = _begin(request)
    try:
        key, turn_id = _key(request, context), parse.turn_id(request.path_params["turn"])
        is_stopped = await asyncio.to_thread(desks().opening.stop, key, turn_id)
    except Exception as error:
        return _refusal(error, correlation_id, headers)
    return Response(_encode(StoppedBody(turn_id, not is_stopped)), 202, headers, "application/json")


async def not_found(request: Request, _: Exception) -> Response:
    """A path that comes this far and still is none of ours, or another method on it."""
    correlation_id, headers = _begin(request)[1:]
    return _refusal(NotFound("No such route.", code="route_not_found"), correlation_id, headers)


AnyTurn = Turn | ToldTurn | RunningTurn


async def _answer(request: Request, find: Callable[[Request, WorldKey, Any], Awaitable[AnyTurn]]) -> Response:
    """The stream of the turn that the request is about, or why there is none."""
    context, correlation_id, headers = _begin(request)
    try:
        turn = await find(request, _key(request, context), context.get("authorizer"))
    except Exception as error:
        return _refusal(error, correlation_id, headers)
    if not isinstance(turn, Turn):
        headers["idempotent-replayed"] = "true"
    events = written(_tell(turn, correlation_id), desks().opening.settings.ping_ms)
    return StreamingResponse(events, headers=headers, media_type=EVENT_STREAM)


async def _open(request: Request, key: WorldKey, authorizer: dict[str, Any]) -> AnyTurn:
    npc_id = EntityId(parse_id("npc", request.path_params["npc"]))
    turn_id = parse.idempotency_key(request.headers)
    after = last_event_id(request.headers)
    words = parse.read_body(await _body(request), Words)
    text = quote(words.text)
    _check(words, text, npc_id)
    others = tuple(EntityId(other) for other in words.others)
    said = Utterance(npc_id, text, turn_id, parse.plan(authorizer), others, words.language, words.intent, after)
    return await asyncio.to_thread(desks().opening.open, key, said)


def _check(words: Words, text: str, npc_id: EntityId) -> None:
    """Raises Malformed with every fault that only the settings and the other fields can tell."""
    settings = desks().opening.settings
    faults: list[Fault] = []
    if not text and (words.text or words.intent is None):
        faults.append({"path": "text", "message": "holds no visible character"})
    if len({npc_id, *words.others}) <= len(words.others):
        faults.append({"path": "others", "message": "names somebody twice"})
    if len(words.others) >= settings.company.most_present:
        faults.append({"path": "others", "message": f"with them more than {settings.company.most_present} are there"})
    if faults:
        raise Malformed(f"The request has {len(faults)} fault(s).", faults=faults)


async def _come_back(request: Request, key: WorldKey, _: dict[str, Any]) -> AnyTurn:
    turn_id, after = parse.turn_id(request.path_params["turn"]), last_event_id(request.headers)
    return await asyncio.to_thread(desks().opening.come_back, key, turn_id, after)


def _begin(request: Request) -> tuple[dict[str, Any], str, dict[str, str]]:
    """What API Gateway knows of the request, its correlation id, and the headers of its answer."""
    context = _request_context(request)
    correlation_id = parse.correlation_id(request.headers, context.get("requestId") or str(uuid4()))
    LOG.bind(correlation_id)
    return context, correlation_id, {"x-correlation-id": correlation_id, "cache-control": "no-store"}


def _key(request: Request, context: dict[str, Any]) -> WorldKey:
    if (player := (context.get("authorizer") or {}).get("player_id")) is None:
        raise Unauthorized("Sign in first.")
    parse_id("npc", request.path_params["npc"])
    return WorldKey(PlayerId(player), WorldId(parse_id("world", request.path_params["world"])))


def _request_context(request: Request) -> dict[str, Any]:
    try:
        context = json.loads(request.headers.get("x-amzn-request-context", "{}"))
    except ValueError:
        return {}
    return context if isinstance(context, dict) else {}


async def _body(request: Request) -> bytes:
    body = b""
    async for chunk in request.stream():
        body += chunk
        if len(body) > parse.BODY_LIMIT:
            raise TooLarge(f"A body may have {parse.BODY_LIMIT} bytes.")
    return body


def _refusal(error: Exception, correlation_id: str, headers: dict[str, str]) -> Response:
    put_on_record(LOG, error)
    document = problem(error, correlation_id)
    return Response(_encode(document), document["status"], headers | problem_headers(error), PROBLEM)


def _tell(turn: AnyTurn, correlation_id: str) -> "asyncio.Queue[Told | None]":
    """Has the turn told in a task of its own: one who hangs up does not end it. What is heard is in the queue."""

    def failed(error: Exception) -> Failed:
        put_on_record(LOG, error)
        return Failed(problem(error, correlation_id))

    if isinstance(turn, Turn):
        opening, taking = desks().opening, desks().taking
        telling = Telling(desks().tapes, turn.key, turn.floor, opening.settings.floor, LOG)
        heard = telling.heard

        async def work_on() -> None:
            joined = await telling.run(lambda listener: taking.take(turn, listener), failed)
            if joined is not None:
                await desks().retelling.tell_into(heard, joined, failed)

        work = work_on()
    else:
        heard = asyncio.Queue()
        work = desks().retelling.tell_into(heard, turn, failed)
    task = asyncio.create_task(work)
    _in_progress.add(task)
    task.add_done_callback(_in_progress.discard)
    return heard


@asynccontextmanager
async def _lifespan(_: Starlette) -> AsyncIterator[None]:
    """Builds everything in Lambda's start-up phase, which has a full core; waits for turns under way at the end."""
    asyncio.get_running_loop().set_default_executor(ThreadPoolExecutor(CONCURRENT_TURNS, thread_name_prefix="turn"))
    desks()
    yield
    if _in_progress:
        await asyncio.wait(_in_progress, timeout=LAST_WORDS_S)


OPERATIONS = (speak, listen, stop)
app = Starlette(
    routes=[
        Route(operation_of(handler).path, handler, methods=[operation_of(handler).method]) for handler in OPERATIONS
    ],
    exception_handlers={HTTPException: not_found},
    lifespan=_lifespan,
)
app.router.redirect_slashes = False  # a redirect would name the host behind the gateway
cold_start.over()
