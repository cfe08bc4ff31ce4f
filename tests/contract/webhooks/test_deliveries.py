"""`ports.Deliveries`: the one in memory and the one on DynamoDB keep the same promises."""

from concurrent.futures import ThreadPoolExecutor

import pytest
from bodybroker.adapters.webhook_deliveries import DynamoDeliveries
from bodybroker.ports.webhooks import Deliveries

from tests.fakes.webhooks import MemoryDeliveries

NOW, UNTIL, FORGET_AT = 1_764_000_000, 1_764_000_030, 1_765_000_000


@pytest.fixture(params=["memory", "dynamodb"])
def deliveries(request) -> Deliveries:
    if request.param == "memory":
        return MemoryDeliveries()
    client = request.getfixturevalue("aws_client")("dynamodb")
    return DynamoDeliveries(client, request.getfixturevalue("table"))


def test_of_many_claims_one_is_mine(deliveries):
    with ThreadPoolExecutor(8) as pool:
        claims = list(pool.map(lambda _: deliveries.claim("n", NOW, UNTIL), range(16)))
    assert sorted(claims) == ["busy"] * 15 + ["mine"]


def test_a_claim_ends(deliveries):
    deliveries.claim("n", NOW, UNTIL)
    assert deliveries.claim("n", UNTIL - 1, UNTIL) == "busy"
    assert deliveries.claim("n", UNTIL, UNTIL + 30) == "mine"


def test_what_is_released_is_free_at_once(deliveries):
    deliveries.claim("n", NOW, UNTIL)
    deliveries.release("n")
    deliveries.release("n")
    assert deliveries.claim("n", NOW, UNTIL) == "mine"


def test_what_is_delivered_stays_so(deliveries):
    deliveries.claim("n", NOW, UNTIL)
    deliveries.delivered("n", FORGET_AT)
    deliveries.release("n")
    assert deliveries.claim("n", UNTIL + 1, UNTIL + 30) == "delivered"
    assert deliveries.claim("another", NOW, UNTIL) == "mine"
