"""Budgets and the ledger."""

import json

import msgspec
from bodybroker.models import budget
from bodybroker.models.ledger import Entry, file_of
from bodybroker.models.usage import Usage

from cdk.constructs import books

HIVE = {str: "string", int: "bigint"}


def test_entries_are_filed_in_batches_and_never_given_up_on(app):
    (mapping,) = (each for each in app.all("Lambda::EventSourceMapping") if each.id.startswith("BudgetsStream"))
    assert mapping["StartingPosition"] == "TRIM_HORIZON"
    assert mapping["BisectBatchOnFunctionError"] is True
    assert "MaximumRetryAttempts" not in mapping.document["Properties"]  # as long as the stream remembers
    assert json.loads(mapping["FilterCriteria"]["Filters"][0]["Pattern"]) == {
        "dynamodb": {"NewImage": {"entry": {"S": [{"exists": True}]}}}
    }
    (queue,) = (each for each in app.all("SQS::Queue") if "Unfiled" in each.id)
    assert mapping["DestinationConfig"]["OnFailure"]["Destination"] == {"Fn::GetAtt": [queue.id, "Arn"]}


def test_reservations_are_swept_about_as_often_as_they_expire(app):
    (schedule,) = (each for each in app.all("Scheduler::Schedule") if each.stack == "Spending")
    assert schedule["ScheduleExpression"] == "rate(5 minutes)"
    assert budget.load().reservation_lifetime_s <= 300
    assert schedule["Target"]["Arn"] == {"Fn::GetAtt": [app.functions()["budget_sweeper"].id, "Arn"]}


def test_the_books_are_encrypted_private_and_kept(app):
    (bucket,) = (each for each in app.all("S3::Bucket") if each.stack == "Spending")
    (rule,) = bucket["BucketEncryption"]["ServerSideEncryptionConfiguration"]
    assert rule["ServerSideEncryptionByDefault"]["SSEAlgorithm"] == "aws:kms"
    assert set(bucket["PublicAccessBlockConfiguration"].values()) == {True}
    assert bucket.document["DeletionPolicy"] == "Retain"
    expiring = {each["Prefix"]: each["ExpirationInDays"] for each in bucket["LifecycleConfiguration"]["Rules"][:2]}
    assert expiring["ledger/"] > 365 > expiring["queries/"]


def test_athena_has_a_column_for_every_member_of_an_entry(app):
    (table,) = app.all("Glue::Table")
    columns = {each["Name"]: each["Type"] for each in table["TableInput"]["StorageDescriptor"]["Columns"]}
    members = [field.name for field in msgspec.structs.fields(Entry)]
    assert list(columns) == members
    usage = ",".join(f"{field.name}:bigint" for field in msgspec.structs.fields(Usage))
    assert columns["usage"] == f"struct<{usage}>"
    numbers = {field.name for field in msgspec.structs.fields(Entry) if field.type in (int, int | None)}
    assert {name for name, kind in columns.items() if kind in ("int", "bigint")} == numbers


def test_athena_looks_where_the_ledger_writes(app):
    (table,) = app.all("Glue::Table")
    parameters = table["TableInput"]["Parameters"]
    template = json.dumps(parameters["storage.location.template"])
    assert template.endswith('/ledger/dt=${dt}/hour=${hour}/"]]}')
    entry = Entry("c", "2026-11-23T07:05:09+00:00", "p", "free", None, "line", 3, "gold", "m", None, "answered",
                  Usage(), 1, 1, 1)  # fmt: skip
    assert file_of(entry) == "dt=2026-11-23/hour=07/05.jsonl.gz"
    assert (parameters["projection.hour.digits"], parameters["projection.dt.format"]) == ("2", "yyyy-MM-dd")
    assert books.LEDGER == "ledger/"


def test_the_alarm_rings_at_the_configured_rate(app):
    (alarm,) = (each for each in app.all("CloudWatch::Alarm") if each.get("MetricName") == "CostDollars")
    assert alarm["Period"] == 300
    assert alarm["Threshold"] * 12 == budget.load().alarm_dollars_per_hour
    ledger = app.functions()["ledger"]["Environment"]["Variables"]
    assert alarm["Namespace"] == ledger["POWERTOOLS_METRICS_NAMESPACE"]
    assert alarm["Dimensions"] == [{"Name": "service", "Value": ledger["POWERTOOLS_SERVICE_NAME"]}]
