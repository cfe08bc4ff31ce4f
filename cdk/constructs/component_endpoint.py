"""A real-time endpoint of inference components: a base model, and LoRA adapters of it as components of their own."""

import aws_cdk
from aws_cdk import aws_applicationautoscaling as autoscaling
from aws_cdk import aws_iam as iam
from aws_cdk import aws_sagemaker as sagemaker
from constructs import Construct

from cdk.acknowledge import acknowledge
from cdk.constructs.endpoint import BY_PREFIX, REQUESTS_PER_MODEL, VARIANT, TierEndpoint
from cdk.constructs.function import Function
from cdk.constructs.served_model import GPU_AMI, ServedModel
from cdk.settings import TierSettings

MEMORY_MB = 10240
"""Host memory of one copy, within the smallest instance with a GPU that fits: its weights go to the GPU."""

_Component = sagemaker.CfnInferenceComponent


class ComponentEndpoint(TierEndpoint):
    """Instances that the endpoint manages itself, and copies of a base component that scale by requests in flight.

    An adapter is an inference component whose `BaseInferenceComponentName` is ``base_component``; the adapter registry
    makes and removes those, so they are not of this stack.
    """

    def __init__(self, scope: Construct, tier: str, settings: TierSettings) -> None:
        super().__init__(scope, tier, settings)
        self.base_component = f"{self.name}-base"
        groups = [f"/aws/sagemaker/Endpoints/{self.name}", f"/aws/sagemaker/InferenceComponents/{self.base_component}"]
        self._served = ServedModel(self, tier=tier, serving=settings.serving, log_groups=groups)
        self._serve(self._config())
        self.component = self._base()
        self._scale_copies()
        output = aws_cdk.CfnOutput(self, "Component", value=self.base_component)
        output.override_logical_id(f"{tier.capitalize()}BaseComponent")

    @property
    def role(self) -> iam.Role:
        """What its containers run under: it fetches the archives of adapters too."""
        return self._served.role

    @property
    def component_arns(self) -> str:
        """The ARNs of the base component and of every adapter on it."""
        stack = aws_cdk.Stack.of(self)
        return stack.format_arn(service="sagemaker", resource="inference-component", resource_name=f"{self.name}-*")

    def let_ask(self, function: Function) -> None:
        """Let ``function`` ask the tier, with any adapter."""
        function.may(self.invocations, self.arn, self.component_arns)
        reason = "adapters come and go without a deployment; their names begin with the endpoint's"
        acknowledge(function.role, {f"IAM5[Resource::{self.component_arns}]": reason})

    def _config(self) -> sagemaker.CfnEndpointConfig:
        settings = self.settings
        variant = sagemaker.CfnEndpointConfig.ProductionVariantProperty(
            variant_name=VARIANT,
            instance_type=settings.instance_type,
            initial_instance_count=settings.instances_min,
            inference_ami_version=GPU_AMI,
            container_startup_health_check_timeout_in_seconds=self._served.startup_s,
            managed_instance_scaling=sagemaker.CfnEndpointConfig.ManagedInstanceScalingProperty(
                status="ENABLED",
                min_instance_count=settings.instances_min,
                max_instance_count=settings.instances_max,
            ),
            routing_config=BY_PREFIX,
        )
        return sagemaker.CfnEndpointConfig(
            self, "Config", execution_role_arn=self._served.role.role_arn, production_variants=[variant]
        )

    def _base(self) -> sagemaker.CfnInferenceComponent:
        return _Component(
            self,
            "Base",
            inference_component_name=self.base_component,
            endpoint_name=self.endpoint.attr_endpoint_name,
            variant_name=VARIANT,
            specification=_Component.InferenceComponentSpecificationProperty(
                model_name=self._served.model.attr_model_name,
                compute_resource_requirements=_Component.InferenceComponentComputeResourceRequirementsProperty(
                    number_of_accelerator_devices_required=self._served.devices,
                    min_memory_required_in_mb=MEMORY_MB,
                ),
                startup_parameters=_Component.InferenceComponentStartupParametersProperty(
                    container_startup_health_check_timeout_in_seconds=self._served.startup_s
                ),
                data_cache_config=_Component.InferenceComponentDataCacheConfigProperty(enable_caching=True),
            ),
            runtime_config=_Component.InferenceComponentRuntimeConfigProperty(copy_count=self.settings.instances_min),
        )

    def _scale_copies(self) -> None:
        target = autoscaling.ScalableTarget(
            self,
            "Copies",
            service_namespace=autoscaling.ServiceNamespace.SAGEMAKER,
            resource_id=f"inference-component/{self.base_component}",
            scalable_dimension="sagemaker:inference-component:DesiredCopyCount",
            min_capacity=self.settings.instances_min,
            max_capacity=self.settings.instances_max,
        )
        target.node.add_dependency(self.component)
        name = autoscaling.PredefinedMetric
        metric = name.SAGEMAKER_INFERENCE_COMPONENT_CONCURRENT_REQUESTS_PER_COPY_HIGH_RESOLUTION
        target.scale_to_track_metric("Requests", predefined_metric=metric, target_value=REQUESTS_PER_MODEL)
