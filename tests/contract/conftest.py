"""AWS for contract tests: the one at AWS_ENDPOINT_URL, else a bare MiniStack for the run."""

import os
from collections.abc import Callable, Iterator
from typing import Any
from uuid import uuid4

import botocore.session
import pytest

from tests.fakes.ministack import INTERPRETER, ministack


@pytest.fixture(scope="session")
def aws_url(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The URL at which AWS answers."""
    if url := os.environ.get("AWS_ENDPOINT_URL"):
        yield url
    elif not INTERPRETER.exists():
        pytest.skip("the emulator's environment is not installed: make install")
    else:
        with ministack(tmp_path_factory.mktemp("ministack")) as url:
            yield url


@pytest.fixture(scope="session")
def aws_client(aws_url: str) -> Callable[[str], Any]:
    """Makes a low-level client of a service there."""
    session = botocore.session.Session()
    session.set_credentials("test", "test")
    return lambda service: session.create_client(service, region_name="us-east-1", endpoint_url=aws_url)


@pytest.fixture
def make_table(aws_client: Callable[[str], Any]) -> Callable[[], str]:
    """Makes tables with keys `pk` and `sk`; gives their names."""

    def make() -> str:
        name = f"table-{uuid4()}"
        keys = (("pk", "HASH"), ("sk", "RANGE"))
        aws_client("dynamodb").create_table(
            TableName=name,
            KeySchema=[{"AttributeName": key, "KeyType": kind} for key, kind in keys],
            AttributeDefinitions=[{"AttributeName": key, "AttributeType": "S"} for key, _ in keys],
            BillingMode="PAY_PER_REQUEST",
        )
        return name

    return make


@pytest.fixture
def table(make_table: Callable[[], str]) -> str:
    """The name of a fresh table with keys `pk` and `sk`."""
    return make_table()
