"""Saying why a rule of cdk-nag does not apply, next to the construct that it concerns."""

from collections.abc import Mapping

import aws_cdk
from constructs import IConstruct


def acknowledge(construct: IConstruct, reasons: Mapping[str, str]) -> None:
    """Accept findings of the AWS Solutions rules on ``construct``: rule (``SMG4``, ``IAM5[Resource::*]``) to reason."""
    aws_cdk.Validations.of(construct).acknowledge(
        *(
            aws_cdk.Acknowledgment(id=f"AwsSolutions::AwsSolutions-{rule}", reason=reason)
            for rule, reason in reasons.items()
        )
    )
