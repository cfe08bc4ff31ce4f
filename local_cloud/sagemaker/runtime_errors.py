"""The runtime's errors on the wire (rest-json): the type in a header, the members in the body."""

from __future__ import annotations

import json

from local_cloud.sagemaker.aws import scope_of
from local_cloud.sagemaker.hosting import LiveEndpoint


class RuntimeFault(Exception):
    """An answer that is an error."""

    def __init__(self, status: int, kind: str, message: str, **members: object) -> None:
        super().__init__(message)
        self.status = status
        self.headers = {"content-type": "application/json", "x-amzn-errortype": kind}
        self.body = json.dumps({"Message": message, **members}).encode()


def validation_error(message: str) -> RuntimeFault:
    """The request is wrong."""
    return RuntimeFault(400, "ValidationError", message)


def service_unavailable(message: str) -> RuntimeFault:
    """Nothing serves the endpoint at the moment."""
    return RuntimeFault(503, "ServiceUnavailable", message)


def model_error(endpoint: LiveEndpoint, status: int, message: str) -> RuntimeFault:
    """The container answered 4xx or 5xx, or (status 0) did not answer."""
    return RuntimeFault(
        424,
        "ModelError",
        f'Received {received(status)} from primary with message "{message}".',
        OriginalStatusCode=status,
        OriginalMessage=message,
        LogStreamArn=scope_of(endpoint.arn).arn("logs", f"log-group:/aws/sagemaker/Endpoints/{endpoint.name}"),
    )


def received(status: int) -> str:
    """AWS's words for a container's failure."""
    side = "client" if 400 <= status < 500 else "server"
    return f"{side} error ({status})"
