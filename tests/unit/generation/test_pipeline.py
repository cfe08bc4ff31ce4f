"""A job ends in time, and its state machine says the same as its configuration."""

from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
import yaml
from bodybroker.generation import pipeline
from bodybroker.kernel import configuration
from pydantic import ValidationError

ROOT = Path(__file__).parents[3]
RULES = configuration.load("generation/pipeline")
EXPRESS_GB = Decimal(64) / 1024
"""The least memory that an Express execution is billed for."""


def _states(machine: dict[str, Any]) -> Iterator[tuple[str, dict[str, Any]]]:
    for name, state in machine["States"].items():
        yield name, state
        if "ItemProcessor" in state:
            yield from _states(state["ItemProcessor"])


@pytest.fixture(scope="module")
def machine() -> dict[str, Any]:
    definition: dict[str, Any] = yaml.safe_load((ROOT / "step_functions/generate_location.asl.yaml").read_text())
    return definition


def test_the_definition_gives_each_task_what_the_configuration_says(machine):
    given = {name: state["TimeoutSeconds"] for name, state in _states(machine) if state["Type"] == "Task"}
    rules = pipeline.load()
    assert given == {
        "AskSpecialist": rules.specialist_s,
        "FallBack": rules.fall_back_s,
        "Check": rules.check_s,
        "Commit": rules.commit_s,
        "Settle": rules.commit_s,
    }
    assert machine["TimeoutSeconds"] == rules.execution_s


def test_every_task_that_fails_leads_on(machine):
    tasks = {name: state for name, state in _states(machine) if state["Type"] in ("Task", "Map")}
    for name, state in tasks.items():
        caught = [error for catch in state.get("Catch", []) for error in catch["ErrorEquals"]]
        assert caught == ["States.ALL"] or name == "DescribeWave", name


@pytest.mark.parametrize(
    ("change", "fault"),
    [
        ({"concurrency": {"aws": 41, "local": 1}}, "concurrency.aws"),
        ({"concurrency": {"aws": 1, "local": 0}}, "concurrency.local"),
        ({"execution_s": 301}, "execution_s"),
        ({"deadline_s": 200}, "an execution 300 s"),
        ({"specialist_s": "60"}, "specialist_s"),
        ({"patience": 3}, "patience"),
    ],
)
def test_what_cannot_be_is_refused(change, fault):
    with pytest.raises(ValidationError, match=fault):
        pipeline.PipelineRules.model_validate(RULES | change)


def test_express_costs_less_however_long_it_takes(machine):
    """docs/decisions/0011: of a Standard machine every transition is paid, of an Express one run, memory and time."""
    rates = configuration.load("prices")["services"]
    transition, run, gb_hour = (
        Decimal(rates[name]["usd"]) / rates[name].get("per", 1)
        for name in ("step_transitions", "step_express_runs", "step_express_gb_hours")
    )
    passed = ["Begin", "Describe", "DescribeWave", *["AskSpecialist"] * 20, "Check", "Verdict", "Commit"]
    assert set(passed) <= {name for name, _ in _states(machine)}
    longest = run + EXPRESS_GB * pipeline.load().execution_s / 3600 * gb_hour
    assert longest < len(passed) * transition / 2
