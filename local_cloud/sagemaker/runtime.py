"""SageMaker's runtime: invoke an endpoint at once, as a stream, or asynchronously.

This hop lies before the player's first token, so it does little: look up the endpoint, pass the body on, pass the
answer back as it comes. A client that goes away ends the request to the model.
"""

from __future__ import annotations

import asyncio
import json
import logging
import uuid
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping, MutableMapping
from typing import Any
from urllib.parse import unquote

import aiohttp

from local_cloud.faults import BEYOND
from local_cloud.sagemaker import eventstream, faults, pacing
from local_cloud.sagemaker.async_inference import AsyncInference
from local_cloud.sagemaker.control.endpoints import Endpoints
from local_cloud.sagemaker.faults import Faults
from local_cloud.sagemaker.hosting import Hosting, LiveEndpoint, Target
from local_cloud.sagemaker.runtime_errors import RuntimeFault, model_error, service_unavailable, validation_error
from local_cloud.sagemaker.shapes import service_model

logger = logging.getLogger(__name__)

Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]

INVOKE_SECONDS = 60.0  # AWS's limit for a real-time answer
STREAM_SECONDS = 480.0  # AWS's limit for a streamed one
MAX_BODY: int = service_model("sagemaker-runtime").shape_for("BodyBlob").metadata["max"]  # bytes

_PREFIX = "x-amzn-sagemaker-"
_TO_MODEL = ("content-type", "accept", f"{_PREFIX}custom-attributes", f"{_PREFIX}inference-id", f"{_PREFIX}session-id")
_FROM_MODEL = (f"{_PREFIX}custom-attributes", f"{_PREFIX}new-session-id", f"{_PREFIX}closed-session-id")
_REFUSED = (f"{_PREFIX}target-model", f"{_PREFIX}target-container-hostname", f"{_PREFIX}enable-explanations")


class Disconnected(Exception):
    """The client went away."""


class Response:
    """One answer on its way out."""

    def __init__(self, send: Send) -> None:
        self._send = send
        self.started = False

    async def start(self, status: int, headers: Mapping[str, str]) -> None:
        """Send the status and the headers."""
        self.started = True
        named = {**headers, "x-amzn-requestid": str(uuid.uuid4())}
        encoded = [(name.encode("latin-1"), value.encode("latin-1")) for name, value in named.items()]
        await self._send({"type": "http.response.start", "status": status, "headers": encoded})

    async def body(self, data: bytes, *, more: bool = True) -> None:
        """Send a piece of the body."""
        await self._send({"type": "http.response.body", "body": data, "more_body": more})

    async def whole(self, status: int, headers: Mapping[str, str], data: bytes) -> None:
        """Send everything at once."""
        await self.start(status, {**headers, "content-length": str(len(data))})
        await self.body(data, more=False)


class Runtime:
    """The ASGI application for /endpoints/*."""

    def __init__(self, endpoints: Endpoints, hosting: Hosting, asynchronous: AsyncInference, ordered: Faults) -> None:
        self._endpoints = endpoints
        self._faults = ordered
        self._hosting = hosting
        self._asynchronous = asynchronous
        self._actions = {
            "invocations": self._invoke,
            "invocations-response-stream": self._invoke_stream,
            "async-invocations": self._invoke_async,
        }

    async def __call__(self, scope: Mapping[str, Any], receive: Receive, send: Send) -> None:
        """Answer one request."""
        response = Response(send)
        try:
            name, action = self._route(scope)
            headers = {key.decode("latin-1").lower(): value.decode("latin-1") for key, value in scope["headers"]}
            body = await _read(receive)
            await _unless_disconnected(action(name, headers, body, response), receive)
        except Disconnected:
            logger.info("the client of %s went away", scope["path"])
        except RuntimeFault as fault:
            await response.whole(fault.status, fault.headers, fault.body)
        except Exception:
            logger.exception("an invocation failed")
            if response.started:
                raise
            failure = RuntimeFault(500, "InternalFailure", "The invocation failed; see the emulator's log.")
            await response.whole(failure.status, failure.headers, failure.body)

    def _route(self, scope: Mapping[str, Any]) -> tuple[str, Callable[..., Awaitable[None]]]:
        parts = scope["path"].split("/")
        if len(parts) != 4 or parts[3] not in self._actions or scope["method"] != "POST":
            raise RuntimeFault(404, "UnknownOperationException", f"no operation {scope['method']} {scope['path']}")
        return unquote(parts[2]), self._actions[parts[3]]

    async def _invoke(self, name: str, headers: dict[str, str], body: bytes, response: Response) -> None:
        endpoint, target = self._target(name, headers)
        fault = None if BEYOND in headers else await self._faults.meet(endpoint)
        if fault == "cut":
            raise model_error(endpoint, 0, "ordered by a fault")
        try:
            async with asyncio.timeout(INVOKE_SECONDS), self._post(target, headers, body) as answer:
                content = faults.GARBAGE if fault == "garbage" else await answer.read()
        except TimeoutError:
            raise _timed_out(endpoint) from None
        except aiohttp.ClientError as error:
            raise model_error(endpoint, 0, f"the container does not answer: {error}") from error
        if answer.status >= 400:
            raise model_error(endpoint, answer.status, content.decode(errors="replace"))
        await response.whole(200, _returned(answer, target) | _content_type(answer, "content-type"), content)

    async def _invoke_stream(self, name: str, headers: dict[str, str], body: bytes, response: Response) -> None:
        headers = headers | {"accept": headers.get(f"{_PREFIX}accept", "*/*")}
        endpoint, target = self._target(name, headers)
        fault = await self._faults.meet(endpoint)
        if fault == "paced":
            await response.start(200, {"content-type": eventstream.CONTENT_TYPE})
            async for frame in pacing.frames(body):
                await response.body(frame)
            await response.body(b"", more=False)
            return
        deadline = asyncio.get_running_loop().time() + STREAM_SECONDS
        request = self._post(target, headers, body)
        try:
            async with asyncio.timeout_at(deadline):
                answer = await request.__aenter__()
        except TimeoutError:
            raise _timed_out(endpoint) from None
        except aiohttp.ClientError as error:
            raise model_error(endpoint, 0, f"the container does not answer: {error}") from error
        async with answer:
            if answer.status >= 400:
                raise model_error(endpoint, answer.status, (await answer.read()).decode(errors="replace"))
            start = _returned(answer, target) | _content_type(answer, f"{_PREFIX}content-type")
            await response.start(200, start | {"content-type": eventstream.CONTENT_TYPE})
            async for frame in faults.spoil(_frames(answer, deadline), fault):
                await response.body(frame)
            await response.body(b"", more=False)

    async def _invoke_async(self, name: str, headers: dict[str, str], body: bytes, response: Response) -> None:
        endpoint = self._serving(name)
        if endpoint.asynchronous is None:
            raise validation_error(f"Endpoint {name} is not configured for asynchronous inference.")
        accepted = self._asynchronous.accept(endpoint, headers, body)
        located = {f"{_PREFIX}outputlocation": accepted["OutputLocation"]}
        if "FailureLocation" in accepted:
            located[f"{_PREFIX}failurelocation"] = accepted["FailureLocation"]
        content = json.dumps({"InferenceId": accepted["InferenceId"]}).encode()
        await response.whole(202, located | {"content-type": "application/json"}, content)

    def _target(self, name: str, headers: Mapping[str, str]) -> tuple[LiveEndpoint, Target]:
        endpoint = self._serving(name)
        if endpoint.asynchronous is not None:
            raise validation_error(f"Endpoint {name} is asynchronous; use InvokeEndpointAsync.")
        for refused in _REFUSED:
            if refused in headers:
                raise validation_error(f"The header {refused} is not supported by the local cloud.")
        component, variant = headers.get(f"{_PREFIX}inference-component"), headers.get(f"{_PREFIX}target-variant")
        target = _choose(endpoint, component, variant)
        if target.server is None or not target.server.ready.is_set():
            raise service_unavailable(f"Endpoint {name} has no server that is ready.")
        return endpoint, target

    def _serving(self, name: str) -> LiveEndpoint:
        endpoint = self._hosting.live.get(name)
        if endpoint is not None:
            return endpoint
        record = self._endpoints.table.get(name)
        if record is None:
            account = self._endpoints.scope().account
            raise validation_error(f"Endpoint {name} of account {account} not found.")
        raise service_unavailable(f"Endpoint {name} is {record['EndpointStatus']}.")

    def _post(self, target: Target, headers: Mapping[str, str], body: bytes) -> Any:
        assert target.server is not None
        passed = {name: headers[name] for name in _TO_MODEL if name in headers}
        passed |= target.server.headers
        if target.adapter is not None:
            passed[f"{_PREFIX}adapter-identifier"] = target.adapter
        return self._hosting.http.post(
            f"{target.server.url}/invocations",
            data=body,
            headers=passed,
            timeout=aiohttp.ClientTimeout(total=None),
            skip_auto_headers=("content-type", "user-agent"),
        )


def _choose(endpoint: LiveEndpoint, component: str | None, variant: str | None) -> Target:
    hosts_components = all(one.server is None for one in endpoint.variants.values())
    if component is None and hosts_components:
        raise validation_error(f"Endpoint {endpoint.name} hosts inference components: name one.")
    try:
        return endpoint.choose(variant) if component is None else endpoint.components[component]
    except KeyError as error:
        raise validation_error(f"Endpoint {endpoint.name} has no {error.args[0]}.") from None


async def _frames(answer: aiohttp.ClientResponse, deadline: float) -> AsyncIterator[bytes]:
    """The model's chunks as event-stream messages, the last of them an exception when the model fails."""
    try:
        async with asyncio.timeout_at(deadline):
            async for chunk in answer.content.iter_any():
                for start in range(0, len(chunk), eventstream.MAX_PAYLOAD):
                    yield eventstream.payload_part(chunk[start : start + eventstream.MAX_PAYLOAD])
    except TimeoutError:
        body = {"Message": "The model's answer took too long.", "ErrorCode": "ModelInvocationTimeExceeded"}
        yield eventstream.exception("ModelStreamError", body)
    except aiohttp.ClientError:
        body = {"Message": "The connection to the container broke.", "ErrorCode": "StreamBroken"}
        yield eventstream.exception("ModelStreamError", body)
    except Exception:
        logger.exception("a stream failed")
        yield eventstream.exception("InternalStreamFailure", {"Message": "The stream failed; see the emulator's log."})


async def _read(receive: Receive) -> bytes:
    chunks, size, more = [], 0, True
    while more:
        message = await receive()
        if message["type"] == "http.disconnect":
            raise Disconnected
        chunks.append(message.get("body", b""))
        size += len(chunks[-1])
        if size > MAX_BODY:
            raise validation_error(f"The body is larger than {MAX_BODY} bytes.")
        more = message.get("more_body", False)
    return b"".join(chunks)


async def _unless_disconnected(work: Awaitable[None], receive: Receive) -> None:
    """Do the work; when the client goes away first, cancel it, which closes its connection to the model."""
    task = asyncio.ensure_future(work)
    watch = asyncio.ensure_future(_disconnection(receive))
    try:
        await asyncio.wait({task, watch}, return_when=asyncio.FIRST_COMPLETED)
        if not task.done():
            raise Disconnected
        await task
    finally:
        for pending in (task, watch):
            pending.cancel()
        await asyncio.gather(task, watch, return_exceptions=True)


async def _disconnection(receive: Receive) -> None:
    while (await receive())["type"] != "http.disconnect":
        pass


def _returned(answer: aiohttp.ClientResponse, target: Target) -> dict[str, str]:
    passed = {name: answer.headers[name] for name in _FROM_MODEL if name in answer.headers}
    return passed | {"x-amzn-invoked-production-variant": target.variant}


def _content_type(answer: aiohttp.ClientResponse, name: str) -> dict[str, str]:
    value = answer.headers.get("content-type")
    return {name: value} if value is not None else {}


def _timed_out(endpoint: LiveEndpoint) -> RuntimeFault:
    return model_error(endpoint, 0, "Your invocation timed out while waiting for a response from container primary.")
