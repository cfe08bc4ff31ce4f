"""What model calls may cost, by plan."""

from copy import deepcopy

import pytest
from bodybroker.kernel import configuration
from bodybroker.models import budget
from pydantic import ValidationError

DOCUMENT = configuration.load("budgets")


def load(monkeypatch, **changes):
    """The settings with other values at paths such as `plans.free.pool.day`; None removes."""
    document = deepcopy(DOCUMENT)
    for path, value in changes.items():
        *way, last = path.split(".")
        place = document
        for step in way:
            place = place[step]
        if value is None:
            del place[last]
        else:
            place[last] = value
    monkeypatch.setattr(configuration, "load", lambda name: document)
    return budget.load.__wrapped__()


def test_every_plan_has_a_budget_and_dearer_plans_more():
    settings = budget.load()
    days = [settings.of(plan).player_day for plan in ("free", "basic", "premium", "vip")]
    assert days == sorted(days) and days[0] > 0


def test_the_kill_switch_spares_those_who_pay_for_as_long_as_it_says():
    free, vip = budget.load().of("free"), budget.load().of("vip")
    assert [free.has_models(level) for level in ("on", "paid_only", "off")] == [True, False, False]
    assert [vip.has_models(level) for level in ("on", "paid_only", "off")] == [True, True, False]


def test_only_the_free_plan_is_last_in_the_queue():
    settings = budget.load()
    assert all(settings.of("free").lane > settings.of(plan).lane for plan in ("basic", "premium", "vip"))


@pytest.mark.parametrize(
    ("path", "value"),
    [
        ("reservation_lifetime_s", 0),
        ("switch_cache_s", 6),
        ("keep_days", "3"),
        ("alarm_dollars_per_hour", 0),
        ("alarm_dollars_per_hour", None),
        ("plans.vip", None),
        ("plans.gold", DOCUMENT["plans"]["vip"]),
        ("plans.free.player_day", -1),
        ("plans.free.player_day", 1.5),
        ("plans.free.world_day", 1_100_000_001),
        ("plans.free.lane", "first"),
        ("plans.free.pays", None),
        ("plans.free.pool.day", 1_000_000_000),
        ("plans.free.pool.draw", 1_200_000_000),
        ("plans.free.pool.idle_s", 0),
        ("plans.free.tip", 1),
    ],
)
def test_a_fault_is_told_by_its_place(monkeypatch, path, value):
    with pytest.raises(ValidationError) as refused:
        load(monkeypatch, **{path: value})
    (fault,) = refused.value.errors()
    told = ".".join(map(str, fault["loc"]))
    assert path.startswith(told) and told
    if told != path:
        assert path.removeprefix(f"{told}.") in fault["msg"]


def test_all_faults_are_told_at_once(monkeypatch):
    with pytest.raises(ValidationError) as refused:
        load(monkeypatch, **{"keep_days": 0, "plans.vip.lane": -1, "plans.free.player_day": None, "plans.basic": None})
    assert refused.value.error_count() == 4
