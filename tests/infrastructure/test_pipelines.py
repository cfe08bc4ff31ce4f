"""The projector and the rebuilding state machine."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml

ROOT = Path(__file__).parents[2]


@pytest.mark.parametrize(("stack", "dead"), [("Pipelines", "Unprojected"), ("Memory", "Unremembered")])
def test_events_are_projected_in_order_and_never_lost(app, stack, dead):
    mappings = [each for each in app.all("Lambda::EventSourceMapping") if each.id.startswith("WorldsStream")]
    assert len(mappings) == 2, "a stream has no more than two readers"
    (mapping,) = (each for each in mappings if each.stack == stack)
    assert mapping["BisectBatchOnFunctionError"] is True
    assert mapping["FunctionResponseTypes"] == ["ReportBatchItemFailures"]
    assert mapping["StartingPosition"] == "TRIM_HORIZON"
    assert mapping["MaximumRetryAttempts"] > 0
    (queue,) = (each for each in app.all("SQS::Queue") if each.id.startswith(dead))
    assert mapping["DestinationConfig"]["OnFailure"]["Destination"] == {"Fn::GetAtt": [queue.id, "Arn"]}
    assert json.loads(mapping["FilterCriteria"]["Filters"][0]["Pattern"]) == {
        "dynamodb": {"Keys": {"sk": {"S": ["H", {"prefix": "BD#"}]}}}
    }


def test_no_erasure_is_lost(app):
    """The stream tells the eraser; what it gives up on, a daily sweep finds, and somebody is told."""
    (mapping,) = (each for each in app.all("Lambda::EventSourceMapping") if "KeysStream" in each.id)
    assert mapping["StartingPosition"] == "TRIM_HORIZON"
    assert mapping["MaximumRetryAttempts"] > 0
    assert json.loads(mapping["FilterCriteria"]["Filters"][0]["Pattern"]) == {"eventName": ["MODIFY"]}
    (queue,) = (each for each in app.all("SQS::Queue") if "Unerased" in each.id)
    assert mapping["DestinationConfig"]["OnFailure"]["Destination"] == {"Fn::GetAtt": [queue.id, "Arn"]}
    (rule,) = (each for each in app.all("Events::Rule") if each.stack == "Pipelines")
    (target,) = rule["Targets"]
    assert (rule["ScheduleExpression"], json.loads(target["Input"])) == ("rate(1 day)", {"task": "sweep"})
    assert target["Arn"] == {"Fn::GetAtt": [app.functions()["eraser"].id, "Arn"]}


@pytest.mark.parametrize(
    ("name", "kind", "placeholders"),
    [
        ("rebuild_projections", "STANDARD", {"Rebuild": "Rebuild", "Memories": "Memories"}),
        ("ask_bronze", "STANDARD", {"Budget": "Bronzebudget", "Submit": "Bronzesub"}),
        (
            "generate_location",
            "EXPRESS",
            {"Specialist": "Specialist", "Check": "Checklocation", "Commit": "Commitlocation"},
        ),
    ],
)
def test_a_state_machine_is_its_file(app, name, kind, placeholders):
    machines = {one["StateMachineName"]: one for one in app.all("StepFunctions::StateMachine")}
    machine = machines[f"bodybroker-{name.replace('_', '-')}"]
    definition = yaml.safe_load((ROOT / "step_functions" / f"{name}.asl.yaml").read_text())
    assert json.loads(machine["DefinitionString"]) == definition
    assert machine["StateMachineType"] == kind
    assert machine["LoggingConfiguration"]["Level"] == "ALL"
    assert machine["LoggingConfiguration"]["IncludeExecutionData"] is False
    substitutions = machine["DefinitionSubstitutions"]
    found = {key.removesuffix("FunctionArn"): _function(value) for key, value in substitutions.items()}
    assert set(found) == set(placeholders)
    for key, function in placeholders.items():
        assert found[key].startswith(function)


def _function(arn: dict[str, Any]) -> str:
    """The logical id of a function of this stack, or of one below it."""
    if "Fn::GetAtt" in arn:
        return arn["Fn::GetAtt"][0]
    return arn["Fn::ImportValue"].partition(":ExportsOutputFnGetAtt")[2]


def _machines(definition: dict[str, Any]) -> Iterator[dict[str, Any]]:
    yield definition
    for state in definition["States"].values():
        for inner in [*state.get("Branches", []), *([state["ItemProcessor"]] if "ItemProcessor" in state else [])]:
            yield from _machines(inner)


def _targets(state: dict[str, Any]) -> Iterator[str]:
    for part in [state, *state.get("Choices", []), *state.get("Catch", [])]:
        yield from (part[name] for name in ("Next", "Default") if name in part)


@pytest.mark.parametrize("path", sorted((ROOT / "step_functions").glob("*.asl.yaml")), ids=lambda path: path.name)
def test_every_state_is_there_and_can_be_reached(path):
    """The emulator accepts a definition that leads nowhere; AWS does not."""
    for machine in _machines(yaml.safe_load(path.read_text())):
        targets = {machine["StartAt"], *(target for state in machine["States"].values() for target in _targets(state))}
        assert targets == set(machine["States"])
        for name, state in machine["States"].items():
            ends = state.get("End") or state["Type"] in ("Succeed", "Fail", "Choice")
            assert ends or "Next" in state, name
