"""LoRA adapters of silver: their registry, their archives, and the function by which operators manage them."""

from typing import Any

import aws_cdk
import yaml
from aws_cdk import aws_events as events
from aws_cdk import aws_events_targets as targets
from aws_cdk import aws_iam as iam
from aws_cdk import aws_s3 as s3
from constructs import Construct

from cdk.acknowledge import acknowledge
from cdk.constructs.artifacts import ROOT, TARGET, Layers
from cdk.constructs.component_endpoint import ComponentEndpoint
from cdk.constructs.function import Function, Size
from cdk.constructs.queue import DeadLetters
from cdk.constructs.table import Table
from cdk.settings import Settings

FUNCTION_TIMEOUT_S = 900
"""Two components may have to appear one after the other."""


class AdaptersStack(aws_cdk.Stack):
    """The table, the bucket, the operators' function, and its comparison of registry and endpoint by the clock."""

    def __init__(
        self, scope: Construct, id: str, *, settings: Settings, silver: ComponentEndpoint, **options: Any
    ) -> None:
        super().__init__(scope, id, **options)
        self._choices = yaml.safe_load((ROOT / "configs" / "adapters.yaml").read_text("utf-8"))
        self.table = Table(self, "Registry", retain=settings.retain_data)
        self.archives = self._make_bucket(settings.retain_data, silver)
        self.function = self._make_function(silver)
        self._compare_regularly()
        aws_cdk.CfnOutput(self, "AdaptersFunction", value=self.function.function.function_name)
        aws_cdk.CfnOutput(self, "AdaptersBucket", value=self.archives.bucket_name)

    @property
    def spoken(self) -> dict[str, str]:
        """The environment of a function that chooses adapters."""
        return {"ADAPTERS_TABLE": self.table.name, "SILVER_BASE": self._choices["bases"][TARGET]}

    def let_choose(self, function: Function) -> None:
        """Let ``function`` read who speaks for whom."""
        self.table.allow(function, "Query")

    def _make_bucket(self, retain: bool, silver: ComponentEndpoint) -> s3.Bucket:
        bucket = s3.Bucket(
            self,
            "Archives",
            encryption=s3.BucketEncryption.S3_MANAGED,
            block_public_access=s3.BlockPublicAccess.BLOCK_ALL,
            enforce_ssl=True,
            versioned=True,
            removal_policy=aws_cdk.RemovalPolicy.RETAIN if retain else aws_cdk.RemovalPolicy.DESTROY,
        )
        acknowledge(
            bucket, {"S1": "operators, their function and the endpoint read it; the registry tells who did what"}
        )
        bucket.add_to_resource_policy(
            iam.PolicyStatement(
                principals=[iam.ArnPrincipal(silver.role.role_arn)],
                actions=["s3:GetObject"],
                resources=[bucket.arn_for_objects("*")],
            )
        )
        return bucket

    def _make_function(self, silver: ComponentEndpoint) -> Function:
        function = Function(
            self,
            "adapters",
            layers=Layers(self),
            uses=("aws",),
            size=Size(memory_mb=512, timeout_s=FUNCTION_TIMEOUT_S),
            environment={
                **self.spoken,
                "SILVER_ENDPOINT": silver.endpoint.attr_endpoint_name,
                "SILVER_COMPONENT": silver.base_component,
            },
            no_dead_letters="operators see every failure; the comparison is repeated, and the rule has a queue",
        )
        self.table.allow(function, "GetItem", "PutItem", "Query")
        archives = self.archives.arn_for_objects("*")
        function.may(["s3:GetObject"], archives)
        components = ("Create", "Delete", "Describe")
        actions = [f"sagemaker:{verb}InferenceComponent" for verb in components]
        function.may(actions, silver.arn, silver.component_arns)
        function.may(["sagemaker:ListInferenceComponents"], "*")
        acknowledge(
            function.role,
            {
                "IAM5[Resource::*]": "ListInferenceComponents names no resource",
                f"IAM5[Resource::{silver.component_arns}]": "the names of adapters begin with the endpoint's",
                f"IAM5[Resource::<{self._logical(self.archives)}.Arn>/*]": "an archive's key is its operator's choice",
            },
        )
        return function

    def _logical(self, bucket: s3.Bucket) -> str:
        resource = bucket.node.default_child
        assert isinstance(resource, aws_cdk.CfnResource)
        return str(self.get_logical_id(resource))

    def _compare_regularly(self) -> None:
        self.dead_letters = DeadLetters(self, "Uncompared")
        events.Rule(
            self,
            "Compare",
            description="The Body Broker: load the adapters that speak, unload those that no longer do",
            schedule=events.Schedule.rate(aws_cdk.Duration.minutes(self._choices["reconcile_minutes"])),
            targets=[
                targets.LambdaFunction(
                    self.function.function,
                    event=events.RuleTargetInput.from_object({"operation": "reconcile"}),
                    dead_letter_queue=self.dead_letters.queue,
                )
            ],
        )
