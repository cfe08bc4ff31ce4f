"""The embedding model's endpoint: a small model on CPUs, in AWS's PyTorch container."""

import aws_cdk
from aws_cdk import aws_applicationautoscaling as autoscaling
from aws_cdk import aws_s3_assets as assets
from aws_cdk import aws_sagemaker as sagemaker
from aws_cdk.region_info import RegionInfo
from constructs import Construct

from cdk.constructs.artifacts import built
from cdk.constructs.endpoint import BY_LOAD, VARIANT
from cdk.constructs.function import Function
from cdk.constructs.hosting_role import hosting_role
from cdk.settings import EmbeddingSettings

NAME = "bodybroker-embedding"
IMAGE = "pytorch-inference:2.6.0-cpu-py312-ubuntu22.04-sagemaker"
STARTUP_S = 300
REQUESTS_PER_MINUTE = 3000
"""Of one instance, at which the endpoint scales out: 50 a second, each some milliseconds long."""


class EmbeddingEndpoint(Construct):
    """`sagemaker_endpoints/embedding` as an endpoint that scales by its requests; it reaches no network."""

    def __init__(self, scope: Construct, settings: EmbeddingSettings) -> None:
        super().__init__(scope, "Embedding")
        stack = aws_cdk.Stack.of(self)
        account = RegionInfo.get(stack.region).dlc_repository_account
        if account is None:
            raise ValueError(f"AWS publishes no inference containers in {stack.region}")
        archive = assets.Asset(self, "Archive", path=built("endpoints", "embedding", "model.tar.gz"))
        role = hosting_role(self, archive, IMAGE, account, [f"/aws/sagemaker/Endpoints/{NAME}"])
        model = sagemaker.CfnModel(
            self,
            "Model",
            execution_role_arn=role.role_arn,
            enable_network_isolation=True,
            primary_container=sagemaker.CfnModel.ContainerDefinitionProperty(
                image=f"{account}.dkr.ecr.{stack.region}.{stack.url_suffix}/{IMAGE}",
                model_data_url=archive.s3_object_url,
                environment={
                    "SAGEMAKER_PROGRAM": "inference.py",
                    "SAGEMAKER_SUBMIT_DIRECTORY": "/opt/ml/model/code",
                },
            ),
        )
        model.node.add_dependency(role)
        self.endpoint = self._serve(model, settings)
        self._scale(settings)
        aws_cdk.CfnOutput(self, "EndpointName", value=self.endpoint.attr_endpoint_name).override_logical_id(
            "EmbeddingEndpointName"
        )

    def _serve(self, model: sagemaker.CfnModel, settings: EmbeddingSettings) -> sagemaker.CfnEndpoint:
        variant = sagemaker.CfnEndpointConfig.ProductionVariantProperty(
            variant_name=VARIANT,
            model_name=model.attr_model_name,
            instance_type=settings.instance_type,
            initial_instance_count=settings.instances_min,
            initial_variant_weight=1,
            container_startup_health_check_timeout_in_seconds=STARTUP_S,
            routing_config=BY_LOAD,
        )
        config = sagemaker.CfnEndpointConfig(self, "Config", production_variants=[variant])
        return sagemaker.CfnEndpoint(
            self,
            "Endpoint",
            endpoint_name=NAME,
            endpoint_config_name=config.attr_endpoint_config_name,
            retain_all_variant_properties=True,
        )

    def _scale(self, settings: EmbeddingSettings) -> None:
        target = autoscaling.ScalableTarget(
            self,
            "Instances",
            service_namespace=autoscaling.ServiceNamespace.SAGEMAKER,
            resource_id=f"endpoint/{NAME}/variant/{VARIANT}",
            scalable_dimension="sagemaker:variant:DesiredInstanceCount",
            min_capacity=settings.instances_min,
            max_capacity=settings.instances_max,
        )
        target.node.add_dependency(self.endpoint)
        metric = autoscaling.PredefinedMetric.SAGEMAKER_VARIANT_INVOCATIONS_PER_INSTANCE
        target.scale_to_track_metric("Requests", predefined_metric=metric, target_value=REQUESTS_PER_MINUTE)

    def let_ask(self, function: Function) -> None:
        """Let ``function`` embed texts; it finds the endpoint's name in its environment."""
        arn = aws_cdk.Stack.of(self).format_arn(service="sagemaker", resource="endpoint", resource_name=NAME)
        function.may(["sagemaker:InvokeEndpoint"], arn)
        function.function.add_environment("EMBEDDING_ENDPOINT", self.endpoint.attr_endpoint_name)
