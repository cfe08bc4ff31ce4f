"""Saying why a validation rule does not apply, next to the construct that it concerns."""

from collections.abc import Mapping

import aws_cdk
from constructs import IConstruct

NAG = "AwsSolutions::AwsSolutions"


def acknowledge(construct: IConstruct, reasons: Mapping[str, str]) -> None:
    """Accept findings on ``construct``: rule to reason. A bare rule (``SMG4``, ``IAM5[Resource::*]``) is cdk-nag's."""
    ids = {rule if "-" in rule.split("[")[0] else f"{NAG}-{rule}": reason for rule, reason in reasons.items()}
    aws_cdk.Validations.of(construct).acknowledge(
        *(aws_cdk.Acknowledgment(id=id, reason=reason) for id, reason in ids.items())
    )
