"""One request as API Gateway describes it: in its own error templates, to authorizers and to functions."""

import json
import time
import uuid
from dataclasses import dataclass, field
from typing import Any

from aiohttp import web

from local_cloud.gateway.deployment import STAGE, Deployment, Route
from local_cloud.gateway.web_function import WebFunction


@dataclass(frozen=True)
class Exchange:
    """A request, the deployment that serves it and the route that it matched, if any."""

    request: web.Request
    deployment: Deployment
    path: str
    route: Route | None
    id: str = field(default_factory=lambda: str(uuid.uuid4()))

    @classmethod
    def open(cls, request: web.Request, deployment: Deployment) -> "Exchange":
        """Match `request`, if its path begins with the stage."""
        path = request.path.removeprefix(f"/{STAGE}")
        route = deployment.match(request.method, path) if request.path.startswith(f"/{STAGE}/") else None
        return cls(request, deployment, path, route)

    @property
    def target(self) -> str:
        """The path and query as they came, without the scheme and host of an absolute-form target."""
        return self.request.rel_url.raw_path_qs

    @property
    def variables(self) -> dict[str, str]:
        """The `$context` variables of gateway response templates."""
        return {
            "context.apiId": self.deployment.api_id,
            "context.httpMethod": self.request.method,
            "context.identity.sourceIp": self.request.remote or "",
            "context.path": self.request.path,
            "context.requestId": self.id,
            "context.resourcePath": self.route.path if self.route else "",
            "context.stage": STAGE,
        }

    def method_arn(self, function: str) -> str:
        """Return the ARN that authorizer policies are written against; API and `function` have one owner."""
        _, partition, _, region, account, *_ = function.split(":")
        api = f"arn:{partition}:execute-api:{region}:{account}:{self.deployment.api_id}"
        return f"{api}/{STAGE}/{self.request.method}/{self.path.lstrip('/')}"

    def adapter_headers(self, function: WebFunction, route: Route, authorizer: dict[str, str] | None) -> dict[str, str]:
        """Return the two headers by which the Lambda Web Adapter tells an app who calls it and where it runs."""
        return {
            "x-amzn-request-context": json.dumps(self._request_context(function, route, authorizer)),
            "x-amzn-lambda-context": json.dumps(self._lambda_context(function)),
        }

    def _request_context(
        self, function: WebFunction, route: Route, authorizer: dict[str, str] | None
    ) -> dict[str, Any]:
        now = time.time()
        context: dict[str, Any] = {
            "accountId": function.configuration.arn.split(":")[4],
            "resourceId": route.resource_id,
            "stage": STAGE,
            "requestId": self.id,
            "identity": {"sourceIp": self.request.remote, "userAgent": self.request.headers.get("User-Agent", "")},
            "resourcePath": route.path,
            "path": self.request.path,
            "httpMethod": self.request.method,
            "protocol": "HTTP/1.1",
            "requestTime": time.strftime("%d/%b/%Y:%H:%M:%S +0000", time.gmtime(now)),
            "requestTimeEpoch": int(now * 1000),
            "apiId": self.deployment.api_id,
        }
        return context if authorizer is None else context | {"authorizer": authorizer}

    def _lambda_context(self, function: WebFunction) -> dict[str, Any]:
        configuration = function.configuration
        return {
            "request_id": self.id,
            "deadline": int((time.time() + configuration.timeout_s) * 1000),
            "invoked_function_arn": configuration.arn,
            "xray_trace_id": None,
            "client_context": None,
            "identity": None,
            "env_config": {
                "function_name": configuration.name,
                "memory": configuration.memory_mb,
                "version": configuration.version,
                "log_stream": function.log_stream,
                "log_group": f"/aws/lambda/{configuration.name}",
            },
        }
