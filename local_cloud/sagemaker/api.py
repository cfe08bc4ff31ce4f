"""AWS's JSON 1.1 protocol: a request in, checked against botocore's shape, one operation, an answer out."""

from __future__ import annotations

import json
import logging
from collections.abc import Callable, Mapping

from local_cloud.sagemaker.errors import ApiError
from local_cloud.sagemaker.shapes import Record, service_model, validate

logger = logging.getLogger(__name__)

Answer = tuple[int, dict[str, str], bytes]


class Api:
    """The operations of one service."""

    def __init__(self, service: str, operations: Mapping[str, Callable[[Record], Record]]) -> None:
        self._model = service_model(service)
        self._operations = operations
        unknown = operations.keys() - set(self._model.operation_names)
        assert not unknown, f"{service} has no {unknown}"

    def call(self, operation: str, request: Record) -> Record:
        """Validate and carry out one operation on the event loop's thread. Raises ApiError."""
        if operation not in self._model.operation_names:
            raise ApiError("UnknownOperationException", f"The service has no operation {operation}.")
        if operation not in self._operations:
            raise ApiError("UnknownOperationException", f"{operation} is not supported by the local cloud.")
        shape = self._model.operation_model(operation).input_shape
        validate(shape, request)
        known = {key: value for key, value in request.items() if key in shape.members and value is not None}
        return self._operations[operation](known)

    async def handle(
        self, method: str, path: str, headers: Mapping[str, str], body: bytes, query: Mapping[str, object]
    ) -> Answer:
        """The emulator's handler signature: the operation is named by the header x-amz-target."""
        operation = headers.get("x-amz-target", "").rpartition(".")[2]
        try:
            answer = self.call(operation, _parsed(body))
        except ApiError as error:
            return _error(error)
        except Exception:
            logger.exception("%s failed", operation)
            return _error(ApiError("InternalFailure", f"{operation} failed; see the emulator's log.", 500))
        return 200, {"Content-Type": "application/x-amz-json-1.1"}, json.dumps(answer).encode()


def _parsed(body: bytes) -> Record:
    try:
        request = json.loads(body or b"{}")
    except ValueError:
        request = None
    if not isinstance(request, dict):
        raise ApiError("SerializationException", "The request is not a JSON object.")
    return request


def _error(error: ApiError) -> Answer:
    headers = {"Content-Type": "application/x-amz-json-1.1", "x-amzn-errortype": error.code}
    return error.status, headers, json.dumps({"__type": error.code, "message": error.message}).encode()
