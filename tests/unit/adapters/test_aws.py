"""What all adapters on AWS share."""

import pytest
from bodybroker.adapters.aws import from_item, outages, to_item
from bodybroker.kernel.errors import Unavailable
from botocore.exceptions import ClientError, ConnectTimeoutError, EndpointConnectionError, ReadTimeoutError


def failure(code: str, status: int) -> ClientError:
    return ClientError({"Error": {"Code": code}, "ResponseMetadata": {"HTTPStatusCode": status}}, "Query")


@pytest.mark.parametrize(
    "error",
    [
        failure("InternalServerError", 500),
        failure("ServiceUnavailable", 503),
        failure("ProvisionedThroughputExceededException", 400),
        failure("ThrottlingException", 400),
        ReadTimeoutError(endpoint_url="http://aws"),
        ConnectTimeoutError(endpoint_url="http://aws"),
        EndpointConnectionError(endpoint_url="http://aws"),
    ],
)
def test_an_outage_is_unavailable_and_can_be_retried(error):
    with pytest.raises(Unavailable) as unavailable, outages("The store"):
        raise error
    assert unavailable.value.retryable
    assert "http" not in unavailable.value.detail


@pytest.mark.parametrize("error", [failure("ConditionalCheckFailedException", 400), KeyError("x")])
def test_everything_else_passes(error):
    with pytest.raises(type(error)), outages("The store"):
        raise error


def test_rows_survive_the_wire():
    row = {"text": "a", "number": -3, "flag": True, "off": False, "bytes": b"\x00", "empty": ""}
    assert from_item(to_item(row)) == row
    assert to_item({"number": 1, "flag": True}) == {"number": {"N": "1"}, "flag": {"BOOL": True}}


def test_what_is_none_is_left_out():
    assert to_item({"a": None, "b": 0}) == {"b": {"N": "0"}}
