"""Stacks refer only downwards, and a deployment's choices are checked."""

import json
import re

import aws_cdk
import pytest
from aws_cdk import assertions

from cdk import app as cdk_app
from cdk.settings import Settings
from cdk.stacks.data import DataStack

EXPORT = re.compile(r'"Fn::ImportValue": "BodyBroker-(\w+):')


def test_references_point_downwards(app):
    order = list(app.templates)
    for stack, template in app.templates.items():
        for exporter in EXPORT.findall(json.dumps(template)):
            assert order.index(exporter) < order.index(stack), f"{stack} refers to {exporter}"


def test_tests_and_deployments_share_the_feature_flags(app):
    flags = json.loads((cdk_app.ROOT / "cdk.json").read_text())["context"]
    assert flags["@aws-cdk/aws-iam:minimizePolicies"] is True
    # minimizePolicies merges statements: without the flag the grants on one table would stand apart.
    accounts = [s for s in app.statements() if s.policy.startswith("AccountsRole")]
    assert len({json.dumps(s.resources) for s in accounts}) == len(accounts)


def _context(**changes):
    context = json.loads((cdk_app.ROOT / "cdk.json").read_text())["context"]
    return aws_cdk.App(context=context | {f"bodybroker:{key}": value for key, value in changes.items()})


def test_data_of_a_throwaway_deployment_goes_with_it():
    root = _context(retain_data="false")
    stack = DataStack(
        root, "Data", env=aws_cdk.Environment(account="1" * 12, region="us-east-1"), settings=Settings.of(root)
    )
    tables = assertions.Template.from_stack(stack).find_resources("AWS::DynamoDB::GlobalTable")
    assert {table["DeletionPolicy"] for table in tables.values()} == {"Delete"}


@pytest.mark.parametrize(
    "changes",
    [
        {"retain_data": "maybe"},
        {"gold_instances_min": 0},
        {"gold_instances_min": 5, "gold_instances_max": 2},
        {"bronze_instances_max": 0},
        {"silver_instances_max": "many"},
        {"silver_enabled": "perhaps"},
        {"guard_serving": "int4"},
        {"search_instances": 0},
        {"search_volume_gb": 5},
        {"embedding_instances_min": 3, "embedding_instances_max": 2},
    ],
)
def test_bad_choices_are_refused(changes):
    with pytest.raises(ValueError, match="bodybroker:"):
        Settings.of(_context(**changes))


def test_everything_that_is_wrong_is_said_at_once():
    with pytest.raises(ValueError, match="retain_data") as refused:
        Settings.of(_context(retain_data="maybe", gold_instances_min=0, bronze_serving="tensorrt_llm"))
    assert "gold_instances_min" in str(refused.value)
    assert "bronze_serving is tensorrt_llm, not one of ['vllm', 'int4']" in str(refused.value)
