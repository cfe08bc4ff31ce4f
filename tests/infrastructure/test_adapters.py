"""Adapters of silver: who may load them, who may read their archives, and which base they are for."""

import json

import aws_cdk
import yaml

from cdk import app as cdk_app
from cdk.constructs import artifacts
from cdk.constructs.artifacts import ROOT
from cdk.constructs.served_model import read_properties

BASES = yaml.safe_load((ROOT / "configs/adapters.yaml").read_text())["bases"]


def _statements(app, name):
    role = app.functions()[name]["Role"]["Fn::GetAtt"][0]
    return {action: statement.resources for statement in app.statements(role) for action in statement.actions}


def test_only_the_operators_function_makes_and_removes_components_and_only_silvers(app):
    for name in app.functions():
        may = _statements(app, name)
        assert ("sagemaker:CreateInferenceComponent" in may) == (name == "adapters")
    resources = _statements(app, "adapters")["sagemaker:DeleteInferenceComponent"]
    assert "inference-component/bodybroker-silver-*" in json.dumps(resources)


def test_the_archives_are_private_and_only_the_endpoint_may_fetch_them(app):
    (bucket,) = (bucket for bucket in app.all("S3::Bucket") if bucket.stack == "Adapters")
    assert set(bucket["PublicAccessBlockConfiguration"].values()) == {True}
    assert bucket["VersioningConfiguration"] == {"Status": "Enabled"}
    assert bucket.document["DeletionPolicy"] == "Retain"
    (policy,) = (policy for policy in app.all("S3::BucketPolicy") if policy.stack == "Adapters")
    by_effect = {one["Effect"]: one for one in policy["PolicyDocument"]["Statement"]}
    assert by_effect["Deny"]["Condition"] == {"Bool": {"aws:SecureTransport": "false"}}
    assert by_effect["Allow"]["Action"] == "s3:GetObject"
    assert "SilverServedRole" in json.dumps(by_effect["Allow"]["Principal"])


def test_callers_of_models_know_the_registry_and_may_only_read_it(app):
    for name in ("turns", "encounters"):
        variables = app.functions()[name]["Environment"]["Variables"]
        assert variables["SILVER_BASE"] == BASES["local"]
        table = json.dumps(variables["ADAPTERS_TABLE"])
        assert "BodyBroker-Adapters:" in table
        for statement in app.statements(app.functions()[name]["Role"]["Fn::GetAtt"][0]):
            if "BodyBroker-Adapters:" in json.dumps(statement.resources):
                assert statement.actions == ["dynamodb:Query"]


def test_what_is_loaded_is_compared_with_the_registry_by_the_clock(app):
    (rule,) = (rule for rule in app.all("Events::Rule") if rule.stack == "Adapters")
    (target,) = rule["Targets"]
    assert json.loads(target["Input"]) == {"operation": "reconcile"}
    assert target["DeadLetterConfig"]


def test_on_aws_adapters_are_for_the_model_that_silver_serves():
    served = read_properties(ROOT / "sagemaker_endpoints/silver/serving.properties")["option.model_id"]
    assert BASES["aws"].split("@")[0] == served


def test_without_silver_there_is_nothing_of_adapters(app, tmp_path, monkeypatch):
    assert "Adapters" in app.templates  # and so everything is built that the other app needs
    monkeypatch.setattr(artifacts, "TARGET", "local")
    monkeypatch.setattr(cdk_app, "VALIDATION", False)
    without = cdk_app.build(outdir=str(tmp_path), context={"bodybroker:silver_enabled": "false"})
    stacks = [child.node.id for child in without.node.children if isinstance(child, aws_cdk.Stack)]
    assert "BodyBroker-Api" in stacks
    assert "BodyBroker-Adapters" not in stacks
