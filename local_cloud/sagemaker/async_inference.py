"""Asynchronous inference: an accepted request is in the journal, then in the queue of its endpoint, until it is done.

Input comes from S3 or the request, output goes to S3, and SNS topics hear of success and failure.
"""

from __future__ import annotations

import asyncio
import json
import logging
import time
import uuid
from collections.abc import AsyncIterator, Mapping
from contextlib import AsyncExitStack, asynccontextmanager
from datetime import UTC, datetime
from typing import Any

import aiohttp

from local_cloud.sagemaker.aws import Clients, scope_of
from local_cloud.sagemaker.background import Background
from local_cloud.sagemaker.hosting import Hosting, LiveEndpoint
from local_cloud.sagemaker.model_server import Server
from local_cloud.sagemaker.runtime_errors import received, validation_error
from local_cloud.sagemaker.shapes import Record, service_model
from local_cloud.sagemaker.store import Store

logger = logging.getLogger(__name__)

DEFAULT_CONCURRENCY = 4
DEFAULT_TTL_SECONDS = 21_600
DEFAULT_INVOCATION_SECONDS = 900
NOTIFIED_OUTPUT_LIMIT = 128 * 1024  # bytes; a larger answer is in S3 only
WAIT_FOR_ENDPOINT_SECONDS = 0.2

_PREFIX = "x-amzn-sagemaker-"


class InvocationFailed(Exception):
    """The invocation failed for a reason that the caller is told."""


class AsyncInference:
    """The queues of all asynchronous endpoints."""

    def __init__(self, hosting: Hosting, clients: Clients, background: Background, store: Store) -> None:
        self._hosting = hosting
        self._clients = clients
        self._background = background
        self._table = store.table("AsyncInvocation")
        self._slots: dict[str, asyncio.Semaphore] = {}
        self._max_body = int(_shape("Body").metadata["max"])

    def accept(self, endpoint: LiveEndpoint, headers: Mapping[str, str], body: bytes) -> Record:
        """Queue a request, durably; InferenceId, OutputLocation and FailureLocation of it. Raises RuntimeFault."""
        assert endpoint.asynchronous is not None
        if len(body) > self._max_body:
            raise validation_error(f"The body is larger than {self._max_body} bytes.")
        location = headers.get(f"{_PREFIX}inputlocation")
        if (location is None) == (not body):
            raise validation_error("Exactly one of InputLocation and Body must be given.")
        if location is not None and not location.startswith("s3://"):
            raise validation_error(f"InputLocation {location} is not an S3 URI.")
        key = uuid.uuid4().hex
        output = endpoint.asynchronous["OutputConfig"]
        record: Record = {
            "Key": key,
            "InferenceId": headers.get(f"{_PREFIX}inference-id", str(uuid.uuid4())),
            "EndpointName": endpoint.name,
            "EndpointArn": endpoint.arn,
            "InputLocation": location,
            "Body": body.decode("latin-1"),
            "ContentType": headers.get(f"{_PREFIX}content-type"),
            "Accept": headers.get(f"{_PREFIX}accept"),
            "CustomAttributes": headers.get(f"{_PREFIX}custom-attributes"),
            "OutputLocation": _output_location(output, headers, key),
            "Received": time.time(),
            "Expires": time.time() + _integer(headers, "RequestTTLSeconds", DEFAULT_TTL_SECONDS),
            "TimeoutSeconds": _integer(headers, "InvocationTimeoutSeconds", DEFAULT_INVOCATION_SECONDS),
            "Notification": output.get("NotificationConfig", {}),
            "Concurrency": endpoint.asynchronous.get("ClientConfig", {}).get(
                "MaxConcurrentInvocationsPerInstance", DEFAULT_CONCURRENCY
            ),
        }
        if "S3FailurePath" in output:
            record["FailureLocation"] = f"{output['S3FailurePath'].rstrip('/')}/{key}-error.out"
        self._table.put(key, record)
        self._background.start(self._process(record))
        return record

    def restore(self) -> None:
        """Queue again what the last process accepted and did not finish."""
        for record in sorted(self._table, key=lambda one: one["Received"]):
            self._background.start(self._process(record))

    async def _process(self, record: Record) -> None:
        slots = self._slots.setdefault(record["EndpointName"], asyncio.Semaphore(record["Concurrency"]))
        async with slots:
            try:
                body, content_type = await self._invoke(record)
            except InvocationFailed as failure:
                await self._finish(record, failure=str(failure))
            except Exception as error:
                logger.exception("asynchronous invocation %s", record["InferenceId"])
                await self._finish(record, failure=f"InternalServerError: {error}")
            else:
                await self._finish(record, body=body, content_type=content_type)

    async def _invoke(self, record: Record) -> tuple[bytes, str]:
        async with self._server(record) as server:
            body, content_type = await self._input(record)
            headers = {
                "content-type": record["ContentType"] or content_type,
                "accept": record["Accept"] or "*/*",
                f"{_PREFIX}inference-id": record["InferenceId"],
                **server.headers,
            }
            if record["CustomAttributes"] is not None:
                headers[f"{_PREFIX}custom-attributes"] = record["CustomAttributes"]
            return await self._answer(record, f"{server.url}/invocations", headers, body)

    async def _input(self, record: Record) -> tuple[bytes, str]:
        if record["InputLocation"] is None:
            return record["Body"].encode("latin-1"), "application/octet-stream"
        try:
            return await asyncio.to_thread(self._clients.read, record["InputLocation"], scope_of(record["EndpointArn"]))
        except Exception as error:
            raise InvocationFailed(f"ClientError: cannot read {record['InputLocation']}: {error}") from error

    async def _answer(self, record: Record, url: str, headers: Mapping[str, str], body: bytes) -> tuple[bytes, str]:
        timeout = aiohttp.ClientTimeout(total=record["TimeoutSeconds"])
        try:
            async with self._hosting.http.post(url, data=body, headers=headers, timeout=timeout) as answer:
                content = await answer.read()
        except TimeoutError:
            raise InvocationFailed(f"ModelError: no answer within {record['TimeoutSeconds']} s") from None
        except aiohttp.ClientError as error:
            raise InvocationFailed(f"ModelError: the container does not answer: {error}") from error
        if answer.status >= 400:
            kind = "ClientError" if answer.status < 500 else "ServerError"
            message = content.decode(errors="replace")
            raise InvocationFailed(f'{kind}: Received {received(answer.status)} from model with message "{message}"')
        return content, answer.headers.get("content-type", "application/octet-stream")

    @asynccontextmanager
    async def _server(self, record: Record) -> AsyncIterator[Server]:
        """A server that is ready, waited for until the request expires; a request wakes one that sleeps."""
        while (endpoint := self._hosting.live.get(record["EndpointName"])) is None:
            await _pause(record)
        async with AsyncExitStack() as stack:
            try:
                server = await stack.enter_async_context(endpoint.sleeping().awake())
            except Exception as error:
                raise InvocationFailed(f"ModelError: {error}") from error
            while not server.ready.is_set():
                await _pause(record)
            yield server

    async def _finish(
        self, record: Record, *, body: bytes = b"", content_type: str = "", failure: str | None = None
    ) -> None:
        """Store the outcome, tell the topic, forget the request: so a crash repeats and never loses."""
        scope = scope_of(record["EndpointArn"])
        try:
            if failure is None:
                await asyncio.to_thread(self._clients.write, record["OutputLocation"], body, content_type, scope)
            elif "FailureLocation" in record:
                await asyncio.to_thread(
                    self._clients.write, record["FailureLocation"], failure.encode(), "text/plain", scope
                )
        except Exception as error:
            logger.exception("asynchronous invocation %s", record["InferenceId"])
            failure = failure or f"ClientError: cannot write {record['OutputLocation']}: {error}"
        topic = record["Notification"].get("SuccessTopic" if failure is None else "ErrorTopic")
        if topic is not None:
            message = _notification(record, body, content_type, failure)
            try:
                sns = self._clients.client("sns", scope)
                await asyncio.to_thread(sns.publish, TopicArn=topic, Message=json.dumps(message))
            except Exception:
                logger.exception("cannot notify %s", topic)
        self._table.delete(record["Key"])


async def _pause(record: Record) -> None:
    if time.time() >= record["Expires"]:
        raise InvocationFailed("ClientError: the request expired before a server was ready")
    await asyncio.sleep(WAIT_FOR_ENDPOINT_SECONDS)


def _notification(record: Record, body: bytes, content_type: str, failure: str | None) -> Record:
    """SageMaker's message to a topic."""
    request = {
        "contentType": record["ContentType"],
        "accept": record["Accept"],
        "customAttributes": record["CustomAttributes"],
        "endpointName": record["EndpointName"],
        "inputLocation": record["InputLocation"],
    }
    message: Record = {
        "awsRegion": scope_of(record["EndpointArn"]).region,
        "eventTime": _iso(time.time()),
        "receivedTime": _iso(record["Received"]),
        "invocationStatus": "Completed" if failure is None else "Failed",
        "requestParameters": {key: value for key, value in request.items() if value is not None},
        "inferenceId": record["InferenceId"],
        "eventVersion": "1.0",
        "eventSource": "aws:sagemaker",
        "eventName": "InferenceResult",
    }
    included = record["Notification"].get("IncludeInferenceResponseIn", [])
    if failure is None:
        message["responseParameters"] = {"contentType": content_type, "outputLocation": record["OutputLocation"]}
        if "SUCCESS_NOTIFICATION_TOPIC" in included and len(body) <= NOTIFIED_OUTPUT_LIMIT:
            message["responseBody"] = _body(body, content_type)
    else:
        message["failureReason"] = failure
        if "FailureLocation" in record:
            message["responseParameters"] = {"outputLocation": record["FailureLocation"]}
    return message


def _body(body: bytes, content_type: str) -> Record:
    return {"content": body.decode(errors="replace"), "contentType": content_type, "encoding": "UTF-8"}


def _iso(seconds: float) -> str:
    return datetime.fromtimestamp(seconds, UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def _output_location(output: Record, headers: Mapping[str, str], key: str) -> str:
    parts = [
        output["S3OutputPath"].rstrip("/"),
        headers.get(f"{_PREFIX}s3outputpathextension", "").strip("/"),
        headers.get(f"{_PREFIX}filename", f"{key}.out"),
    ]
    return "/".join(part for part in parts if part)


def _shape(member: str) -> Any:
    return service_model("sagemaker-runtime").operation_model("InvokeEndpointAsync").input_shape.members[member]


def _integer(headers: Mapping[str, str], member: str, default: int) -> int:
    text = headers.get(f"{_PREFIX}{member.lower()}")
    if text is None:
        return default
    low, high = _shape(member).metadata["min"], _shape(member).metadata["max"]
    if not text.isdecimal() or not low <= int(text) <= high:
        raise validation_error(f"{member} must be an integer between {low} and {high}.")
    return int(text)
