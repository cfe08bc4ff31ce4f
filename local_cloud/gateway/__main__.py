"""`python -m local_cloud.gateway --aws-url URL --port N --state-dir DIR` serves the deployed API on loopback."""

import argparse
import asyncio
import contextlib
import logging
from collections.abc import AsyncIterator
from pathlib import Path

from aiohttp import ClientSession, ClientTimeout, DummyCookieJar, TCPConnector, web
from aiohttp.http_exceptions import HttpProcessingError
from yarl import URL

from local_cloud.gateway.aws import AwsClient
from local_cloud.gateway.gateway import PAYLOAD_LIMIT_BYTES, Gateway

_AUTOMATIC_HEADERS = ("Accept", "Accept-Encoding", "Content-Type", "User-Agent")
_SHUTDOWN_LIMIT_S = 2.0
_CONTROL_PLANE_LIMIT_S = 30.0
# Shorter than the keep-alive of every server behind us, so that none closes a connection just as we use it.
_KEEP_ALIVE_S = 3.0


async def create_app(aws_url: URL, state: Path) -> web.Application:
    """Build the web application; its gateway lives as long as it runs."""
    session = ClientSession(
        connector=TCPConnector(limit=0, keepalive_timeout=_KEEP_ALIVE_S),
        cookie_jar=DummyCookieJar(),
        timeout=ClientTimeout(total=_CONTROL_PLANE_LIMIT_S),
        auto_decompress=False,
        skip_auto_headers=_AUTOMATIC_HEADERS,
    )
    gateway = Gateway(AwsClient.from_environment(session, aws_url), state)

    async def live(_: web.Application) -> AsyncIterator[None]:
        follower = asyncio.create_task(gateway.follow())
        yield
        follower.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await follower
        await gateway.stop()
        await session.close()

    app = web.Application(client_max_size=PAYLOAD_LIMIT_BYTES)
    app.cleanup_ctx.append(live)
    app.router.add_get("/healthz", gateway.health)
    app.router.add_get("/readyz", gateway.readiness)
    app.router.add_route("*", r"/{path:[\s\S]*}", gateway.handle)  # an encoded newline is part of a path, too
    return app


def without_quotation(record: logging.LogRecord) -> bool:
    """Keep a malformed request out of the log: aiohttp's exception quotes it, tokens included."""
    error = record.exc_info and record.exc_info[1]
    if isinstance(error, HttpProcessingError):
        record.msg, record.exc_info = f"{record.msg}: {type(error).__name__}", None
    return True


def main() -> None:
    """Parse the command line and serve until a signal ends the process."""
    parser = argparse.ArgumentParser(prog="local_cloud.gateway", description=__doc__)
    parser.add_argument("--aws-url", type=URL, required=True, help="the emulator's base URL")
    parser.add_argument("--port", type=int, required=True)
    parser.add_argument("--state-dir", type=Path, required=True)
    arguments = parser.parse_args()
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(message)s")
    logging.getLogger("aiohttp.server").addFilter(without_quotation)
    web.run_app(
        create_app(arguments.aws_url, arguments.state_dir.resolve()),
        host="127.0.0.1",
        port=arguments.port,
        access_log=None,
        print=None,
        handler_cancellation=True,
        auto_decompress=False,  # a body that claims an encoding is the function's to read, as on AWS
        shutdown_timeout=_SHUTDOWN_LIMIT_S,
    )


if __name__ == "__main__":
    main()
