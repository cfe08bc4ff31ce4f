"""A player-day's cost: the figures of notes on performance from their own inputs, sums, directions, refusals."""

from dataclasses import replace
from decimal import Decimal

import pytest
from bodybroker.kernel import configuration
from bodybroker.models import cost_services, prices
from bodybroker.models.cost_model import CostFault, Scenario
from bodybroker.models.cost_settings import CODE, PLANS, CostSettings
from bodybroker.models.player_day import JobUse
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from msgspec.structs import replace as change
from pydantic import ValidationError

from tests.unit.cost.conftest import COMPLETION, PROMPT, TURNS, plan_use

NANO = 10**9
SCENARIOS = (Scenario(), Scenario("gpt-5"), Scenario("gpt-5", content_cache=True), Scenario(basis="all", reasoning=50))
QUICK = settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)


def dollars(nanodollars: int | Decimal, places: int) -> Decimal:
    return round(Decimal(nanodollars) / NANO, places)


# The notes' figures, from their inputs


def test_a_dialogue_turn_on_gpt_5(model):
    ten = JobUse(10, 10 * 2048, 0, 14336, 10 * 128)  # 70 % cached
    turn = model(line=ten).day("basic", Scenario("gpt-5")).jobs["line"] / 10
    by_hand = 2048 * Decimal("0.3") * 1250 + 2048 * Decimal("0.7") * 125 + 128 * 10000
    assert turn == by_hand and dollars(Decimal(turn), 5) == Decimal("0.00223")


def test_a_subscriber_by_layer(model):
    cloud = model().day("basic", Scenario("gpt-5")).jobs
    assert dollars(cloud["direction"], 3) == Decimal("0.157")
    assert cloud["line"] == TURNS * (PROMPT * (Decimal("0.3") * 1250 + Decimal("0.7") * 125) + COMPLETION * 10000)
    assert cloud["customization"] == 100 * (210 * 1250 + 490 * 125 + 180 * 10000)
    cached = model().day("basic", Scenario("gpt-5", content_cache=True)).jobs
    assert cached["customization"] * 100 == cloud["customization"] * 15
    assert cached["direction"] == cloud["direction"] and cached["line"] == cloud["line"]


def test_silver_on_both_bases(model):
    """150 turns of 1800 and 70 tokens at 2 dollars per 1M: 0.021 dollars of output, 0.561 of all."""
    silver = prices.book().tokens["silver"].model_copy(update={"output": 2000})
    book = prices.book().model_copy(update={"tokens": {**prices.load(), "gold": silver, "silver": silver}})
    assert dollars(model(book).day("basic").jobs["line"], 3) == Decimal("0.021")
    assert dollars(model(book).day("basic", Scenario(basis="all")).jobs["line"], 3) == Decimal("0.561")


def test_hidden_reasoning(model):
    """100 tokens a call on gpt-5 add a millicent for each call of a model but moderation."""
    calls = sum(load.calls for load in model().loads("basic") if load.layer != 0)
    plain, thinking = (model().day("basic", Scenario("gpt-5", reasoning=n)) for n in (0, 100))
    assert thinking.total - plain.total == calls * 100 * 10000
    assert thinking.jobs["moderation"] == plain.jobs["moderation"]


# Where a job goes


def test_code_costs_nothing_and_the_guard_reads(model):
    day = model().day("basic")
    assert day.jobs["base"] == 0
    guard = prices.load()["guard"]
    assert day.jobs["moderation"] == 300 * (125 * guard.input + 125 * guard.cached)


def test_the_hybrid_has_its_content_cache(model):
    assert model().day("basic").jobs["customization"] == 15 * 180 * prices.load()["gold"].output


def test_moderation_stays_on_its_own_model(model, shipped):
    price = prices.load()[shipped.jobs["moderation"].reference]
    day = model().day("basic", Scenario("gpt-5-pro"))
    assert day.jobs["moderation"] == 300 * (125 * price.input + 125 * price.cached + 5 * price.output)


def test_major_npcs_climb_their_own_ladder(model, settings):
    tiers = {
        "tiers": {"gold": {"price": "gold"}, "silver": {"price": "silver"}},
        "jobs": {
            "line": {"ladder": {plan: ["gold", "silver"] for plan in PLANS}, "major": {"premium": ["silver", "gold"]}},
            "acts": {"ladder": {plan: ["gold"] for plan in PLANS}},
            "warm": {"ladder": {plan: ["gold"] for plan in PLANS}},
        },
    }
    cost = replace(model(chosen=settings(major_percent=25)), tiers=tiers)
    gold, silver = prices.load()["gold"].output, prices.load()["silver"].output
    written = TURNS * COMPLETION
    assert cost.day("basic").jobs["line"] == written * gold
    assert cost.day("premium").jobs["line"] == round(written * (Decimal("0.75") * gold + Decimal("0.25") * silver))


def test_nobody_pays_a_cloud_model_to_read_ahead(model):
    use = JobUse(10, 1000, 0, 0, 10)
    cost = model(line=use, warm=use)
    assert "warm" in cost.day("basic").jobs and "warm" not in cost.day("basic", Scenario("gpt-5")).jobs


def test_a_cloud_cache_keeps_long_prompts_only(model, settings):
    shipped = settings(prefix_cache=configuration.load("cost")["prefix_cache"])
    loads = {load.job: load for load in model(chosen=shipped).loads("basic")}
    assert loads["bark"].cloud_cached == 0 < loads["bark"].hosted_cached
    assert loads["direction"].cloud_cached == 30 * 14 * 128


# Sums and directions


@pytest.mark.parametrize("scenario", SCENARIOS)
@pytest.mark.parametrize("plan", PLANS)
def test_parts_add_up(model, plan, scenario):
    day = model().day(plan, scenario)
    assert day.total == sum(day.of_layer(layer) for layer in range(5)) == day.models + sum(day.services.values())
    assert all(type(cost) is int and cost >= 0 for cost in (*day.jobs.values(), *day.services.values()))
    assert day.of_layer(0) == day.jobs["moderation"] + sum(day.services.values())
    assert day.of_layer(3) == day.jobs["line"] and day.of_layer(4) == day.jobs["direction"]


tokens = st.integers(0, 10**7)


@QUICK
@given(st.tuples(tokens, tokens, tokens), st.sampled_from(SCENARIOS), st.sampled_from(("prompt", "completion")))
def test_more_tokens_never_cost_less(model, amounts, scenario, what):
    prompt, completion, more = amounts
    use = JobUse(100, prompt, prompt // 2, prompt // 3, completion)
    larger = change(use, **{what: getattr(use, what) + more})
    assert model(line=larger).day("basic", scenario).total >= model(line=use).day("basic", scenario).total


@QUICK
@given(st.integers(1, 30), st.sampled_from(PLANS))
def test_so_many_days_cost_what_one_does(model, days, plan):
    one = model()
    use = one.measured[plan]
    many = change(
        use,
        days=days,
        jobs={name: JobUse(*(days * n for n in _fields(job))) for name, job in use.jobs.items()},
        functions={name: type(used)(*(days * n for n in _fields(used))) for name, used in use.functions.items()},
    )
    several = replace(one, measured={**one.measured, plan: many})
    assert several.day(plan) == one.day(plan)


def test_a_shorter_measurement_is_stretched_to_the_hours_of_a_day(model, settings):
    whole = model().day("basic")
    assert replace(model(), measured_hours=Decimal("1.25")).day("basic").jobs["line"] == 2 * whole.jobs["line"]
    longer = model(chosen=settings(hours_per_day=5)).day("basic")
    for name, cost in whole.jobs.items():
        assert longer.jobs[name] == 2 * cost
    for name, cost in whole.services.items():
        assert longer.services[name] == pytest.approx(cost if name == "always on" else 2 * cost, abs=1)


def _fields(counts):
    return [getattr(counts, name) for name in counts.__struct_fields__]


@pytest.mark.parametrize("plan", PLANS)
@pytest.mark.parametrize("scenario", SCENARIOS)
def test_every_input_pulls_the_right_way(model, plan, scenario):
    cost = model()
    base = cost.day(plan, scenario).total
    pulls = set()
    for name in cost.factor_names(plan):
        half, twice = (cost.day(plan, scenario, {name: factor}).total for factor in (Decimal("0.5"), Decimal(2)))
        if name == "players":
            assert half > base > twice
        else:
            assert half <= base <= twice, name
        if half != twice:
            pulls.add(name)
    assert {"hours", "players", "requests", "database units", "response bytes", "function time", "turns"} <= pulls


@pytest.mark.parametrize("plan", PLANS)
def test_caches_save_and_the_wider_basis_and_thinking_cost(model, plan):
    cost = model()
    assert cost.day(plan, Scenario("gpt-5", content_cache=True)).total < cost.day(plan, Scenario("gpt-5")).total
    assert cost.day(plan, Scenario(basis="all")).total > cost.day(plan).total
    assert cost.day(plan, Scenario(reasoning=100)).total > cost.day(plan).total


def test_the_frontier_reference_is_the_dearest_of_the_three(model, shipped):
    names = shipped.references
    costs = [model().day("basic", Scenario(name)).total for name in (names.frontier, names.mid, names.small)]
    assert costs == sorted(costs, reverse=True) and len({*costs}) == 3


# Services


def test_services_are_priced_by_their_units(model, settings):
    nothing = dict.fromkeys(configuration.load("cost")["services_per_hour"], 0)
    functions = configuration.load("cost")["lambda"] | {"authorizer_per_hour": 0}
    bare = settings(services_per_hour=nothing, **{"lambda": functions}, keep_months=2)
    services = model(chosen=bare).day("basic").services
    assert services["api"] == 1150 * 3500  # the projector is not behind the API
    assert services["database"] == (2400 + 1900 + 100) * 125 / 2 + (9000 + 1800 + 200) * 625
    assert services["egress"] == round(20_100_000 * Decimal("0.09"))
    assert services["keys"] == 40 * 3000
    assert services["storage"] == round(1_300_000 * 2 * Decimal("0.45"))
    ms = 4000 + 600 + 400 + 4800 * (4 + 2) + TURNS * 200 + TURNS * COMPLETION * 16
    gb_seconds = Decimal(ms) / 1000 * 1769 / 1024
    assert services["functions"] == round(2250 * 200 + gb_seconds * Decimal("13333.4"))
    assert services["telemetry"] == services["state machines"] == services["logs"] == 0
    always = model(chosen=bare).settings.always_on
    assert services["always on"] * always.players_per_day == pytest.approx(
        (2 * 24 * 0.167 + 24 * 0.102 + 2 * 24 * 0.04 + (40 * 0.122 + 200 * 0.3) * 12 / 365) * NANO
    )


@pytest.mark.parametrize(
    ("factor", "moved"),
    [
        ("requests", {"api", "functions", "database", "egress", "logs"}),
        ("database units", {"database"}),
        ("response bytes", {"egress"}),
    ],
)
def test_a_factor_doubles_what_it_is_of(model, factor, moved):
    base, twice = (model().day("basic", factors={factor: Decimal(n)}).services for n in (1, 2))
    assert {name for name in base if abs(twice[name] - 2 * base[name]) <= 1 and base[name]} == moved
    assert {name for name in base if twice[name] != base[name]} == moved


# Refusals


def test_every_missing_price_and_unknown_job_is_named(model, settings):
    book = prices.book()
    poor = book.model_copy(
        update={
            "tokens": {name: price for name, price in book.tokens.items() if name not in ("gpt-6-luna", "gold")},
            "services": {
                name: rate for name, rate in book.services.items() if name not in ("egress", "ml.p5.48xlarge")
            },
        }
    )
    cost = model(poor, line=JobUse(1, 1, 0, 0, 1), ballad=JobUse(1, 1, 0, 0, 1))
    cost = replace(cost, measured={plan: use for plan, use in cost.measured.items() if plan != "vip"})
    cost.measured["free"] = change(cost.measured["free"], days=0)
    with pytest.raises(CostFault) as refused:
        cost.check()
    told = str(refused.value)
    assert all(f"'{name}'" in told for name in ("gpt-6-luna", "gold", "egress", "ml.p5.48xlarge", "ballad", "vip"))
    assert "free: no days" in refused.value.faults


def test_the_shipped_configuration_is_whole(model, shipped):
    model(chosen=shipped).check()
    assert {*cost_services.USED} <= prices.book().services.keys()
    assert CODE not in prices.load()


def test_a_job_that_the_game_asks_is_assumed_as_its_ladder_says(shipped):
    jobs = configuration.load("tiers")["jobs"]
    for name in jobs.keys() & shipped.jobs.keys():
        assumed, ladder = shipped.jobs[name], jobs[name]["ladder"]
        assert assumed.layer == jobs[name]["layer"]
        assert [assumed.hybrid.of(plan) for plan in PLANS] == [ladder[plan][0] for plan in PLANS]


def test_a_factor_of_nothing_is_refused(model):
    with pytest.raises(ValueError, match="moon, sun"):
        model().day("basic", factors={"sun": Decimal(2), "moon": Decimal(2), "hours": Decimal(1)})


@pytest.mark.parametrize(
    "fault",
    [
        {"hours_per_day": 0},
        {"hours_per_day": 25},
        {"major_percent": 101},
        {"bands": {"gold": {"low": 1, "high": 2}}},
        {"batches": [{"prompt": 1, "completion": 1, "completions_per_second": 5}] * 2},
        {"references": {"frontier": "a", "mid": "b"}},
        {"moon": 1},
    ],
)
def test_bad_settings_are_refused(settings, fault):
    with pytest.raises(ValidationError):
        settings(**fault)


def test_every_fault_of_the_settings_is_told_at_once():
    document = configuration.load("cost") | {"hours_per_day": -1, "keep_months": 0, "moon": 1}
    with pytest.raises(ValidationError) as refused:
        CostSettings.model_validate(document)
    assert {error["loc"][0] for error in refused.value.errors()} == {"hours_per_day", "keep_months", "moon"}


def test_uses_add_up():
    use = plan_use().jobs["line"]
    assert use + use == JobUse(*(2 * n for n in _fields(use)))
