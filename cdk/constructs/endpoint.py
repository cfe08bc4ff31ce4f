"""What all tiers' endpoints have in common, and the real-time endpoint that hosts one model."""

import aws_cdk
from aws_cdk import aws_applicationautoscaling as autoscaling
from aws_cdk import aws_sagemaker as sagemaker
from constructs import Construct

from cdk.constructs.function import Function
from cdk.constructs.served_model import GPU_AMI, ServedModel
from cdk.settings import TierSettings

VARIANT = "all"
REQUESTS_PER_MODEL = 8
"""In-flight requests per model at which a tier scales out."""
PREFIX_BYTES = 4096
"""An NPC's prompt prefix: requests that share it go to the instance that has it cached."""
INVOKE = ("sagemaker:InvokeEndpoint", "sagemaker:InvokeEndpointWithResponseStream")

_Routing = sagemaker.CfnEndpointConfig.RoutingConfigProperty
_Variant = sagemaker.CfnEndpointConfig.ProductionVariantProperty

BY_PREFIX = _Routing(
    routing_strategy="PREFIX_AWARE",
    prefix_aware_routing_config=sagemaker.CfnEndpointConfig.PrefixAwareRoutingConfigProperty(
        prefix_length=PREFIX_BYTES, concurrency_threshold=2 * REQUESTS_PER_MODEL
    ),
)
BY_LOAD = _Routing(routing_strategy="LEAST_OUTSTANDING_REQUESTS")
"""For prompts that all begin alike, which the prefix would send to one instance."""


class TierEndpoint(Construct):
    """A tier's endpoint, by whatever kind: its name, its ARN, its metrics' dimensions, and who may ask it."""

    endpoint: sagemaker.CfnEndpoint
    invocations: tuple[str, ...] = INVOKE

    def __init__(self, scope: Construct, tier: str, settings: TierSettings) -> None:
        super().__init__(scope, tier.capitalize())
        self.tier = tier
        self.name = f"bodybroker-{tier}"
        self.settings = settings
        sagemaker.CfnModelPackageGroup(
            self,
            "Packages",
            model_package_group_name=self.name,
            model_package_group_description=f"Versions of the {tier} model that passed their gate",
        )

    @property
    def arn(self) -> str:
        """The endpoint's ARN; SageMaker's IAM actions know it by its lower-case name."""
        return aws_cdk.Stack.of(self).format_arn(service="sagemaker", resource="endpoint", resource_name=self.name)

    @property
    def variant_name(self) -> str:
        """The production variant, as a dimension of metrics."""
        return VARIANT

    def let_ask(self, function: Function) -> None:
        """Let ``function`` ask the tier."""
        function.may(self.invocations, self.arn)

    def _serve(self, config: sagemaker.CfnEndpointConfig) -> None:
        self.endpoint = sagemaker.CfnEndpoint(
            self,
            "Endpoint",
            endpoint_name=self.name,
            endpoint_config_name=config.attr_endpoint_config_name,
            # Scaling owns the instance count once the endpoint lives; a new config must not reset it.
            retain_all_variant_properties=True,
        )
        output = aws_cdk.CfnOutput(self, "Name", value=self.endpoint.attr_endpoint_name)
        output.override_logical_id(f"{self.tier.capitalize()}EndpointName")

    def _instances(self) -> autoscaling.ScalableTarget:
        """The variant's instances as a target of scaling."""
        target = autoscaling.ScalableTarget(
            self,
            "Instances",
            service_namespace=autoscaling.ServiceNamespace.SAGEMAKER,
            resource_id=f"endpoint/{self.name}/variant/{VARIANT}",
            scalable_dimension="sagemaker:variant:DesiredInstanceCount",
            min_capacity=self.settings.instances_min,
            max_capacity=self.settings.instances_max,
        )
        target.node.add_dependency(self.endpoint)
        return target


class RealTimeEndpoint(TierEndpoint):
    """One model per instance, asked for an answer at once, scaled by the requests in flight."""

    def __init__(
        self,
        scope: Construct,
        tier: str,
        settings: TierSettings,
        *,
        routing: sagemaker.CfnEndpointConfig.RoutingConfigProperty,
    ) -> None:
        super().__init__(scope, tier, settings)
        served = ServedModel(
            self, tier=tier, serving=settings.serving, log_groups=[f"/aws/sagemaker/Endpoints/{self.name}"]
        )
        variant = _Variant(
            variant_name=VARIANT,
            model_name=served.model.attr_model_name,
            instance_type=settings.instance_type,
            initial_instance_count=settings.instances_min,
            initial_variant_weight=1,
            inference_ami_version=GPU_AMI,
            container_startup_health_check_timeout_in_seconds=served.startup_s,
            routing_config=routing,
        )
        self._serve(sagemaker.CfnEndpointConfig(self, "Config", production_variants=[variant]))
        metric = autoscaling.PredefinedMetric.SAGEMAKER_VARIANT_CONCURRENT_REQUESTS_PER_MODEL_HIGH_RESOLUTION
        self._instances().scale_to_track_metric("Requests", predefined_metric=metric, target_value=REQUESTS_PER_MODEL)
