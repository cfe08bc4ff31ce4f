"""From a call to the books: what budgets settled is what the ledger's files hold, to the nanodollar."""

import random
from dataclasses import replace
from os import environ

import pytest
from bodybroker.kernel.clock import FixedClock
from bodybroker.kernel.errors import Unavailable

from functions.ledger import handler
from tests.contract.budgets.conftest import NOON, PRICE, Bank, entry, payer, settings
from tests.contract.ledger.conftest import DAYS

SEED = int(environ.get("SEED", random.randrange(2**32)))
CALLS = 60


@pytest.fixture
def bank(aws_client, make_table):
    """Budgets on a table with a stream."""
    client, table = aws_client("dynamodb"), make_table()
    client.update_table(TableName=table, StreamSpecification={"StreamEnabled": True, "StreamViewType": "NEW_IMAGE"})
    rich = settings(player_day=1000 * PRICE, world_day=1000 * PRICE)
    bank = Bank(client, table, make_table(), rich, FixedClock(NOON))
    bank.admit("p1", "p2")
    return bank


@pytest.fixture
def files(make_files, monkeypatch):
    files = make_files()
    monkeypatch.setattr(handler, "files", lambda: files)
    monkeypatch.setenv("POWERTOOLS_SERVICE_NAME", "ledger")
    monkeypatch.setenv("POWERTOOLS_METRICS_NAMESPACE", "BodyBroker")
    return files


def records(aws_client, bank):
    """All that the table's stream tells, in its order."""
    client = aws_client("dynamodbstreams")
    arn = bank.client.describe_table(TableName=bank.table)["Table"]["LatestStreamArn"]
    found = []
    for shard in client.describe_stream(StreamArn=arn)["StreamDescription"]["Shards"]:
        iterator = client.get_shard_iterator(StreamArn=arn, ShardId=shard["ShardId"], ShardIteratorType="TRIM_HORIZON")[
            "ShardIterator"
        ]
        while iterator:
            page = client.get_records(ShardIterator=iterator)
            if not page["Records"]:
                break
            found += page["Records"]
            iterator = page.get("NextShardIterator")
    return found


def play(bank, fate):
    """Calls of two players: settled, crashed and swept, noted; all that the ledger should hold, by call."""
    expected = {}
    for number in range(CALLS):
        who = payer(fate.choice(["p1", "p2"]), fate.choice(["free", "basic"]), fate.choice(["w1", None]))
        reservation = bank.reserve(f"c{number}", who)
        cost = PRICE
        if fate.random() < 0.8:
            cost = fate.randint(0, PRICE)
            bank.budgets.settle(reservation, entry(reservation, cost))
        expected[f"c{number}"] = cost
        if fate.random() < 0.2:
            hedge = replace(reservation, call_id=f"h{number}")
            bank.budgets.note(entry(hedge, 0, "hedged"))
            expected[f"h{number}"] = 0
        bank.pass_time(fate.randint(0, 5))
    bank.pass_time(60)
    bank.keeper.sweep()
    return expected


def deliver(found, fate):
    """As Lambda does at its worst: pieces of any size, many twice, some late, some whose function dies half way."""
    pieces = []
    while found:
        size = fate.randint(1, 12)
        pieces.append(found[:size])
        found = found[size:]
    pieces += [[*first, *second] for first, second in (fate.sample(pieces, 2) for _ in range(len(pieces) // 2))]
    fate.shuffle(pieces)
    for piece in pieces:
        handler.lambda_handler({"Records": piece}, None)


def test_the_books_hold_what_the_budgets_settled(bank, files, aws_client, capsys):
    print(f"SEED={SEED}")
    fate = random.Random(SEED)
    expected = play(bank, fate)
    deliver(records(aws_client, bank), fate)
    booked = [each for day in DAYS for each in files.read(day)]
    assert len(booked) == len(expected)
    assert {each.call_id: each.charged_nanodollars for each in booked} == expected
    for player in ("p1", "p2"):
        mine = sum(each.charged_nanodollars for each in booked if each.player == player)
        assert bank.day(player).get("spent", 0) == bank.day(player).get("used", 0) == mine


def test_a_bucket_that_does_not_answer_loses_nothing(bank, files, aws_client, monkeypatch):
    expected = play(bank, random.Random(7))
    found = records(aws_client, bank)

    def out(*_):
        raise Unavailable("out")

    with monkeypatch.context() as outage:
        outage.setattr(files, "_put", out)
        with pytest.raises(Unavailable):
            handler.lambda_handler({"Records": found}, None)
    handler.lambda_handler({"Records": found}, None)
    assert sum(1 for day in DAYS for _ in files.read(day)) == len(expected)


def test_only_settling_and_noting_leave_an_entry_in_the_stream(bank, files, aws_client):
    expected = play(bank, random.Random(11))
    images = [record["dynamodb"].get("NewImage", {}) for record in records(aws_client, bank)]
    assert len(images) > 2 * len(expected) * 0.8
    assert sum("entry" in image for image in images) == len(expected)
