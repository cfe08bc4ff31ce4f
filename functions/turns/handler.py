"""Turns: the player speaks to an NPC and hears it answer, token by token, as server-sent events.

An ASGI app behind the Lambda Web Adapter, which passes API Gateway's request context (with what the authorizer said) in
the header `x-amzn-request-context`.
"""

import asyncio
import json
import os
from collections.abc import AsyncIterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import asynccontextmanager
from functools import cache
from typing import Annotated, Any
from uuid import uuid4

import bodybroker.doors.cold_start as cold_start
import msgspec
from bodybroker.adapters import aws
from bodybroker.adapters.encounters_table import DynamoEncounters
from bodybroker.doors import parse
from bodybroker.doors.log import LOG
from bodybroker.doors.models import router
from bodybroker.doors.operations import EVENT_STREAM, operation, operation_of
from bodybroker.doors.problems import CONTENT_TYPE as PROBLEM
from bodybroker.doors.problems import problem, problem_headers, put_on_record
from bodybroker.doors.wiring import CLOCK, event_store, vault, world_rules
from bodybroker.kernel.errors import Malformed, NotFound, TooLarge, Unauthorized
from bodybroker.kernel.ids import EntityId, PlayerId, WorldId, WorldKey, parse_id
from bodybroker.minds import turns
from bodybroker.minds.line import quote_safely
from bodybroker.services.handle_command import CommandDesk
from bodybroker.services.prepare_encounter import EncounterDesk
from bodybroker.services.recording import Recorder
from bodybroker.services.take_turn import ToldTurn, Turn, TurnDesk
from bodybroker.services.turn_events import Act, Cut, Done, Listener, Started, Token, TurnEvent
from msgspec import Struct
from pydantic import Field
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


class Words(parse.Body):
    """What the player says."""

    text: Annotated[str, Field(min_length=1, max_length=500)]


class Failed(Struct, frozen=True):
    """The turn could not be recorded; `problem` says why."""

    problem: dict[str, Any]


NAMES: dict[type, str] = {Started: "start", Token: "token", Cut: "cut", Done: "done", Failed: "error"}
"""Names of server-sent events; everything else that happens is an `act`."""


@cache
def desk() -> TurnDesk:
    settings, recorder = turns.load(), Recorder(CLOCK)
    encounters = DynamoEncounters(
        aws.client("dynamodb"), os.environ["ENCOUNTERS_TABLE"], os.environ["WORLDS_TABLE"], vault()
    )
    return TurnDesk(
        commands=CommandDesk(event_store(), world_rules(), recorder),
        encounters=encounters,
        encounter_desk=EncounterDesk(event_store(), encounters, world_rules(), settings, recorder),
        router=router(),
        settings=settings,
        log=LOG,
    )


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
    """The answer streams: `start`, then `token` after `token`, an `act` for each thing that the NPC does besides
    talking, `done` when the turn is recorded. `cut` means: drop the line so far, another follows. Once the stream has
    begun a failure comes as `error`. Comments keep the connection alive. Whoever hangs up has heard what was sent: that
    much is recorded. The same Idempotency-Key tells the recorded turn again."""
    context = _request_context(request)
    correlation_id = parse.correlation_id(request.headers, context.get("requestId") or str(uuid4()))
    LOG.bind(correlation_id)
    headers = {"x-correlation-id": correlation_id, "cache-control": "no-store"}
    try:
        turn = await _open(request, context)
    except Exception as error:
        return _refusal(error, correlation_id, headers)
    if isinstance(turn, ToldTurn):
        headers["idempotent-replayed"] = "true"
    return StreamingResponse(_stream(turn, correlation_id), headers=headers, media_type=EVENT_STREAM)


async def not_found(request: Request, _: Exception) -> Response:
    """A path that comes this far and still is none of ours, or another method on it."""
    correlation_id = parse.correlation_id(request.headers, _request_context(request).get("requestId") or str(uuid4()))
    headers = {"x-correlation-id": correlation_id, "cache-control": "no-store"}
    return _refusal(NotFound("No such route.", code="route_not_found"), correlation_id, headers)


async def _open(request: Request, context: dict[str, Any]) -> Turn | ToldTurn:
    authorizer = context.get("authorizer") or {}
    if (player := authorizer.get("player_id")) is None:
        raise Unauthorized("Sign in first.")
    key = WorldKey(PlayerId(player), WorldId(parse_id("world", request.path_params["world"])))
    npc_id = EntityId(parse_id("npc", request.path_params["npc"]))
    command_id = parse.idempotency_key(request.headers)
    text = quote_safely(parse.read_body(await _body(request), Words).text)
    if not text:
        raise Malformed("Nothing was said.", faults=[{"path": "text", "message": "holds no visible character"}])
    return await asyncio.to_thread(desk().open, key, npc_id, text, command_id, parse.plan(authorizer))


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


async def _stream(turn: Turn | ToldTurn, correlation_id: str) -> AsyncIterator[bytes]:
    """The turn's events as they happen. The turn itself runs in a task of its own: a player who hangs up ends this
    generator, and the turn then records what was heard."""
    heard: asyncio.Queue[TurnEvent | Failed | None] = asyncio.Queue()
    listener = Listener(heard.put_nowait)
    task = asyncio.create_task(_take(turn, listener, heard, correlation_id))
    _in_progress.add(task)
    task.add_done_callback(_in_progress.discard)
    number = 0
    try:
        while True:
            try:
                async with asyncio.timeout(desk().settings.ping_ms / 1000):
                    event = await heard.get()
            except TimeoutError:
                yield b": ping\n\n"
                continue
            if event is None:
                return
            number += 1
            yield b"id: %d\nevent: %s\ndata: %s\n\n" % (number, NAMES.get(type(event), "act").encode(), _encode(event))
    finally:
        listener.left = True


async def _take(turn: Turn | ToldTurn, listener: Listener, heard: asyncio.Queue[Any], correlation_id: str) -> None:
    try:
        await desk().take(turn, listener)
    except Exception as error:
        put_on_record(LOG, error)
        heard.put_nowait(Failed(problem(error, correlation_id)))
    finally:
        heard.put_nowait(None)


@asynccontextmanager
async def _lifespan(_: Starlette) -> AsyncIterator[None]:
    """Builds everything in Lambda's start-up phase, which has a full core; waits for turns under way at the end."""
    asyncio.get_running_loop().set_default_executor(ThreadPoolExecutor(CONCURRENT_TURNS, thread_name_prefix="turn"))
    desk()
    yield
    if _in_progress:
        await asyncio.wait(_in_progress, timeout=LAST_WORDS_S)


OPERATIONS = (speak,)
app = Starlette(
    routes=[Route(operation_of(speak).path, speak, methods=["POST"])],
    exception_handlers={HTTPException: not_found},
    lifespan=_lifespan,
)
app.router.redirect_slashes = False  # a redirect would name the host behind the gateway
cold_start.over()
