"""The policy document: what it must say, and that every fault is told at once."""

import copy
from typing import Any

import pytest
from bodybroker.generation import specialists
from bodybroker.kernel import configuration
from bodybroker.models import budget, prices, tiers
from pydantic import ValidationError


@pytest.fixture
def document() -> dict[str, Any]:
    return copy.deepcopy(configuration.load("tiers"))


def faults(document: dict[str, Any], names=frozenset({"gold", "silver", "cloud"})) -> list[str]:
    with pytest.raises(ValidationError) as refused:
        tiers.validate(document, names)
    return [f"{'.'.join(map(str, fault['loc']))}: {fault['msg']}" for fault in refused.value.errors()]


def test_what_is_shipped_holds():
    shipped = tiers.load()
    assert all(tier.price in prices.load() for tier in shipped.tiers.values())


def test_warming_is_asked_where_the_line_will_be():
    jobs = tiers.load().jobs
    for plan in ("free", "basic", "premium", "vip"):
        for is_major in (False, True):
            line, warm = (jobs[name].rungs(plan, is_major=is_major) for name in ("line", "warm"))
            assert warm == line[:1]


def test_what_is_made_ahead_waits_behind_whatever_a_player_listens_to():
    plans, jobs = budget.load().plans, tiers.load().jobs
    lanes = [plan.lane for plan in (plans.free, plans.basic, plans.premium, plans.vip)]
    assert {jobs[name].behind for name in ("line", "acts", "warm")} == {0}
    for name in specialists.NAMES:
        assert min(lanes) + jobs[name].behind > max(lanes), name


def test_every_fault_is_told_at_once(document):
    del document["tiers"]["silver"]
    document["tiers"]["gold"]["price"] = "gould"
    document["tiers"]["cloud"]["context_tokens"] = 0
    document["jobs"]["line"]["ladder"]["free"] = ["gold", "gold"]
    document["jobs"]["line"]["ladder"]["vip"] = ["platinum"]
    del document["jobs"]["acts"]["ladder"]["basic"]
    document["jobs"]["acts"]["layer"] = 5
    document["jobs"]["warm"]["deadlines_ms"]["total"] = 1
    document["jobs"]["bark"]["deadlines_ms"]["hedge_after"] = 2000
    document["jobs"]["bark"]["cache"] = "everybody"
    document["breaker"]["failed_percent"] = 101
    document["colour"] = "red"
    told = " | ".join(faults(document))
    for expected in (
        "tiers.silver: Field required",
        "tiers.gold.price: Value error, prices.yaml has no price 'gould'",
        "tiers.cloud.context_tokens",
        "jobs.line.ladder.free: Value error, names a rung twice",
        "jobs.line.ladder.vip.0",
        "jobs.acts.ladder.basic: Field required",
        "jobs.acts.layer",
        "jobs.warm.deadlines_ms: Value error, first_token comes after total",
        "jobs.bark.deadlines_ms: Value error, hedge_after comes after first_token",
        "jobs.bark.cache",
        "breaker.failed_percent",
        "colour: Extra inputs are not permitted",
    ):
        assert expected in told


def test_a_tier_without_a_price_is_refused(document):
    assert faults(document, frozenset({"gold", "silver"})) == [
        "tiers.cloud.price: Value error, prices.yaml has no price 'cloud'"
    ]


def test_levels_of_attention_and_roles_must_all_be_there(document):
    del document["attention"]["levels"]["dormant"]
    del document["attention"]["rises"]["crowd"]
    told = " | ".join(faults(document))
    assert "attention.levels.dormant: Field required" in told
    assert "attention.rises.crowd: Field required" in told
