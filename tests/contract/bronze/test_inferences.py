"""`ports.Inferences`: the one in memory and the one on DynamoDB keep the same promises."""

from concurrent.futures import ThreadPoolExecutor
from uuid import uuid4

import pytest
from bodybroker.adapters.bronze_table import DynamoInferences
from bodybroker.models import bronze
from bodybroker.models.bronze import Asked, Inference, Outcome
from bodybroker.models.usage import Usage
from bodybroker.ports.bronze import Accepted, Inferences, Open

from tests.fakes.bronze import MemoryInferences

NOW, FORGET_AT = 1_764_000_000, 1_765_000_000
ASKED = Asked("call-1", "quest", "player", "free", None, "s3://bucket/requests/call-1.json", 2)
ANSWERED = Outcome("answered", "s3://bucket/answers/1", "a-model", Usage(3, 1, 2))


@pytest.fixture(params=["memory", "dynamodb"])
def inferences(request) -> Inferences:
    if request.param == "memory":
        return MemoryInferences()
    client = request.getfixturevalue("aws_client")("dynamodb")
    return DynamoInferences(client, request.getfixturevalue("table"))


@pytest.fixture
def claimed() -> Inference:
    return bronze.claim(f"token-{uuid4()}", ASKED, NOW, bronze.load())


def test_of_many_claims_one_stands(inferences, claimed):
    with ThreadPoolExecutor(8) as pool:
        claims = list(pool.map(lambda _: inferences.claim(claimed, FORGET_AT), range(16)))
    assert sum(stands for _, stands in claims) == 1
    assert all(known == claimed for known, _ in claims)
    assert inferences.find(claimed.inference_id) == claimed


def test_the_halves_meet_in_any_order(inferences, claimed):
    told = inferences.tell(claimed.inference_id, ANSWERED, FORGET_AT)
    assert (told.token, told.outcome) == (None, ANSWERED)
    known, stands = inferences.claim(claimed, FORGET_AT)
    assert stands
    assert (known.token, known.asked, known.outcome) == (claimed.token, ASKED, ANSWERED)


def test_the_first_outcome_holds(inferences, claimed):
    inferences.claim(claimed, FORGET_AT)
    inferences.tell(claimed.inference_id, ANSWERED, FORGET_AT)
    told = inferences.tell(claimed.inference_id, Outcome("failed", detail="x"), FORGET_AT)
    assert told.outcome == ANSWERED
    assert told.token == claimed.token


def test_the_first_fate_holds(inferences, claimed):
    inferences.claim(claimed, FORGET_AT)
    with ThreadPoolExecutor(8) as pool:
        fates = list(pool.map(lambda fate: inferences.decide(claimed.inference_id, fate), ["used", "late"] * 8))
    assert len(set(fates)) == 1
    found = inferences.find(claimed.inference_id)
    assert found is not None
    assert found.fate == fates[0]


@pytest.mark.parametrize("failure", [None, "s3://bucket/failures/1"])
def test_an_accepted_inference_knows_its_places(inferences, claimed, failure):
    inferences.claim(claimed, FORGET_AT)
    inferences.accept(claimed.inference_id, Accepted("s3://bucket/answers/1", failure))
    found = inferences.find(claimed.inference_id)
    assert (found.output, found.failure, found.token) == ("s3://bucket/answers/1", failure, claimed.token)


def test_what_is_not_there_is_not_found(inferences):
    assert inferences.find("nobody") is None


def test_open_inferences_are_due_in_their_order(inferences):
    inferences.open("c", NOW + 2)
    inferences.open("a", NOW + 1)
    inferences.open("b", NOW)
    inferences.open("later", NOW + 99)
    assert inferences.due(NOW + 2, 10) == [Open("b", NOW), Open("a", NOW + 1), Open("c", NOW + 2)]
    inferences.open("b", NOW + 99)
    inferences.close("c")
    inferences.close("c")
    assert inferences.due(NOW + 2, 10) == [Open("a", NOW + 1)]
    assert len(inferences.due(NOW + 99, 2)) == 2


def test_an_entry_that_changed_meanwhile_is_not_closed(inferences):
    inferences.open("a", NOW)
    inferences.close("a", Open("a", NOW - 1))
    assert inferences.due(NOW, 10) == [Open("a", NOW)]
    inferences.close("a", Open("a", NOW))
    assert inferences.due(NOW, 10) == []
    inferences.close("a", Open("a", NOW))


def test_dynamodb_forgets_every_row_in_time(aws_client, table, claimed):
    inferences = DynamoInferences(aws_client("dynamodb"), table)
    inferences.claim(claimed, FORGET_AT)
    inferences.tell("somebody-elses", ANSWERED, FORGET_AT)
    for item in aws_client("dynamodb").scan(TableName=table)["Items"]:
        assert item["expires_at"] == {"N": str(FORGET_AT)}


def test_dynamodb_reads_every_page(aws_client, table):
    inferences = DynamoInferences(aws_client("dynamodb"), table)
    padding = {"S": "x" * 300_000}
    for number in range(6):  # more than a page's megabyte
        aws_client("dynamodb").put_item(
            TableName=table,
            Item={"pk": {"S": "OPEN"}, "sk": {"S": str(number)}, "look_at": {"N": "5"}, "padding": padding},
        )
    assert [entry.inference_id for entry in inferences.due(5, 10)] == list("012345")
