"""Both content caches, in memory and on DynamoDB, keep one contract."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from bodybroker.adapters.content_cache_table import DynamoContentCache
from bodybroker.kernel.clock import FixedClock
from bodybroker.kernel.ids import PlayerId
from bodybroker.models.caching import ContentKey
from bodybroker.models.inference import Completion
from bodybroker.models.usage import Usage
from bodybroker.ports.caches import ContentCache, FalseHit

from tests.fakes.content_cache import MemoryContentCache
from tests.fakes.vault import memory_vault

ANSWER = Completion("Rain. Always — für immer.", "tiny", Usage(9, 3, 4), 12)
SHARED = ContentKey(None, "a" * 64, "bark gold@1")
DAY = timedelta(days=1)


@dataclass
class Kept:
    cache: ContentCache
    clock: FixedClock


@pytest.fixture
def dynamo(aws_client: Callable[[str], Any], table: str) -> tuple[Any, str]:
    return aws_client("dynamodb"), table


@pytest.fixture(params=["memory", "dynamodb"])
def kept(request: pytest.FixtureRequest) -> Kept:
    clock = FixedClock(datetime(2026, 11, 23, tzinfo=UTC))
    if request.param == "memory":
        return Kept(MemoryContentCache(clock, DAY), clock)
    client, table = request.getfixturevalue("dynamo")
    return Kept(DynamoContentCache(client, table, memory_vault(), clock, DAY), clock)


def owned(player: str) -> ContentKey:
    return ContentKey(PlayerId(player), "b" * 64, "bark gold@1")


def test_an_answer_is_found_whole_under_its_key(kept):
    for key in (SHARED, owned("ash")):
        kept.cache.put(key, ANSWER)
        assert kept.cache.find([key]) == (key, ANSWER)


def test_nothing_is_found_under_another_key(kept):
    kept.cache.put(SHARED, ANSWER)
    assert kept.cache.find([replace(SHARED, digest="c" * 64)]) is None


def test_the_first_key_that_has_one_decides(kept):
    better, worse = (ContentKey(None, letter * 64, letter) for letter in "de")
    kept.cache.put(worse, ANSWER)
    assert kept.cache.find([better, worse]) == (worse, ANSWER)
    kept.cache.put(better, replace_text("Better."))
    assert kept.cache.find([better, worse]) == (better, replace_text("Better."))


def replace_text(text: str) -> Completion:
    return Completion(text, "tiny", Usage())


def test_a_players_answer_is_nobody_elses(kept):
    kept.cache.put(owned("ash"), ANSWER)
    assert kept.cache.find([owned("bram")]) is None
    assert kept.cache.find([replace(owned("ash"), owner=None)]) is None
    assert kept.cache.find([owned("ash")]) is not None


def test_an_answer_is_forgotten_after_its_time(kept):
    kept.cache.put(SHARED, ANSWER)
    kept.clock.instant += DAY - timedelta(seconds=1)
    assert kept.cache.find([SHARED]) is not None
    kept.clock.instant += timedelta(seconds=1)
    assert kept.cache.find([SHARED]) is None


@pytest.fixture
def on_dynamo(dynamo) -> tuple[DynamoContentCache, Any, str]:
    clock = FixedClock(datetime(2026, 11, 23, tzinfo=UTC))
    return DynamoContentCache(*dynamo, memory_vault(), clock, DAY), *dynamo


def test_a_players_answer_lies_sealed(on_dynamo):
    cache, client, table = on_dynamo
    cache.put(owned("ash"), ANSWER)
    [item] = client.scan(TableName=table, ConsistentRead=True)["Items"]
    assert set(item) == {"pk", "sk", "expires_at", "sealed"}
    assert b"Rain" not in item["sealed"]["B"]


def test_an_answer_that_was_kept_for_another_request_is_a_false_hit(on_dynamo):
    cache, *_ = on_dynamo
    cache.put(SHARED, ANSWER)
    with pytest.raises(FalseHit):
        cache.find([replace(SHARED, told="bark silver@1")])
