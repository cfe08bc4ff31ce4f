"""The REST API: routes to functions, an authorizer, validation, throttling, logs, a firewall."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import aws_cdk
from aws_cdk import aws_apigateway as apigateway
from aws_cdk import aws_logs as logs
from constructs import Construct

from cdk.acknowledge import acknowledge
from cdk.constructs.function import LOG_RETENTION, Function
from cdk.constructs.gateway_responses import add_gateway_responses
from cdk.constructs.web_acl import WebAcl

STAGE = "v1"
REQUESTS_PER_SECOND, BURST = 1000, 2000
"""All players together. A player's own rate is the firewall's business (web_acl.py)."""
TOKEN = r"^Bearer [-_.A-Za-z0-9]+$"  # noqa: S105
AUTHORIZER_CACHE = aws_cdk.Duration.seconds(300)


ACCESS_LOG = {
    "request_id": "$context.requestId",
    "time": "$context.requestTime",
    "ip": "$context.identity.sourceIp",
    "player": "$context.authorizer.player_id",
    "method": "$context.httpMethod",
    "route": "$context.resourcePath",
    "status": "$context.status",
    "bytes": "$context.responseLength",
    "latency_ms": "$context.responseLatency",
    "function_ms": "$context.integrationLatency",
    "firewall": "$context.waf.status",
    "error": "$context.error.message",
}


@dataclass(frozen=True)
class Route:
    """One operation. ``public``: no token. ``body``: a JSON body is required. ``once``: so is an Idempotency-Key.
    ``watched``: with latency metrics of its own (they cost extra).
    """

    method: str
    path: str
    function: str
    public: bool = False
    body: bool = False
    once: bool = False
    streams: bool = False
    watched: bool = False

    @property
    def key(self) -> str:
        """The route as API Gateway's method settings name it."""
        return f"{self.path}/{self.method}"


class RestApi(Construct):
    """A regional REST API with one stage whose routes reach functions as proxies."""

    def __init__(
        self,
        scope: Construct,
        id: str,
        *,
        authorizer: Function,
        functions: Mapping[str, Function],
        routes: Sequence[Route],
    ) -> None:
        super().__init__(scope, id)
        access_log = logs.LogGroup(
            self, "AccessLog", retention=LOG_RETENTION, removal_policy=aws_cdk.RemovalPolicy.DESTROY
        )
        self.api = apigateway.RestApi(
            self,
            "Api",
            rest_api_name="BodyBroker",
            endpoint_types=[apigateway.EndpointType.REGIONAL],
            cloud_watch_role=True,
            cloud_watch_role_removal_policy=aws_cdk.RemovalPolicy.DESTROY,
            deploy_options=_stage(access_log, [route.key for route in routes if route.watched]),
        )
        self.api.node.try_remove_child("Endpoint")  # an output that the stack has as ApiUrl
        self._authorizer = apigateway.TokenAuthorizer(
            self,
            "Authorizer",
            handler=authorizer.function,
            validation_regex=TOKEN,
            results_cache_ttl=AUTHORIZER_CACHE,
        )
        self._validator = apigateway.RequestValidator(
            self, "Validator", rest_api=self.api, validate_request_body=True, validate_request_parameters=True
        )
        # Any JSON: what is wrong inside, the function says, and all of it at once.
        self._json = self.api.add_model("Json", schema=apigateway.JsonSchema(), content_type="application/json")
        for route in routes:
            self._add(route, functions[route.function])
        add_gateway_responses(self.api)
        WebAcl(self, "Firewall", protects=self.api.deployment_stage.stage_arn)
        self._acknowledge()

    def _add(self, route: Route, function: Function) -> None:
        streaming = apigateway.ResponseTransferMode.STREAM if route.streams else None
        method = self.api.root.resource_for_path(route.path).add_method(
            route.method,
            apigateway.LambdaIntegration(
                function.function,
                scope_permission_to_method=False,
                response_transfer_mode=streaming,
                timeout=function.function.timeout if route.streams else None,
            ),
            authorization_type=(
                apigateway.AuthorizationType.NONE if route.public else apigateway.AuthorizationType.CUSTOM
            ),
            authorizer=None if route.public else self._authorizer,
            request_validator=self._validator,
            request_models={"application/json": self._json} if route.body else None,
            request_parameters={"method.request.header.Idempotency-Key": True} if route.once else None,
        )
        if route.public:
            reason = "signing in is how a player gets a token"
            acknowledge(method, {"APIG4": reason, "COG4": reason})
        else:
            acknowledge(method, {"COG4": "our own authorizer checks tokens that KMS signed (docs/decisions/0004)"})

    def _acknowledge(self) -> None:
        role = self.api.node.find_child("CloudWatchRole")
        policy = "arn:<AWS::Partition>:iam::aws:policy/service-role/AmazonAPIGatewayPushToCloudWatchLogs"
        acknowledge(role, {f"IAM4[Policy::{policy}]": "the policy that AWS made for exactly this role"})


def _stage(access_log: logs.LogGroup, watched: Sequence[str]) -> apigateway.StageOptions:
    return apigateway.StageOptions(
        stage_name=STAGE,
        access_log_destination=apigateway.LogGroupLogDestination(access_log),
        access_log_format=apigateway.AccessLogFormat.custom(json.dumps(ACCESS_LOG)),
        throttling_rate_limit=REQUESTS_PER_SECOND,
        throttling_burst_limit=BURST,
        logging_level=apigateway.MethodLoggingLevel.ERROR,
        data_trace_enabled=False,
        method_options={
            method: apigateway.MethodDeploymentOptions(
                metrics_enabled=True,
                throttling_rate_limit=REQUESTS_PER_SECOND,
                throttling_burst_limit=BURST,
                logging_level=apigateway.MethodLoggingLevel.ERROR,
                data_trace_enabled=False,
            )
            for method in watched
        },
    )
