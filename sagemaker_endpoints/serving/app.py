"""The ASGI application: SageMaker's two paths over one engine, and its path for adapters."""

from __future__ import annotations

import asyncio
import json
import logging
from collections.abc import Awaitable, Callable, Mapping, MutableMapping
from contextlib import aclosing
from dataclasses import replace
from pathlib import Path
from typing import Any
from urllib.parse import unquote

from . import adapters
from .contract import ChatRequest, Completion, Finish, Piece, event, parse
from .engines import Engine
from .errors import BodyTooLarge, GenerationFailed, InferenceError, ModelNotReady
from .limits import context_tokens

MAX_BODY = 1 << 20
"""Bytes of a request body that the server reads."""

ADAPTER_HEADER = b"x-amzn-sagemaker-adapter-identifier"
"""Names the adapter that a request was invoked through."""

MODEL_HEADER = b"x-amzn-sagemaker-target-model"
"""Names the folder of the model that a request is for, where one server stands in for several."""

Receive = Callable[[], Awaitable[MutableMapping[str, Any]]]
Send = Callable[[MutableMapping[str, Any]], Awaitable[None]]

_LOG = logging.getLogger(__name__)


class App:
    """Answers `GET /ping`, `POST /invocations` and what loads adapters. Set `ready` once the engine has loaded."""

    def __init__(self, engine: Engine, model_dir: Path) -> None:
        """``model_dir``: the folder of the model that requests are for unless they say otherwise."""
        self.ready = False
        self._engine = engine
        self._model_dir = model_dir

    async def __call__(self, scope: MutableMapping[str, Any], receive: Receive, send: Send) -> None:
        """Serve one HTTP request."""
        reply = _Reply(send)
        match scope["method"], scope["path"]:
            case "GET", "/ping":
                await reply.whole(200 if self.ready else 503, b"")
            case "POST", "/invocations":
                await self._guard(self._invoke(receive, reply, dict(scope.get("headers", ()))), reply)
            case "GET", "/adapters":
                await reply.whole(200, _listed(self._engine))
            case "POST", "/adapters":
                await self._guard(self._load_adapter(receive, reply), reply)
            case "DELETE", path if path.startswith("/adapters/"):
                await self._guard(self._unload_adapter(unquote(path.removeprefix("/adapters/")), reply), reply)
            case _, "/ping" | "/invocations" | "/adapters":
                await reply.whole(405, b"")
            case _:
                await reply.whole(404, b"")

    async def _guard(self, work: Awaitable[None], reply: _Reply) -> None:
        """Do the work and answer whatever goes wrong with it."""
        try:
            await work
        except InferenceError as error:
            await reply.fail(error)
        except Exception:
            _LOG.exception("a request failed")
            await reply.fail(GenerationFailed("the server failed; its log says why"))

    async def _invoke(self, receive: Receive, reply: _Reply, headers: Mapping[bytes, bytes]) -> None:
        self._check_ready()
        adapter, model = (headers.get(name, b"").decode("latin-1") for name in (ADAPTER_HEADER, MODEL_HEADER))
        tokens = context_tokens(Path(model) if model else self._model_dir)
        request = replace(parse(await _body(receive)), context_tokens=tokens)
        await _while_connected(receive, self._answer(request, adapter or None, reply))

    async def _load_adapter(self, receive: Receive, reply: _Reply) -> None:
        self._check_ready()
        name, folder = adapters.parse(await _body(receive))
        await self._engine.load_adapter(name, folder)
        _LOG.info("adapter %s is loaded from %s", name, folder)
        await reply.whole(200, _listed(self._engine))

    async def _unload_adapter(self, name: str, reply: _Reply) -> None:
        await self._engine.unload_adapter(name)
        _LOG.info("adapter %s is unloaded", name)
        await reply.whole(200, _listed(self._engine))

    def _check_ready(self) -> None:
        if not self.ready:
            raise ModelNotReady("the model is still loading")

    async def _answer(self, request: ChatRequest, adapter: str | None, reply: _Reply) -> None:
        completion = Completion(self._engine.model)
        pieces: list[str] = []
        async with aclosing(self._engine.generate(request, adapter)) as events:
            async for produced in events:
                if request.stream:
                    await reply.stream(_lines(completion, produced, first=not reply.started))
                elif isinstance(produced, Piece):
                    pieces.append(produced.text)
                else:
                    await reply.whole(200, completion.whole("".join(pieces), produced))
        if request.stream:
            await reply.end()


def _listed(engine: Engine) -> bytes:
    listed = [{"name": name, "src": str(folder)} for name, folder in sorted(engine.adapters().items())]
    return json.dumps({"adapters": listed}).encode()


def _lines(completion: Completion, produced: Piece | Finish, first: bool) -> bytes:
    lines = completion.piece(produced) if isinstance(produced, Piece) else completion.ending(produced)
    return completion.opening() + lines if first else lines


async def _body(receive: Receive) -> bytes:
    body, more = b"", True
    while more:
        message = await receive()
        body += message.get("body", b"")
        more = message.get("more_body", False)
        if len(body) > MAX_BODY:
            raise BodyTooLarge(f"the body is larger than {MAX_BODY} bytes")
    return body


async def _while_connected(receive: Receive, work: Awaitable[None]) -> None:
    """Do the work, and cancel it when the client goes away."""
    working = asyncio.ensure_future(work)
    gone = asyncio.ensure_future(_disconnected(receive))
    gone.add_done_callback(lambda _: working.cancel())
    try:
        await working
    except asyncio.CancelledError:
        if not gone.done():
            raise
        _LOG.info("a client went away; its generation was stopped")
    finally:
        gone.cancel()


async def _disconnected(receive: Receive) -> None:
    while (await receive())["type"] != "http.disconnect":
        pass


class _Reply:
    """One HTTP answer, whole or streamed."""

    def __init__(self, send: Send) -> None:
        self.started = False
        self._send = send

    async def whole(self, status: int, body: bytes) -> None:
        await self._start(status, b"application/json")
        await self._send({"type": "http.response.body", "body": body})

    async def stream(self, lines: bytes) -> None:
        if not self.started:
            await self._start(200, b"text/event-stream")
        await self._send({"type": "http.response.body", "body": lines, "more_body": True})

    async def end(self) -> None:
        await self._send({"type": "http.response.body", "body": b""})

    async def fail(self, error: InferenceError) -> None:
        if self.started:
            await self.stream(event(error.body()))
            await self.end()
        else:
            await self.whole(error.status, json.dumps(error.body()).encode())

    async def _start(self, status: int, content_type: bytes) -> None:
        self.started = True
        await self._send(
            {"type": "http.response.start", "status": status, "headers": [(b"content-type", content_type)]}
        )
