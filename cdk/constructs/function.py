"""Our one way to make a Lambda function."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import aws_cdk
from aws_cdk import aws_iam as iam
from aws_cdk import aws_lambda as lambda_
from aws_cdk import aws_logs as logs
from constructs import Construct

from cdk.acknowledge import acknowledge
from cdk.constructs.artifacts import Layers, built

LOG_RETENTION = logs.RetentionDays.ONE_MONTH
METRICS_NAMESPACE = "BodyBroker"
WEB_ADAPTER_ACCOUNT = "753240598075"
WEB_ADAPTER_VERSION = 30
"""Lambda Web Adapter 1.1.0, AWS's public layer."""


SYNCHRONOUS = "invoked synchronously: its caller sees every failure"


@dataclass(frozen=True)
class Size:
    """What a function gets. 1,769 MB are one full core."""

    memory_mb: int
    timeout_s: int


class Function(Construct):
    """A folder of `functions/` as an arm64 Python 3.13 function with a role of its own and JSON logs that expire."""

    def __init__(
        self,
        scope: Construct,
        name: str,
        *,
        layers: Layers,
        uses: Sequence[str],
        size: Size,
        environment: Mapping[str, str],
        no_dead_letters: str = SYNCHRONOUS,
        streams: bool = False,
    ) -> None:
        """``uses``: third-party layers besides `base` and `bodybroker`.
        ``no_dead_letters``: why the function needs no dead-letter queue of its own.
        ``streams``: the folder holds an ASGI app and a `run.sh` that starts it; it answers through the Web Adapter.
        """
        super().__init__(scope, name.capitalize())
        self.name = name
        self.log_group = logs.LogGroup(
            self, "Logs", retention=LOG_RETENTION, removal_policy=aws_cdk.RemovalPolicy.DESTROY
        )
        self.role = iam.Role(self, "Role", assumed_by=iam.ServicePrincipal("lambda.amazonaws.com"))
        self.log_group.grant_write(self.role)
        self.function = lambda_.Function(
            self,
            "Function",
            description=f"The Body Broker: {name}",
            runtime=lambda_.Runtime.PYTHON_3_13,
            architecture=lambda_.Architecture.ARM_64,
            code=lambda_.Code.from_asset(built("functions", name)),
            handler="run.sh" if streams else "handler.lambda_handler",
            layers=[layers[layer] for layer in ("base", *uses, "bodybroker")],
            memory_size=size.memory_mb,
            timeout=aws_cdk.Duration.seconds(size.timeout_s),
            environment={
                "POWERTOOLS_SERVICE_NAME": name,
                "POWERTOOLS_METRICS_NAMESPACE": METRICS_NAMESPACE,
                "LOG_LEVEL": "INFO",
                **environment,
            },
            role=self.role,
            log_group=self.log_group,
            logging_format=lambda_.LoggingFormat.JSON,
        )
        resource = self.function.node.default_child
        assert isinstance(resource, aws_cdk.CfnResource)
        resource.add_metadata("NoDeadLetters", no_dead_letters)
        acknowledge(self.function, {"L1": "3.13 is what our lock files, wheels and tests are made for"})
        if streams:
            self._answer_through_web_adapter()

    def may(self, actions: Sequence[str], *resources: str) -> None:
        """Allow exactly ``actions`` on exactly ``resources``."""
        self.role.add_to_policy(iam.PolicyStatement(actions=list(actions), resources=list(resources)))

    def _answer_through_web_adapter(self) -> None:
        region = aws_cdk.Stack.of(self).region
        arn = f"arn:aws:lambda:{region}:{WEB_ADAPTER_ACCOUNT}:layer:LambdaAdapterLayerArm64:{WEB_ADAPTER_VERSION}"
        self.function.add_layers(lambda_.LayerVersion.from_layer_version_arn(self, "WebAdapter", arn))
        self.function.add_environment("AWS_LAMBDA_EXEC_WRAPPER", "/opt/bootstrap")
        self.function.add_environment("AWS_LWA_INVOKE_MODE", "response_stream")
