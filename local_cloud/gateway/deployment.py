"""What is deployed: the REST API's routes, authorizers and gateway responses, read from the control plane."""

import re
from dataclasses import dataclass
from typing import Any

from local_cloud.gateway.aws import AwsClient, AwsError
from local_cloud.gateway.gateway_responses import GatewayResponses
from local_cloud.gateway.validation import RequestValidation

STAGE = "v1"
_STREAMING_INTEGRATION = re.compile(r"/functions/(?P<function>[^/]+)/response-streaming-invocations$")
_FUNCTION_IN_URI = re.compile(r"/functions/(?P<function>[^/]+)/")
_DEFAULT_TTL_S = 300
_DEFAULT_TIMEOUT_MS = 29_000


@dataclass(frozen=True)
class Authorizer:
    """A TOKEN authorizer: the function that turns a token into a policy, and for how long the policy counts."""

    id: str
    function: str
    header: str
    validation: re.Pattern[str] | None
    ttl_s: int


@dataclass(frozen=True)
class Route:
    """A method of a resource. `streaming_function` is the ARN of its function where the integration streams."""

    method: str
    path: str
    resource_id: str
    pattern: re.Pattern[str]
    timeout_s: float
    authorizer: Authorizer | None
    validation: RequestValidation
    streaming_function: str | None


@dataclass(frozen=True)
class Deployment:
    """One deployment of the API to its stage; `routes` are in the order in which API Gateway prefers them."""

    id: str
    api_id: str
    routes: tuple[Route, ...]
    gateway_responses: GatewayResponses

    def match(self, method: str, path: str) -> Route | None:
        """Return the route that serves `method` on `path` (decoded, without the stage), or None."""
        normal = "/" + "/".join(segment for segment in path.split("/") if segment)
        candidates = (route for route in self.routes if route.method in (method, "ANY"))
        return next((route for route in candidates if route.pattern.fullmatch(normal)), None)


async def find(aws: AwsClient) -> tuple[str, str] | None:
    """Return the ids of the API that has our stage and of the stage's deployment; None while there is none."""
    apis = (await aws.get("apigateway", "/restapis", limit="500"))["item"]
    for api in sorted(apis, key=lambda item: item["createdDate"], reverse=True):
        deployment_id = await current_deployment(aws, api["id"])
        if deployment_id:
            return api["id"], deployment_id
    return None


async def current_deployment(aws: AwsClient, api_id: str) -> str | None:
    """Return the id of what the API's stage serves now, or None when API or stage are gone."""
    try:
        stage = await aws.get("apigateway", f"/restapis/{api_id}/stages/{STAGE}")
    except AwsError as error:
        if error.status == 404:
            return None
        raise
    deployment_id: str = stage["deploymentId"]
    return deployment_id


async def load(aws: AwsClient, api_id: str, deployment_id: str) -> Deployment:
    """Read the whole API."""

    async def items(kind: str, **query: str) -> list[dict[str, Any]]:
        listed: list[dict[str, Any]] = (await aws.get("apigateway", f"/restapis/{api_id}/{kind}", **query))["item"]
        return listed

    authorizers = {
        item["id"]: _authorizer(item) for item in await items("authorizers", limit="500") if item["type"] == "TOKEN"
    }
    validators = {item["id"]: item for item in await items("requestvalidators", limit="500")}
    models = {item["name"]: item for item in await items("models", limit="500")}
    routes = [
        _route(resource, method, authorizers, RequestValidation.parse(method, validators, models))
        for resource in await items("resources", limit="500", embed="methods")
        for method in (resource.get("resourceMethods") or {}).values()
    ]
    return Deployment(
        id=deployment_id,
        api_id=api_id,
        routes=tuple(sorted(routes, key=_preference)),
        gateway_responses=GatewayResponses(await items("gatewayresponses")),
    )


def _authorizer(item: dict[str, Any]) -> Authorizer:
    function = _FUNCTION_IN_URI.search(item["authorizerUri"])
    if function is None:
        raise ValueError(f"authorizer {item['name']} names no function: {item['authorizerUri']}")
    validation = item.get("identityValidationExpression")
    return Authorizer(
        id=item["id"],
        function=function["function"],
        header=item["identitySource"].removeprefix("method.request.header."),
        validation=re.compile(validation) if validation else None,
        ttl_s=int(item.get("authorizerResultTtlInSeconds", _DEFAULT_TTL_S)),
    )


def _route(
    resource: dict[str, Any],
    method: dict[str, Any],
    authorizers: dict[str, Authorizer],
    validation: RequestValidation,
) -> Route:
    integration = method.get("methodIntegration") or {}
    streaming = _STREAMING_INTEGRATION.search(integration.get("uri") or "")
    return Route(
        method=method["httpMethod"],
        path=resource["path"],
        resource_id=resource["id"],
        pattern=_pattern(resource["path"]),
        timeout_s=int(integration.get("timeoutInMillis") or _DEFAULT_TIMEOUT_MS) / 1000,
        authorizer=authorizers.get(method.get("authorizerId") or ""),
        validation=validation,
        streaming_function=streaming["function"] if streaming else None,
    )


def _pattern(path: str) -> re.Pattern[str]:
    """Compile `/worlds/{world}` and `/files/{path+}`."""
    segments = [
        ".+" if segment.endswith("+}") else "[^/]+" if segment.startswith("{") else re.escape(segment)
        for segment in path.split("/")
    ]
    return re.compile("/".join(segments))


def _preference(route: Route) -> tuple[list[int], bool]:
    """Order a literal segment before a parameter, a parameter before a greedy one, a named method before ANY."""
    kinds = [2 if part.endswith("+}") else 1 if part.startswith("{") else 0 for part in route.path.split("/")]
    return kinds, route.method == "ANY"
