"""Which route serves a request."""

import asyncio
from typing import Any

import pytest

from local_cloud.gateway.aws import AwsError
from local_cloud.gateway.deployment import Deployment, find, load

LAMBDA = "arn:aws:apigateway:eu-west-1:lambda:path"
TURNS = "arn:aws:lambda:eu-west-1:111111111111:function:turns:live"
PATHS = {
    "/worlds": ["GET"],
    "/worlds/{world}": ["GET", "ANY"],
    "/worlds/new": ["POST"],
    "/worlds/{world}/npcs/{npc}/turns": ["POST"],
    "/files/{path+}": ["GET"],
    "/files/{name}/size": ["GET"],
    "/empty": [],
}


class ControlPlane:
    """Answers as API Gateway's control plane, from a dictionary."""

    def __init__(self, documents: dict[str, Any]) -> None:
        self.documents = documents

    async def get(self, service: str, path: str, **query: str) -> Any:
        if path not in self.documents:
            raise AwsError(404, "Not Found")
        return self.documents[path]


def resource(path: str, methods: list[str]) -> dict[str, Any]:
    uri = f"{LAMBDA}/2015-03-31/functions/{TURNS}/invocations"
    if path.endswith("turns"):
        uri = f"{LAMBDA}/2021-11-15/functions/{TURNS}/response-streaming-invocations"
    integration = {"uri": uri, "timeoutInMillis": 60_000}
    return {
        "id": path,
        "path": path,
        "resourceMethods": {
            method: {"httpMethod": method, "authorizerId": "a", "methodIntegration": integration} for method in methods
        },
    }


def documents() -> dict[str, Any]:
    uri = f"{LAMBDA}/2015-03-31/functions/arn:aws:lambda:eu-west-1:111111111111:function:authorizer/invocations"
    authorizer = {"id": "a", "type": "TOKEN", "authorizerUri": uri, "identitySource": "method.request.header.X-Token"}
    return {
        "/restapis/api/authorizers": {"item": [authorizer]},
        "/restapis/api/requestvalidators": {"item": []},
        "/restapis/api/models": {"item": []},
        "/restapis/api/gatewayresponses": {"item": []},
        "/restapis/api/resources": {"item": [resource(path, methods) for path, methods in PATHS.items()]},
    }


@pytest.fixture
def deployment() -> Deployment:
    return asyncio.run(load(ControlPlane(documents()), "api", "d-1"))


@pytest.mark.parametrize(
    ("method", "path", "route"),
    [
        ("GET", "/worlds", "/worlds"),
        ("GET", "/worlds/", "/worlds"),
        ("GET", "/worlds/w-1", "/worlds/{world}"),
        ("DELETE", "/worlds/w-1", "/worlds/{world}"),
        ("POST", "/worlds/new", "/worlds/new"),
        ("POST", "/worlds/w-1/npcs/n-1/turns", "/worlds/{world}/npcs/{npc}/turns"),
        ("GET", "/files/a/b/c", "/files/{path+}"),
        ("GET", "/files/a", "/files/{path+}"),
        ("GET", "/files/a/size", "/files/{name}/size"),
        ("POST", "/worlds", None),
        ("GET", "/worlds/w-1/npcs", None),
        ("GET", "/world", None),
        ("GET", "/empty", None),
        ("GET", "/", None),
    ],
)
def test_the_most_specific_route_that_serves_the_method_wins(
    deployment: Deployment, method: str, path: str, route: str | None
) -> None:
    found = deployment.match(method, path)

    assert (found and found.path) == route


def test_a_named_method_comes_before_any(deployment: Deployment) -> None:
    found = deployment.match("GET", "/worlds/w-1")

    assert found
    assert found.method == "GET"


def test_only_a_streaming_integration_names_a_function_to_run(deployment: Deployment) -> None:
    streaming = {route.path: route.streaming_function for route in deployment.routes if route.streaming_function}

    assert streaming == {"/worlds/{world}/npcs/{npc}/turns": TURNS}


def test_routes_know_their_authorizer_and_time_limit(deployment: Deployment) -> None:
    route = deployment.match("GET", "/worlds")

    assert route
    assert route.authorizer
    assert route.authorizer.header == "X-Token"
    assert route.authorizer.function.endswith(":authorizer")
    assert route.authorizer.ttl_s == 300
    assert route.timeout_s == 60


def test_the_newest_api_that_has_the_stage_is_found() -> None:
    apis = [{"id": name, "createdDate": age} for age, name in enumerate(["old", "served", "without-stage"])]
    plane = ControlPlane(
        {
            "/restapis": {"item": apis},
            "/restapis/old/stages/v1": {"deploymentId": "d-0"},
            "/restapis/served/stages/v1": {"deploymentId": "d-1"},
        }
    )

    assert asyncio.run(find(plane)) == ("served", "d-1")
    assert asyncio.run(find(ControlPlane({"/restapis": {"item": []}}))) is None
