"""AWS clients, made straight from botocore: boto3's other layers are import weight nobody needs."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from functools import cache
from typing import Any

import botocore.session
from botocore.config import Config
from botocore.exceptions import ClientError, HTTPClientError
from botocore.exceptions import ConnectionError as BotoConnectionError

from bodybroker.kernel.errors import Unavailable

CONNECT_TIMEOUT_S = 1
READ_TIMEOUT_S = 3
ATTEMPTS = 3

THROTTLES = frozenset(
    {
        "ProvisionedThroughputExceededException",
        "RequestLimitExceeded",
        "ThrottlingException",
        "ThrottledException",
        "TooManyRequestsException",
    }
)


@cache
def session() -> Any:
    return botocore.session.get_session()


@cache
def client(service: str, read_timeout_s: int = READ_TIMEOUT_S) -> Any:
    """The process's client for `service`: short timeouts, `ATTEMPTS` tries in botocore's standard mode.

    Parameters are not validated on every call (a quarter of a call's CPU): the contract tests run every one of ours.
    """
    config = Config(
        connect_timeout=CONNECT_TIMEOUT_S,
        read_timeout=read_timeout_s,
        retries={"mode": "standard", "total_max_attempts": ATTEMPTS},
        parameter_validation=False,
        tcp_keepalive=True,
    )
    return session().create_client(service, config=config)


@contextmanager
def outages(system: str) -> Iterator[None]:
    """Turn throttling, timeouts and server faults of `system` into Unavailable; let every other error through."""
    try:
        yield
    except ClientError as error:
        status = error.response.get("ResponseMetadata", {}).get("HTTPStatusCode", 0)
        if status >= 500 or error_code(error) in THROTTLES:
            raise Unavailable(f"{system} does not answer; try again.") from error
        raise
    except (HTTPClientError, BotoConnectionError) as error:
        raise Unavailable(f"{system} does not answer; try again.") from error


def error_code(error: ClientError) -> str:
    """The AWS error code, such as `ConditionalCheckFailedException`."""
    return str(error.response["Error"]["Code"])


Row = dict[str, Any]
"""A table's row without nesting: str, int, bytes and bool values."""


def to_item(row: Mapping[str, Any]) -> dict[str, dict[str, Any]]:
    """A flat row as DynamoDB writes it; members that are None are left out."""
    return {name: _attribute(value) for name, value in row.items() if value is not None}


def _attribute(value: Any) -> dict[str, Any]:
    if isinstance(value, bool):
        return {"BOOL": value}
    if isinstance(value, int):
        return {"N": str(value)}
    return {"B": value} if isinstance(value, bytes) else {"S": value}


def from_item(item: Mapping[str, Mapping[str, Any]]) -> Row:
    """The flat row that `to_item` wrote."""
    return {name: _value(attribute) for name, attribute in item.items()}


def _value(attribute: Mapping[str, Any]) -> Any:
    ((kind, value),) = attribute.items()
    return int(value) if kind == "N" else value
