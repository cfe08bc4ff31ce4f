"""A real-time SageMaker endpoint of one tier."""

import aws_cdk
from aws_cdk import aws_applicationautoscaling as autoscaling
from aws_cdk import aws_iam as iam
from aws_cdk import aws_s3_assets as assets
from aws_cdk import aws_sagemaker as sagemaker
from aws_cdk.region_info import RegionInfo
from constructs import Construct

from cdk.acknowledge import acknowledge
from cdk.constructs.artifacts import built

LMI_IMAGE = "djl-inference:0.36.0-lmi20.0.0-cu128"
"""AWS's large-model inference container (DJL Serving with vLLM)."""
GPU_AMI = "al2-ami-sagemaker-inference-gpu-3-1"
"""The host image whose driver runs CUDA 12.8; the default one's does not."""
VARIANT = "all"
REQUESTS_PER_MODEL = 8
"""In-flight requests per instance at which the tier scales out."""
PREFIX_CHARACTERS = 4096
"""An NPC's prompt prefix: requests that share it go to the instance that has it cached."""


class TierEndpoint(Construct):
    """Model, endpoint config, endpoint and its scaling between a minimum and a maximum of instances."""

    def __init__(
        self, scope: Construct, tier: str, *, instance_type: str, instances_min: int, instances_max: int
    ) -> None:
        super().__init__(scope, tier.capitalize())
        stack = aws_cdk.Stack.of(self)
        self.name = f"bodybroker-{tier}"
        archive = assets.Asset(self, "Archive", path=built("endpoints", tier, "model.tar.gz"))
        account = RegionInfo.get(stack.region).dlc_repository_account
        if account is None:
            raise ValueError(f"AWS publishes no inference containers in {stack.region}")
        role = self._role(archive, account)
        model = sagemaker.CfnModel(
            self,
            "Model",
            execution_role_arn=role.role_arn,
            primary_container=sagemaker.CfnModel.ContainerDefinitionProperty(
                image=f"{account}.dkr.ecr.{stack.region}.{stack.url_suffix}/{LMI_IMAGE}",
                model_data_url=archive.s3_object_url,
            ),
        )
        model.node.add_dependency(role)
        self.variant = sagemaker.CfnEndpointConfig.ProductionVariantProperty(
            variant_name=VARIANT,
            model_name=model.attr_model_name,
            instance_type=instance_type,
            initial_instance_count=instances_min,
            initial_variant_weight=1,
            inference_ami_version=GPU_AMI,
            container_startup_health_check_timeout_in_seconds=900,
            routing_config=sagemaker.CfnEndpointConfig.RoutingConfigProperty(
                routing_strategy="PREFIX_AWARE",
                prefix_aware_routing_config=sagemaker.CfnEndpointConfig.PrefixAwareRoutingConfigProperty(
                    prefix_length=PREFIX_CHARACTERS, concurrency_threshold=2 * REQUESTS_PER_MODEL
                ),
            ),
        )
        config = sagemaker.CfnEndpointConfig(self, "Config", production_variants=[self.variant])
        self.endpoint = sagemaker.CfnEndpoint(
            self,
            "Endpoint",
            endpoint_name=self.name,
            endpoint_config_name=config.attr_endpoint_config_name,
            # Scaling owns the instance count once the endpoint lives; a new config must not reset it.
            retain_all_variant_properties=True,
        )
        self._scale(instances_min, instances_max)

    @property
    def arn(self) -> str:
        """The endpoint's ARN; SageMaker's IAM actions know it by its lower-case name."""
        return aws_cdk.Stack.of(self).format_arn(service="sagemaker", resource="endpoint", resource_name=self.name)

    def _role(self, archive: assets.Asset, image_account: str) -> iam.Role:
        stack = aws_cdk.Stack.of(self)
        role = iam.Role(self, "Role", assumed_by=iam.ServicePrincipal("sagemaker.amazonaws.com"))
        logs = stack.format_arn(
            service="logs",
            resource="log-group",
            resource_name=f"/aws/sagemaker/Endpoints/{self.name}:*",
            arn_format=aws_cdk.ArnFormat.COLON_RESOURCE_NAME,
        )
        images = stack.format_arn(
            service="ecr", resource="repository", resource_name=LMI_IMAGE.split(":")[0], account=image_account
        )
        grants = (
            (["s3:GetObject"], archive.bucket.arn_for_objects(archive.s3_object_key)),
            (["ecr:BatchGetImage", "ecr:GetDownloadUrlForLayer", "ecr:BatchCheckLayerAvailability"], images),
            (["logs:CreateLogGroup", "logs:CreateLogStream", "logs:PutLogEvents", "logs:DescribeLogStreams"], logs),
            (["ecr:GetAuthorizationToken", "cloudwatch:PutMetricData"], "*"),
        )
        for actions, resource in grants:
            role.add_to_policy(iam.PolicyStatement(actions=actions, resources=[resource]))
        acknowledge(
            role,
            {
                "IAM5[Resource::*]": "neither registry log-ins nor metrics have a resource to name",
                f"IAM5[Resource::{logs}]": "SageMaker names the log streams of this endpoint",
            },
        )
        return role

    def _scale(self, instances_min: int, instances_max: int) -> None:
        target = autoscaling.ScalableTarget(
            self,
            "Instances",
            service_namespace=autoscaling.ServiceNamespace.SAGEMAKER,
            resource_id=f"endpoint/{self.name}/variant/{VARIANT}",
            scalable_dimension="sagemaker:variant:DesiredInstanceCount",
            min_capacity=instances_min,
            max_capacity=instances_max,
        )
        target.node.add_dependency(self.endpoint)
        metric = autoscaling.PredefinedMetric.SAGEMAKER_VARIANT_CONCURRENT_REQUESTS_PER_MODEL_HIGH_RESOLUTION
        target.scale_to_track_metric("Requests", predefined_metric=metric, target_value=REQUESTS_PER_MODEL)
