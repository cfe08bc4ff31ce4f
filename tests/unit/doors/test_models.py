"""The router as the environment names its parts."""

import json

import pytest
from bodybroker.adapters.content_cache_table import DynamoContentCache
from bodybroker.doors import models, spending, wiring

NAMED = {
    "AWS_ACCESS_KEY_ID": "test",
    "AWS_SECRET_ACCESS_KEY": "test",
    "AWS_DEFAULT_REGION": "us-east-1",
    "BUDGETS_TABLE": "budgets",
    "GOLD_ENDPOINT": "gold",
    "KEYS_TABLE": "keys",
    "POWERTOOLS_METRICS_NAMESPACE": "BodyBroker",
    "POWERTOOLS_SERVICE_NAME": "specialist",
    "WRAPPING_KEY_ID": "key",
}
CACHED = (models.router, spending.budgets, spending._writes, wiring.vault)


@pytest.fixture(autouse=True)
def _environment(monkeypatch):
    for name, value in NAMED.items():
        monkeypatch.setenv(name, value)
    for name in ("CONTENT_CACHE_TABLE", "SILVER_ENDPOINT", "CLOUD_FUNCTION", "ADAPTERS_TABLE"):
        monkeypatch.delenv(name, raising=False)
    for cached in CACHED:
        cached.cache_clear()
    yield
    for cached in CACHED:
        cached.cache_clear()


def test_answers_are_remembered_where_a_table_is_named_for_them(monkeypatch):
    assert models.router().cache is None
    models.router.cache_clear()
    monkeypatch.setenv("CONTENT_CACHE_TABLE", "answers")
    router = models.router()
    assert isinstance(router.cache, DynamoContentCache)
    assert router._memory is not None and router._memory.cache is router.cache


def test_hits_are_measured_under_the_functions_name(capsys):
    models.router().measure("ContentCacheFalseHit", 1)
    written = json.loads(capsys.readouterr().out)
    [told] = written["_aws"]["CloudWatchMetrics"]
    assert (told["Namespace"], told["Dimensions"]) == ("BodyBroker", [["service"]])
    assert (written["service"], written["ContentCacheFalseHit"]) == ("specialist", 1)
