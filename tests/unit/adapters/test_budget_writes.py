"""Conditional writes when others are in the way: what an emulator that serves one request at a time does not show."""

import pytest
from bodybroker.adapters.budget_updates import Update
from bodybroker.adapters.budget_writes import ATTEMPTS, LONGEST_PAUSE_S, BudgetWrites, Refused
from bodybroker.kernel.errors import Unavailable
from botocore.exceptions import ClientError, ReadTimeoutError

CONFLICT = {"Code": "TransactionConflict"}
HELD = {"Code": "None"}
FAILED = {"Code": "ConditionalCheckFailed", "Item": {"used": {"N": "7"}}}


def error(code, **members):
    return ClientError({"Error": {"Code": code, "Message": code}, **members}, "Write")


def cancelled(*reasons):
    return error("TransactionCanceledException", CancellationReasons=list(reasons))


class Client:
    """Answers with each of `outcomes` in turn, then well."""

    def __init__(self, *outcomes):
        self.outcomes = list(outcomes)
        self.requests = []

    def _answer(self, **request):
        self.requests.append(request)
        if self.outcomes:
            raise self.outcomes.pop(0)

    update_item = transact_write_items = put_item = delete_item = _answer


def writes(*outcomes):
    client, pauses = Client(*outcomes), []
    return BudgetWrites(client, "budgets", pauses.append), client, pauses


def an_update():
    update = Update({"pk": "P#p", "sk": "D#d"})
    update.change("used", 5)
    update.at_most("used", 10)
    return update


@pytest.mark.parametrize(
    "in_the_way",
    [
        error("TransactionConflictException"),
        error("TransactionInProgressException"),
        cancelled(CONFLICT, HELD),
        cancelled(HELD, {"Code": "ThrottlingError"}),
    ],
    ids=["update", "in progress", "transaction", "throttled"],
)
def test_who_is_in_the_way_is_waited_for_a_little_and_not_for_ever(in_the_way):
    desk, client, pauses = writes(*[in_the_way] * (ATTEMPTS - 1))
    desk.together(desk.updating(an_update()))
    assert len(client.requests) == ATTEMPTS == len(pauses) + 1
    assert all(0 <= pause <= LONGEST_PAUSE_S for pause in pauses)
    desk, client, pauses = writes(*[in_the_way] * ATTEMPTS)
    with pytest.raises(Unavailable):
        desk.together(desk.updating(an_update()))
    assert len(client.requests) == ATTEMPTS


@pytest.mark.parametrize(
    ("outcome", "found"),
    [
        (error("ConditionalCheckFailedException", Item={"used": {"N": "7"}}), [{"used": 7}]),
        (error("ConditionalCheckFailedException"), [{}]),
        (cancelled(HELD, FAILED), [None, {"used": 7}]),
        (cancelled(CONFLICT, FAILED), [None, {"used": 7}]),
        (cancelled({"Code": "ConditionalCheckFailed"}, HELD), [{}, None]),
    ],
)
def test_a_refusal_tells_what_each_action_met_and_is_not_repeated(outcome, found):
    desk, client, _ = writes(outcome)
    with pytest.raises(Refused) as refused:
        desk.update(an_update())
    assert refused.value.found == found
    assert len(client.requests) == 1


def test_an_outage_is_unavailable_and_a_mistake_of_ours_is_not():
    desk, _, _ = writes(ReadTimeoutError(endpoint_url="here"))
    with pytest.raises(Unavailable):
        desk.update(an_update())
    desk, _, _ = writes(error("ValidationException"))
    with pytest.raises(ClientError, match="ValidationException"):
        desk.update(an_update())


def test_an_update_names_everything_by_placeholders():
    update = an_update()
    update.remove("entry")
    update.adds.append(f"{update.name('s0')} {update.value({'c1'})}")
    request = update.request("budgets")
    assert request["UpdateExpression"] == "SET #0 = if_not_exists(#0, :0) + :1 REMOVE #1 ADD #2 :3"
    assert request["ConditionExpression"] == "(attribute_not_exists(#0) OR #0 <= :2)"
    assert request["ExpressionAttributeNames"] == {"#0": "used", "#1": "entry", "#2": "s0"}
    assert request["ExpressionAttributeValues"][":3"] == {"SS": ["c1"]}


def test_a_number_that_is_not_there_counts_as_none():
    update = Update({"pk": "P#p", "sk": "D#d"})
    for least in (0, 1):
        update.at_least("idle", least)
    for most in (0, -1):
        update.at_most("used", most)
    assert update.conditions == [
        "(attribute_not_exists(#0) OR #0 >= :0)",
        "#0 >= :1",
        "(attribute_not_exists(#1) OR #1 <= :2)",
        "#1 <= :3",
    ]
