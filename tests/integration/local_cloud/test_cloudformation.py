"""What the local cloud adds to CloudFormation, and the start-up check of its patches."""

import json
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any

import httpx
import pytest

Emulator = Any

ROOT = Path(__file__).parents[3]
EMULATOR_PYTHON = ROOT / ".build/envs/emulator/bin/python"


def test_api_urls_in_outputs_are_the_gateways(make_emulator: Callable[..., Emulator], wait: Callable[..., Any]) -> None:
    emulator = make_emulator(BODYBROKER_GATEWAY_URL="http://127.0.0.1:4444")
    url = {"Fn::Sub": "https://${Api}.execute-api.${AWS::Region}.${AWS::URLSuffix}/v1/"}
    foreign = "https://abcdef1234.execute-api.us-east-1.amazonaws.com/prod/"
    outputs = {"Url": {"Value": url, "Export": {"Name": "url"}}, "Foreign": {"Value": foreign}}
    api = {"Type": "AWS::ApiGateway::RestApi", "Properties": {"Name": "api"}}
    stack = _deploy(emulator, wait, {"Resources": {"Api": api}, "Outputs": outputs})
    values = {output["OutputKey"]: output["OutputValue"] for output in stack["Outputs"]}
    assert values == {"Url": "http://127.0.0.1:4444/v1/", "Foreign": foreign}
    assert emulator.client("cloudformation").list_exports()["Exports"][0]["Value"] == values["Url"]


def test_a_web_acl_is_associated(emulator: Emulator, wait: Callable[..., Any]) -> None:
    visibility = {"SampledRequestsEnabled": False, "CloudWatchMetricsEnabled": False, "MetricName": "acl"}
    acl = {
        "Type": "AWS::WAFv2::WebACL",
        "Properties": {"Scope": "REGIONAL", "DefaultAction": {"Allow": {}}, "VisibilityConfig": visibility},
    }
    stage = "arn:aws:apigateway:us-east-1::/restapis/abc/stages/v1"
    association = {
        "Type": "AWS::WAFv2::WebACLAssociation",
        "Properties": {"ResourceArn": stage, "WebACLArn": {"Fn::GetAtt": ["Acl", "Arn"]}},
    }
    _deploy(emulator, wait, {"Resources": {"Acl": acl, "Association": association}})
    waf = emulator.client("wafv2")
    assert waf.get_web_acl_for_resource(ResourceArn=stage)["WebACL"]["ARN"]
    _deploy(emulator, wait, {"Resources": {"Acl": acl}}, update=True)
    with pytest.raises(waf.exceptions.WAFNonexistentItemException):
        waf.get_web_acl_for_resource(ResourceArn=stage)


def test_request_validators_are_stored_and_named_by_methods(emulator: Emulator, wait: Callable[..., Any]) -> None:
    gateway = emulator.client("apigateway")
    api = {"Type": "AWS::ApiGateway::RestApi", "Properties": {"Name": "api"}}
    validator = {
        "Type": "AWS::ApiGateway::RequestValidator",
        "Properties": {"RestApiId": {"Ref": "Api"}, "ValidateRequestBody": True, "ValidateRequestParameters": True},
    }
    method = {
        "Type": "AWS::ApiGateway::Method",
        "Properties": {
            "RestApiId": {"Ref": "Api"},
            "ResourceId": {"Fn::GetAtt": ["Api", "RootResourceId"]},
            "HttpMethod": "POST",
            "AuthorizationType": "NONE",
            "RequestParameters": {"method.request.header.Idempotency-Key": True},
            "RequestValidatorId": {"Ref": "Validator"},
            "Integration": {"Type": "MOCK", "RequestTemplates": {"application/json": '{"statusCode": 200}'}},
        },
    }
    resources = {"Api": api, "Validator": validator, "Method": method}
    outputs = {"Api": {"Value": {"Ref": "Api"}}, "Root": {"Value": {"Fn::GetAtt": ["Api", "RootResourceId"]}}}
    stack = _deploy(emulator, wait, {"Resources": resources, "Outputs": outputs})
    named = {output["OutputKey"]: output["OutputValue"] for output in stack["Outputs"]}

    def refusal() -> Any:
        gateway.create_deployment(restApiId=named["Api"], stageName="v1")
        url = f"{emulator.url}/_aws/execute-api/{named['Api']}/v1/"
        return httpx.post(url, json={}).json().get("message")

    (stored,) = gateway.get_request_validators(restApiId=named["Api"])["items"]
    shown = gateway.get_method(restApiId=named["Api"], resourceId=named["Root"], httpMethod="POST")
    assert shown["requestValidatorId"] == stored["id"]
    assert refusal() == "Missing required request parameters: [Idempotency-Key]"

    lenient = {**validator, "Properties": {**validator["Properties"], "ValidateRequestParameters": False}}
    _deploy(emulator, wait, {"Resources": {**resources, "Validator": lenient}, "Outputs": outputs}, update=True)
    (stored,) = gateway.get_request_validators(restApiId=named["Api"])["items"]
    assert (stored["validateRequestBody"], stored["validateRequestParameters"]) == (True, False)

    unchecked = {**method, "Properties": dict(method["Properties"])}
    del unchecked["Properties"]["RequestValidatorId"]
    _deploy(emulator, wait, {"Resources": {"Api": api, "Method": unchecked}, "Outputs": outputs}, update=True)
    assert gateway.get_request_validators(restApiId=named["Api"])["items"] == []
    assert "Missing" not in str(refusal())


def test_a_moved_patch_target_stops_the_start() -> None:
    """Every fault is named at once: a missing name, changed parameters, another version."""
    script = """
from local_cloud.emulator.patches import targets
targets.VERSION = "0.0.0"
names = "_nothing", "_get_module(other)", "_get_module(name)"
targets.assert_targets(f"ministack.app:{name}" for name in names)
"""
    done = subprocess.run([EMULATOR_PYTHON, "-c", script], cwd=ROOT, capture_output=True, text=True, timeout=60)
    assert done.returncode != 0
    message = done.stderr.splitlines()[-1]
    assert "version 1.5.33 is installed, the patches are for 0.0.0" in message
    assert "ministack.app:_nothing is gone" in message
    assert "ministack.app:_get_module(other) now takes (name)" in message
    assert "_get_module(name) " not in message


def _deploy(emulator: Emulator, wait: Callable[..., Any], template: dict[str, Any], update: bool = False) -> Any:
    stacks = emulator.client("cloudformation")
    call = stacks.update_stack if update else stacks.create_stack
    call(StackName="stack", TemplateBody=json.dumps(template))

    def settled() -> Any:
        stack = stacks.describe_stacks(StackName="stack")["Stacks"][0]
        return None if stack["StackStatus"].endswith("IN_PROGRESS") else stack

    stack = wait(settled)
    assert stack["StackStatus"] in ("CREATE_COMPLETE", "UPDATE_COMPLETE"), stack
    return stack
