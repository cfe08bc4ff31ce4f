"""The API that is deployed is the API that is documented, and nothing reaches a function unasked."""

import json
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PUBLIC = {("POST", "/auth/guest"), ("POST", "/auth/steam"), ("POST", "/auth/refresh")}


@pytest.fixture(scope="session")
def methods(app):
    """Every method by (verb, path)."""
    parts = {resource.id: (resource["ParentId"], resource["PathPart"]) for resource in app.all("ApiGateway::Resource")}

    def path(id):
        if "Ref" not in id:
            return ""
        parent, part = parts[id["Ref"]]
        return f"{path(parent)}/{part}"

    return {(method["HttpMethod"], path(method["ResourceId"])): method for method in app.all("ApiGateway::Method")}


@pytest.fixture(scope="session")
def documented():
    """Every operation of docs/openapi.json by (verb, path)."""
    paths = json.loads((ROOT / "docs" / "openapi.json").read_text())["paths"]
    return {(verb.upper(), path): operation for path, item in paths.items() for verb, operation in item.items()}


def test_every_documented_operation_is_deployed_and_no_other(methods, documented):
    assert set(methods) == set(documented)


def test_idempotency_keys_are_asked_for_where_they_are_documented(methods, documented):
    for key, operation in documented.items():
        required = {
            parameter["name"]
            for parameter in operation.get("parameters", [])
            if parameter["in"] == "header" and parameter.get("required")
        }
        asked = {name.removeprefix("method.request.header.") for name in methods[key].get("RequestParameters", {})}
        assert asked == required, key


def test_only_signing_in_needs_no_token(app, methods):
    (authorizer,) = app.all("ApiGateway::Authorizer")
    for key, method in methods.items():
        if key in PUBLIC:
            assert method["AuthorizationType"] == "NONE", key
        else:
            assert method["AuthorizationType"] == "CUSTOM", key
            assert method["AuthorizerId"] == {"Ref": authorizer.id}, key
    assert authorizer["AuthorizerResultTtlInSeconds"] == 300


def test_only_turns_stream(methods):
    streaming = {
        key for key, method in methods.items() if method["Integration"].get("ResponseTransferMode") == "STREAM"
    }
    turn = "/worlds/{world}/npcs/{npc}/turns/{turn}"
    assert streaming == {("POST", "/worlds/{world}/npcs/{npc}/turns"), ("GET", turn), ("DELETE", turn)}
    for key in streaming:
        assert "response-streaming-invocations" in json.dumps(methods[key]["Integration"]["Uri"])


def test_every_method_is_validated(app, methods):
    (validator,) = app.all("ApiGateway::RequestValidator")
    assert validator["ValidateRequestBody"] is True
    assert validator["ValidateRequestParameters"] is True
    for key, method in methods.items():
        assert method["RequestValidatorId"] == {"Ref": validator.id}, key


def test_bodies_are_asked_for_where_they_are_documented(app, methods, documented):
    """The model takes any JSON: the function lists what is wrong with it, under the code that the document promises."""
    (model,) = app.all("ApiGateway::Model")
    assert model["Schema"] == {"$schema": "http://json-schema.org/draft-04/schema#"}
    for key, operation in documented.items():
        required = operation.get("requestBody", {}).get("required", False)
        assert methods[key].get("RequestModels") == ({"application/json": {"Ref": model.id}} if required else None), key


def test_the_stage_is_regional_throttled_and_logged(app):
    (api,) = app.all("ApiGateway::RestApi")
    assert api["EndpointConfiguration"]["Types"] == ["REGIONAL"]
    (stage,) = app.all("ApiGateway::Stage")
    assert stage["StageName"] == "v1"
    assert json.loads(stage["AccessLogSetting"]["Format"])["request_id"] == "$context.requestId"
    for settings in stage["MethodSettings"]:
        assert settings["ThrottlingRateLimit"] > 0, settings
        assert settings["ThrottlingBurstLimit"] >= settings["ThrottlingRateLimit"], settings
        assert settings["DataTraceEnabled"] is False, settings  # traces would hold what players say
    assert {settings["ResourcePath"] for settings in stage["MethodSettings"]} >= {"/*"}


@pytest.mark.parametrize(
    ("kind", "status", "code"),
    [
        ("UNAUTHORIZED", 401, "unauthorized"),
        ("ACCESS_DENIED", 403, "forbidden"),
        ("MISSING_AUTHENTICATION_TOKEN", 404, "route_not_found"),
        ("BAD_REQUEST_BODY", 400, "malformed_json"),
        ("BAD_REQUEST_PARAMETERS", 400, "idempotency_key_missing"),
        ("REQUEST_TOO_LARGE", 413, "body_too_large"),
        ("THROTTLED", 429, "too_many_requests"),
        ("DEFAULT_4XX", 400, "bad_request"),
        ("DEFAULT_5XX", 500, "internal"),
        ("INTEGRATION_TIMEOUT", 503, "unavailable"),
    ],
)
def test_the_gateways_own_errors_are_problems(app, kind, status, code):
    (answer,) = [each for each in app.all("ApiGateway::GatewayResponse") if each["ResponseType"] == kind]
    problem = json.loads(answer["ResponseTemplates"]["application/json"])
    assert answer["StatusCode"] == str(status) == str(problem["status"])
    assert problem["code"] == code
    assert problem["type"] == f"urn:bodybroker:problem:{code}"
    assert problem["retryable"] is (status >= 429)
    headers = answer["ResponseParameters"]
    assert headers["gatewayresponse.header.Content-Type"] == "'application/problem+json'"
    assert headers["gatewayresponse.header.x-correlation-id"] == "context.requestId"
    assert ("gatewayresponse.header.Retry-After" in headers) is (status == 429)


def test_the_firewall_stands_before_the_stage(app):
    (acl,) = app.all("WAFv2::WebACL")
    (association,) = app.all("WAFv2::WebACLAssociation")
    (stage,) = app.all("ApiGateway::Stage")
    assert association["WebACLArn"] == {"Fn::GetAtt": [acl.id, "Arn"]}
    assert stage.id in json.dumps(association["ResourceArn"])
    rules = {rule["Name"]: rule for rule in acl["Rules"]}
    assert rules["BodySize"]["Statement"]["SizeConstraintStatement"]["Size"] == 16 * 1024
    assert rules["AddressRate"]["Statement"]["RateBasedStatement"]["Limit"] == 3000
    assert "AWSManagedRulesCommonRuleSet" in rules
    for name, status in (("BodySize", 413), ("AddressRate", 429)):
        response = rules[name]["Action"]["Block"]["CustomResponse"]
        body = acl["CustomResponseBodies"][response["CustomResponseBodyKey"]]
        assert response["ResponseCode"] == status == json.loads(body["Content"])["status"]
