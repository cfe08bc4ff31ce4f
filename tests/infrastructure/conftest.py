"""The synthesised templates, exactly as the local cloud gets them."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from local_cloud.deploy import prepare

STACKS = (
    "Data", "Identity", "Spending", "Models", "Memory", "Cloud", "Bronze", "Adapters", "Generation", "Api", "Pipelines",
    "Observability",
)  # fmt: skip


@dataclass(frozen=True)
class Resource:
    """One resource of one stack."""

    stack: str
    id: str
    document: dict[str, Any]

    def __getitem__(self, name: str) -> Any:
        return self.document["Properties"][name]

    def get(self, name: str, default: Any = None) -> Any:
        return self.document.get("Properties", {}).get(name, default)


@dataclass(frozen=True)
class Statement:
    """One statement of an IAM policy."""

    policy: str
    actions: list[str]
    resources: list[Any]


@dataclass(frozen=True)
class App:
    """All templates, by the stack's short name."""

    assembly: Path
    templates: dict[str, dict[str, Any]]

    def all(self, kind: str) -> list[Resource]:
        """Every resource of a type, such as ``Lambda::Function``."""
        return [resource for resource in self if resource.document["Type"] == f"AWS::{kind}"]

    def __iter__(self) -> Iterator[Resource]:
        for stack, template in self.templates.items():
            for id, document in template["Resources"].items():
                yield Resource(stack, id, document)

    def functions(self) -> dict[str, Resource]:
        """Every function by the name of its folder."""
        return {
            function["Environment"]["Variables"]["POWERTOOLS_SERVICE_NAME"]: function
            for function in self.all("Lambda::Function")
        }

    def statements(self, role: str | None = None) -> Iterator[Statement]:
        """Every statement of every IAM policy, or of one role's."""
        for policy in self.all("IAM::Policy"):
            if role is None or {"Ref": role} in policy["Roles"]:
                for statement in policy["PolicyDocument"]["Statement"]:
                    assert set(statement) == {"Effect", "Action", "Resource"}, policy.id
                    yield Statement(policy.id, _list(statement["Action"]), _list(statement["Resource"]))


def _list(value: Any) -> list[Any]:
    """IAM writes one of a kind without its list."""
    return value if isinstance(value, list) else [value]


@pytest.fixture(scope="session")
def app() -> App:
    assembly = prepare(lambda _: None)
    return App(
        assembly,
        {stack: json.loads((assembly / f"BodyBroker-{stack}.template.json").read_text()) for stack in STACKS},
    )
