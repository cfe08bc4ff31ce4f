"""The stand-in's HTTP interface: the providers' methods, the price list, and the control of both."""

import asyncio
import json
from collections.abc import Awaitable, Callable
from typing import Any

import msgspec
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, Response
from starlette.routing import Route

from local_cloud.providers import API_KEY, BASES
from local_cloud.providers.dialects import CHAT, CONTENTS, MESSAGES, RESPONSES, Dialect, Said
from local_cloud.providers.faults import Control, Fault, Orders
from local_cloud.providers.mind import Mind
from local_cloud.providers.price_list import price_list

MOST_TOKENS = 512
"""What the small model may write: the cloud's models may write more than its whole context."""
PAGE = "<html><body><h1>502 Bad Gateway</h1></body></html>"


def create_app(mind: Mind) -> Starlette:
    """Build the application; `mind` answers."""
    openai, anthropic, gemini = BASES["openai"], BASES["anthropic"], BASES["gemini"]
    app = Starlette(
        routes=[
            Route("/healthz", _health),
            Route(f"{openai}/chat/completions", _speaks(CHAT), methods=["POST"]),
            Route(f"{openai}/responses", _speaks(RESPONSES), methods=["POST"]),
            Route(f"{anthropic}/v1/messages", _speaks(MESSAGES), methods=["POST"]),
            Route(f"{gemini}/models/{{model}}:generateContent", _speaks(CONTENTS), methods=["POST"]),
            Route("/prices.json", _prices),
            Route("/control/prices", _set_prices, methods=["PUT"]),
            Route("/control/faults", _order, methods=["PUT"]),
            Route("/control/calls", _calls),
        ]
    )
    app.state.mind, app.state.control, app.state.prices = mind, Control(), None
    return app


async def _health(_: Request) -> Response:
    return JSONResponse({"status": "ok"})


def _speaks(dialect: Dialect) -> Callable[[Request], Awaitable[Response]]:
    async def answer(request: Request) -> Response:
        return await _answer(dialect, request)

    return answer


async def _answer(dialect: Dialect, request: Request) -> Response:
    control: Control = request.app.state.control
    document = await request.json()
    model = document.get("model") or request.path_params["model"]
    control.note({"provider": dialect.provider, "path": request.url.path, "model": model, "request": document})
    if API_KEY not in (_bearer(request), request.headers.get("x-api-key"), request.headers.get("x-goog-api-key")):
        return JSONResponse(dialect.error(401, "Incorrect API key provided."), 401)
    fault = control.fault(dialect.provider)
    if fault and fault.kind == "slow":
        await asyncio.sleep(fault.delay_s)
    elif fault and fault.kind == "status":
        return JSONResponse(dialect.error(fault.status, "The stand-in was told to refuse."), fault.status)
    elif fault and fault.kind == "garbage":
        return HTMLResponse(PAGE)
    try:
        asked = dialect.read(document)
    except (KeyError, TypeError, AttributeError) as error:
        return JSONResponse(dialect.error(400, f"The stand-in cannot read this: {error!r}"), 400)
    try:
        said = await asyncio.to_thread(_say, request.app.state.mind, asked, model, control.orders.reasoning_tokens)
    except Exception as error:  # whatever keeps the model from answering: to the caller the provider is out
        return JSONResponse(dialect.error(503, f"No model answers: {error}"), 503)
    return _sent(dialect, said, fault)


def _sent(dialect: Dialect, said: Said, fault: Fault | None) -> Response:
    if fault and fault.kind == "empty":
        said = Said("", said.model, said.finish, said.prompt, said.cached, said.completion, said.reasoning)
    body = json.dumps(dialect.write(said)).encode()
    cut = body[: len(body) // 2] if fault and fault.kind == "cut" else body
    return Response(cut, media_type="application/json")


def _say(mind: Mind, asked: dict[str, Any], model: str, reasoning: int) -> Said:
    """The model's answer; of the tokens that it may write, as many as were ordered are hidden."""
    limit = asked["max_tokens"]
    hidden = min(reasoning, limit - 1)
    answer = mind({**asked, "max_tokens": min(limit - hidden, MOST_TOKENS)})
    choice, usage = answer["choices"][0], answer["usage"]
    cached = (usage.get("prompt_tokens_details") or {}).get("cached_tokens") or 0
    return Said(
        text=choice["message"]["content"] or "",
        model=model,
        finish=choice["finish_reason"],
        prompt=usage["prompt_tokens"],
        cached=cached,
        completion=usage["completion_tokens"] + hidden,
        reasoning=hidden,
    )


def _bearer(request: Request) -> str:
    return request.headers.get("authorization", "").removeprefix("Bearer ")


async def _prices(request: Request) -> Response:
    """The price list: as ordered, else one that agrees with the registry."""
    ordered: bytes | None = request.app.state.prices
    return Response(ordered, media_type="application/json") if ordered else JSONResponse(price_list())


async def _set_prices(request: Request) -> Response:
    """Serve the body as the price list from now on, whatever it is; an empty one ends that."""
    request.app.state.prices = await request.body() or None
    return Response(status_code=204)


async def _order(request: Request) -> Response:
    """Replace what goes wrong: a JSON object of `Orders`' members."""
    try:
        orders = msgspec.json.decode(await request.body(), type=Orders)
    except msgspec.MsgspecError as error:
        return JSONResponse({"error": str(error)}, status_code=400)
    request.app.state.control.order(orders)
    return Response(status_code=204)


async def _calls(request: Request) -> Response:
    return JSONResponse(request.app.state.control.calls())
