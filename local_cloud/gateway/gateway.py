"""The gateway itself: follows what is deployed, and serves each request by the route that it matches."""

import asyncio
import json
import logging
import time
import uuid
from pathlib import Path

from aiohttp import ClientConnectorError, ClientError, ClientTimeout, web
from yarl import URL

from local_cloud.gateway import deployment as deployments
from local_cloud.gateway import headers
from local_cloud.gateway.authorizer import TokenAuthorizers
from local_cloud.gateway.aws import AwsClient
from local_cloud.gateway.deployment import STAGE, Deployment, Route
from local_cloud.gateway.exchange import Exchange
from local_cloud.gateway.gateway_responses import GatewayError
from local_cloud.gateway.streaming_functions import StreamingFunctions
from local_cloud.gateway.web_function import FunctionUnavailable, WebFunction

PAYLOAD_LIMIT_BYTES = 10 * 1024 * 1024
"""API Gateway's limit for a request body."""

_LOG = logging.getLogger(__name__)
_POLL_S = 1.0
_UNMATCHED_TIMEOUT_S = 29.0
_CLIENT_CLOSED_REQUEST = 499
_CONNECTION_ATTEMPTS = 5
_RECONNECTION_PAUSE_S = 0.05


class Gateway:
    """Serves the deployed API; until there is one it answers 503."""

    def __init__(self, aws: AwsClient, state: Path) -> None:
        self._aws = aws
        self._authorizers = TokenAuthorizers(aws)
        self._functions = StreamingFunctions(aws, state)
        self._deployment: Deployment | None = None
        self._refreshing = asyncio.Lock()

    async def follow(self) -> None:
        """Stay in step with the control plane until cancelled."""
        known = ""
        while True:
            trouble = await self._look()
            if trouble and trouble != known:
                _LOG.warning("cannot read what is deployed: %s", trouble)
            known = trouble
            await asyncio.sleep(_POLL_S)

    async def _look(self) -> str:
        """Refresh, and return what went wrong if anything did."""
        try:
            await self.refresh()
        except Exception as error:
            return repr(error)
        return ""

    async def refresh(self) -> None:
        """Read what is deployed now; cheap when nothing has changed."""
        async with self._refreshing:
            deployment = await self._read()
            routes = deployment.routes if deployment else ()
            await self._functions.refresh({route.streaming_function for route in routes if route.streaming_function})
            if deployment is not self._deployment:
                _LOG.info("serving deployment %s", deployment.id if deployment else None)
                self._authorizers.forget()
                self._deployment = deployment

    async def _read(self) -> Deployment | None:
        known = self._deployment
        if known and await deployments.current_deployment(self._aws, known.api_id) == known.id:
            return known
        found = await deployments.find(self._aws)
        return await deployments.load(self._aws, *found) if found else None

    async def stop(self) -> None:
        """End every function's web server."""
        await self._functions.stop()

    async def health(self, _: web.Request) -> web.Response:
        """Answer that the gateway runs, and which deployment it serves."""
        return web.json_response({"status": "ok", "deployment": self._deployment.id if self._deployment else None})

    async def readiness(self, _: web.Request) -> web.Response:
        """Answer 200 once the newest deployment is served and all of its streaming functions are ready."""
        if trouble := await self._look():
            return _unavailable(f"Cannot read what is deployed: {trouble}")
        ready = self._deployment is not None and self._functions.are_ready
        return web.json_response({"ready": ready}, status=200 if ready else 503)

    async def handle(self, request: web.Request) -> web.StreamResponse:
        """Serve one request and log it."""
        started = time.perf_counter()
        status, route = _CLIENT_CLOSED_REQUEST, "-"
        try:
            if self._deployment is None:
                await self._look()
            if self._deployment is None:
                response: web.StreamResponse = _unavailable("Nothing is deployed yet.")
            else:
                exchange = Exchange.open(request, self._deployment)
                route = exchange.route.path if exchange.route else "-"
                response = await self._serve(exchange)
            status = response.status
            return response
        finally:
            _LOG.info("%s %s %d %.1f ms", request.method, route, status, (time.perf_counter() - started) * 1000)

    async def _serve(self, exchange: Exchange) -> web.StreamResponse:
        try:
            body = await _payload(exchange.request)
            if exchange.route and exchange.route.streaming_function:
                return await self._stream(exchange, exchange.route, exchange.route.streaming_function, body)
            return await self._forward(exchange, body)
        except GatewayError as error:
            return exchange.deployment.gateway_responses.render(error, exchange.request.headers, exchange.variables)

    async def _forward(self, exchange: Exchange, body: bytes) -> web.Response:
        """Let the emulator run a buffered route."""
        request, limit_s = exchange.request, exchange.route.timeout_s if exchange.route else _UNMATCHED_TIMEOUT_S
        url = f"{self._aws.endpoint.origin()}/_aws/execute-api/{exchange.deployment.api_id}{exchange.target}"
        try:
            async with self._aws.session.request(
                request.method,
                URL(url, encoded=True),
                headers=headers.for_upstream(request),
                data=body or None,
                allow_redirects=False,
                timeout=ClientTimeout(total=limit_s),
            ) as upstream:
                content = await upstream.read()
        except TimeoutError as error:
            raise GatewayError("INTEGRATION_TIMEOUT", "Endpoint request timed out") from error
        except ClientError as error:
            _LOG.warning("%s: the emulator does not answer: %r", exchange.id, error)
            return _unavailable("The emulator does not answer; try again.")
        if upstream.status == 502 and _is_function_failure(content):
            raise _function_failed()
        return web.Response(status=upstream.status, body=content, headers=headers.for_client(upstream))

    async def _stream(self, exchange: Exchange, route: Route, arn: str, body: bytes) -> web.StreamResponse:
        """Authorize, then let the function's own web server answer."""
        request, caller = exchange.request, None
        if route.authorizer:
            caller = await self._authorizers.authorize(route.authorizer, request.headers, exchange.method_arn(arn))
        route.validation.check(request, body)
        for _ in range(_CONNECTION_ATTEMPTS):
            try:
                return await self._relay(exchange, route, self._functions[arn], caller, body)
            except ClientConnectorError:
                # The server died a moment ago and what replaces it is not up yet.
                await asyncio.sleep(_RECONNECTION_PAUSE_S)
        raise _function_failed()

    async def _relay(
        self, exchange: Exchange, route: Route, function: WebFunction, caller: dict[str, str] | None, body: bytes
    ) -> web.StreamResponse:
        """Pass each chunk of the function's answer on as it comes.

        :raises ClientConnectorError: when nothing was sent because nobody listens.
        """
        request = exchange.request
        sent = headers.for_upstream(request)
        sent.update(exchange.adapter_headers(function, route, caller))
        response: web.StreamResponse | None = None
        try:
            async with (
                function.address() as server,
                self._aws.session.request(
                    request.method,
                    URL(f"{server.origin()}{exchange.target.removeprefix(f'/{STAGE}')}", encoded=True),
                    headers=sent,
                    data=body or None,
                    allow_redirects=False,
                    timeout=ClientTimeout(total=function.configuration.timeout_s),
                ) as upstream,
            ):
                response = web.StreamResponse(status=upstream.status, headers=headers.for_client(upstream))
                response.headers["x-amzn-RequestId"] = exchange.id
                await response.prepare(request)
                async for chunk in upstream.content.iter_any():
                    await response.write(chunk)
                await response.write_eof()
        except ClientConnectorError:
            raise
        except (ClientError, TimeoutError, FunctionUnavailable) as error:
            _LOG.warning("%s: %s", exchange.id, error)
            if response is None:
                raise _function_failed() from error
            # A stream that broke must not look as if it had ended.
            if request.transport:
                request.transport.abort()
        return response


def _function_failed() -> GatewayError:
    return GatewayError("DEFAULT_5XX", "Internal server error", status=502)


async def _payload(request: web.Request) -> bytes:
    try:
        return await request.read()
    except web.HTTPRequestEntityTooLarge as error:
        raise GatewayError("REQUEST_TOO_LARGE", "Request Too Long") from error


def _is_function_failure(content: bytes) -> bool:
    """Whether a 502 is the emulator's bare report that a function raised, which API Gateway would not show."""
    try:
        report = json.loads(content)
    except ValueError:
        return False
    return isinstance(report, dict) and report.keys() == {"message"}


def _unavailable(detail: str) -> web.Response:
    correlation_id = str(uuid.uuid4())
    problem = {
        "type": "urn:bodybroker:problem:unavailable",
        "title": "Service Unavailable",
        "status": 503,
        "detail": detail,
        "code": "unavailable",
        "retryable": True,
        "correlation_id": correlation_id,
    }
    advice = {"Retry-After": "1", "x-correlation-id": correlation_id}
    body = json.dumps(problem).encode()
    return web.Response(status=503, headers=advice, body=body, content_type="application/problem+json")
