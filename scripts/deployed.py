"""What is deployed, as CloudFormation knows it, on the AWS that the environment names."""

import boto3


def physical_name(stack: str, kind: str, prefix: str) -> str:
    """The name of the stack's one resource of a type whose logical id begins with `prefix`; LookupError otherwise.

    On a local cloud: AWS_ENDPOINT_URL=$(python -m local_cloud url aws), and its access key (docs/local-cloud.md).
    """
    pages = boto3.client("cloudformation").get_paginator("list_stack_resources").paginate(StackName=stack)
    resources = [resource for page in pages for resource in page["StackResourceSummaries"]]
    found = [
        str(resource["PhysicalResourceId"])
        for resource in resources
        if resource["ResourceType"] == kind and resource["LogicalResourceId"].startswith(prefix)
    ]
    if len(found) != 1:
        raise LookupError(f"{stack} has {len(found)} resources of {kind} that begin with {prefix}")
    return found[0]
