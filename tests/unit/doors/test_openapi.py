"""docs/openapi.json is what the handlers say of themselves, and it is OpenAPI."""

import json
from pathlib import Path

import pytest
from bodybroker.doors import openapi
from openapi_spec_validator import validate

ROOT = Path(__file__).parents[3]


@pytest.fixture(scope="module")
def made():
    return json.loads(openapi.render())


def test_the_document_has_not_drifted():
    written = (ROOT / openapi.TARGET).read_text(encoding="utf-8")
    assert written == openapi.render(), "run: python -m bodybroker.doors.openapi"


def test_it_is_valid(made):
    validate(made)
    assert made["openapi"] == "3.1.0"


def test_every_command_is_in_it(made):
    one, _ = made["components"]["schemas"]["NewCommand"]["properties"]["command"]["anyOf"]
    mapping = one["discriminator"]["mapping"]
    assert {"travel", "rob_morgue", "sell_part", "wait"} <= set(mapping)


def test_operations_say_who_may_call_them_and_what_can_go_wrong(made):
    command = made["paths"]["/worlds/{world}/commands"]["post"]
    assert "security" not in command and made["security"] == [{"access_token": []}]
    assert made["paths"]["/auth/guest"]["post"]["security"] == []
    assert {"200", "400", "401", "404", "409", "413", "422", "429", "500", "503"} == set(command["responses"])
    assert [parameter["name"] for parameter in command["parameters"]] == ["world", "Idempotency-Key"]


def test_operation_names_are_unique(made):
    names = [operation["operationId"] for path in made["paths"].values() for operation in path.values()]
    assert len(names) == len(set(names))
