"""The fake's HTTP interface: Steam's one method, and the minting of tickets."""

import asyncio

import msgspec
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, Response
from starlette.routing import Route

from local_cloud.steam import PUBLISHER_KEY
from local_cloud.steam.tickets import Ticket, Tickets

CHECK = "/ISteamUserAuth/AuthenticateUserTicket/v1"
_REQUIRED = ("key", "appid", "ticket", "identity")


def create_app() -> Starlette:
    """Build the application with no tickets."""
    app = Starlette(
        routes=[
            Route("/healthz", _health),
            Route("/fake/tickets", _mint, methods=["POST"]),
            Route(CHECK, _check),
            Route(f"{CHECK}/", _check),
        ]
    )
    app.state.tickets = Tickets()
    return app


async def _health(_: Request) -> Response:
    return JSONResponse({"status": "ok"})


async def _mint(request: Request) -> Response:
    """Mint a ticket: a JSON object of `Ticket`'s fields, each optional, becomes `{"ticket": hex}`."""
    try:
        ticket = msgspec.json.decode(await request.body(), type=Ticket)
    except msgspec.MsgspecError as error:
        return JSONResponse({"error": str(error)}, status_code=400)
    return JSONResponse({"ticket": request.app.state.tickets.mint(ticket)}, status_code=201)


async def _check(request: Request) -> Response:
    """AuthenticateUserTicket."""
    query = request.query_params
    if not all(query.get(name) for name in _REQUIRED):
        return _page(400, "Bad Request", "Please verify that all required parameters are being sent.")
    if query["key"] != PUBLISHER_KEY:
        return _page(403, "Forbidden", "Access is denied. Retrying will not help. Please verify your key= parameter.")
    try:
        bytes.fromhex(query["ticket"])
    except ValueError:
        return _error(3, "Invalid parameter")
    ticket: Ticket | None = request.app.state.tickets.find(query["ticket"])
    if ticket is None:
        return _error(101, "Invalid ticket")
    await asyncio.sleep(ticket.delay_s)
    if ticket.failures:
        ticket.failures -= 1
        return _page(500, "Internal Server Error", "An internal server error occurred.")
    refusal = ticket.refusal(query["appid"], query["identity"])
    return _error(*refusal) if refusal else JSONResponse({"response": {"params": ticket.use()}})


def _error(code: int, description: str) -> Response:
    """Steam reports a refused ticket with a status of 200."""
    return JSONResponse({"response": {"error": {"errorcode": code, "errordesc": description}}})


def _page(status: int, title: str, text: str) -> Response:
    """What Steam's front end answers before its API is reached is a page, not JSON."""
    page = f"<html><head><title>{title}</title></head><body><h1>{title}</h1>{text}</body></html>"
    return HTMLResponse(page, status_code=status)
