"""The role that SageMaker runs a model under."""

from collections.abc import Sequence

import aws_cdk
from aws_cdk import aws_iam as iam
from aws_cdk import aws_s3_assets as assets
from constructs import Construct

from cdk.acknowledge import acknowledge


def hosting_role(
    scope: Construct, archive: assets.Asset, image: str, account: str, log_groups: Sequence[str]
) -> iam.Role:
    """A role that reads one archive, pulls one image (`<repository>:<tag>`) of an account and writes its logs."""
    stack = aws_cdk.Stack.of(scope)
    role = iam.Role(scope, "Role", assumed_by=iam.ServicePrincipal("sagemaker.amazonaws.com"))
    logs = [
        stack.format_arn(
            service="logs",
            resource="log-group",
            resource_name=f"{group}:*",
            arn_format=aws_cdk.ArnFormat.COLON_RESOURCE_NAME,
        )
        for group in log_groups
    ]
    images = stack.format_arn(service="ecr", resource="repository", resource_name=image.split(":")[0], account=account)
    grants = (
        (["s3:GetObject"], [archive.bucket.arn_for_objects(archive.s3_object_key)]),
        (["ecr:BatchGetImage", "ecr:GetDownloadUrlForLayer", "ecr:BatchCheckLayerAvailability"], [images]),
        (["logs:CreateLogGroup", "logs:CreateLogStream", "logs:PutLogEvents", "logs:DescribeLogStreams"], logs),
        (["ecr:GetAuthorizationToken", "cloudwatch:PutMetricData"], ["*"]),
    )
    for actions, resources in grants:
        role.add_to_policy(iam.PolicyStatement(actions=actions, resources=resources))
    named = {f"IAM5[Resource::{arn}]": "SageMaker names the log streams of this endpoint" for arn in logs}
    acknowledge(role, {"IAM5[Resource::*]": "neither registry log-ins nor metrics have a resource to name"} | named)
    return role
