"""The ASGI application: SageMaker's two paths over one model."""

from __future__ import annotations

import asyncio
import json
import logging
from collections.abc import Awaitable, Callable, MutableMapping
from typing import Any

from .contract import InvalidRequest, answer, parse
from .model import StaticModel

MAX_BODY = 4 << 20
"""Bytes of a request body that the server reads."""

Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]

_LOG = logging.getLogger(__name__)


class App:
    """Answers `GET /ping` and `POST /invocations`."""

    def __init__(self, model: StaticModel) -> None:
        self._model = model

    async def __call__(self, scope: Message, receive: Receive, send: Send) -> None:
        """Serve one HTTP request."""
        match scope["method"], scope["path"]:
            case "GET", "/ping":
                status, body = 200, b""
            case "POST", "/invocations":
                status, body = await self._invoke(receive)
            case _:
                status, body = 404, b""
        headers = [(b"content-type", b"application/json")]
        await send({"type": "http.response.start", "status": status, "headers": headers})
        await send({"type": "http.response.body", "body": body})

    async def _invoke(self, receive: Receive) -> tuple[int, bytes]:
        body = await _body(receive)
        if body is None:
            return 413, _error(f"the body is larger than {MAX_BODY} bytes", "body_too_large")
        try:
            texts = parse(body)
            return 200, answer(self._model.name, await asyncio.to_thread(self._model.embed, texts))
        except InvalidRequest as fault:
            return 400, fault.body()
        except Exception:
            _LOG.exception("a request failed")
            return 500, _error("the server failed; its log says why", "generation_failed")


async def _body(receive: Receive) -> bytes | None:
    body = bytearray()
    while True:
        message = await receive()
        body += message.get("body", b"")
        if len(body) > MAX_BODY:
            return None
        if not message.get("more_body"):
            return bytes(body)


def _error(message: str, code: str) -> bytes:
    return json.dumps({"error": {"message": message, "type": "server_error", "code": code}}).encode()
