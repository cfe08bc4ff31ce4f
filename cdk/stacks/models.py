"""What speaks: one endpoint per tier, and the registry of its model packages."""

from typing import Any

import aws_cdk
from aws_cdk import aws_sagemaker as sagemaker
from constructs import Construct

from cdk.constructs.endpoint import TierEndpoint
from cdk.settings import Settings


class ModelsStack(aws_cdk.Stack):
    """The gold tier."""

    def __init__(self, scope: Construct, id: str, *, settings: Settings, **options: Any) -> None:
        super().__init__(scope, id, **options)
        self.gold = TierEndpoint(
            self,
            "gold",
            instance_type=settings.gold_instance_type,
            instances_min=settings.gold_instances_min,
            instances_max=settings.gold_instances_max,
        )
        sagemaker.CfnModelPackageGroup(
            self,
            "GoldPackages",
            model_package_group_name=self.gold.name,
            model_package_group_description="Versions of the gold model that passed their gate",
        )
        aws_cdk.CfnOutput(self, "GoldEndpointName", value=self.gold.endpoint.attr_endpoint_name)
