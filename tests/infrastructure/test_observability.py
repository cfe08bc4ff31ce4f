"""Whatever can fail has an alarm, and every alarm tells somebody."""

import json

import pytest


@pytest.fixture(scope="session")
def alarms(app):
    """Those that need a person; one in the models' stack wakes an endpoint."""
    return [alarm for alarm in app.all("CloudWatch::Alarm") if alarm.stack == "Observability"]


def _watched(alarms, metric):
    """What the alarms on a metric watch, as text."""
    return [json.dumps(alarm["Dimensions"]) for alarm in alarms if alarm.get("MetricName") == metric]


def _functions_watched(app, alarms, metric):
    watched = "".join(_watched(alarms, metric))
    return {name for name, function in app.functions().items() if function.id in watched}


def test_every_function_is_watched(app, alarms):
    everyone = set(app.functions())
    assert _functions_watched(app, alarms, "Throttles") == everyone
    # To API Gateway an authorizer says no by failing: its errors are players without a token.
    assert _functions_watched(app, alarms, "Errors") == everyone - {"authorizer"}


def test_every_table_is_watched(app, alarms):
    for metric in ("ReadThrottleEvents", "WriteThrottleEvents"):
        assert len(_watched(alarms, metric)) == len(app.all("DynamoDB::GlobalTable"))


@pytest.mark.parametrize(
    ("metric", "watches"),
    [
        ("5XXError", "BodyBroker"),
        ("Latency", "/worlds/{world}/commands"),
        ("ApproximateNumberOfMessagesVisible", "Unprojected"),
        ("ApproximateNumberOfMessagesVisible", "Unerased"),
        ("ApproximateNumberOfMessagesVisible", "Unfiled"),
        ("ApproximateNumberOfMessagesVisible", "Notices"),
        ("CloudFailures", "cloud_models"),
        ("ModelsNearTheirEnd", "refresh_prices"),
        ("RegistryChanges", "refresh_prices"),
        ("IteratorAge", "Projector"),
        ("IteratorAge", "Ledger"),
        ("CostDollars", "ledger"),
        ("ExecutionsFailed", "Rebuild"),
        ("ExecutionsFailed", "AskBronze"),
        ("ContentCacheFalseHit", "specialist"),
        ("ExecutionsFailed", "GenerateLocation"),
        ("ExecutionsTimedOut", "GenerateLocation"),
        ("ApproximateNumberOfMessagesVisible", "Unheard"),
        ("Invocation5XXErrors", "GoldEndpoint"),
        ("Invocation5XXErrors", "SilverEndpoint"),
        ("Invocation5XXErrors", "BronzeEndpoint"),
        ("Invocation5XXErrors", "GuardEndpoint"),
        ("FirstChunkLatency", "GoldEndpoint"),
        ("FirstChunkLatency", "SilverEndpoint"),
    ],
)
def test_the_rest_is_watched(alarms, metric, watches):
    assert sum(watches in dimensions for dimensions in _watched(alarms, metric)) == 1


def test_every_alarm_tells_the_encrypted_topic(app, alarms):
    (topic,) = (topic for topic in app.all("SNS::Topic") if topic.stack == "Observability")
    assert topic["KmsMasterKeyId"]
    for alarm in alarms:
        assert alarm["AlarmActions"] == [{"Ref": topic.id}], alarm.id
        assert alarm["TreatMissingData"] == "notBreaching", alarm.id
        assert "Metrics" not in alarm.document["Properties"], f"{alarm.id}: the local cloud knows no metric math"


def test_the_dashboard_shows_every_function(app):
    (dashboard,) = app.all("CloudWatch::Dashboard")
    body = json.dumps(dashboard["DashboardBody"])
    for name, function in app.functions().items():
        assert function.id in body, name
