"""DynamoDB tables."""

import aws_cdk
from aws_cdk import aws_dynamodb as dynamodb
from constructs import Construct

from cdk.acknowledge import acknowledge
from cdk.constructs.function import Function

TTL_ATTRIBUTE = "expires_at"


class Table(Construct):
    """A table of (pk, sk) strings: on demand, encrypted with a KMS key, 35 days of point-in-time recovery, TTL."""

    def __init__(
        self,
        scope: Construct,
        id: str,
        *,
        retain: bool,
        stream: dynamodb.StreamViewType | None = None,
        no_recovery: str = "",
    ) -> None:
        """``no_recovery``: why the table must not be recoverable."""
        super().__init__(scope, id)
        self.table = dynamodb.TableV2(
            self,
            "Table",
            partition_key=dynamodb.Attribute(name="pk", type=dynamodb.AttributeType.STRING),
            sort_key=dynamodb.Attribute(name="sk", type=dynamodb.AttributeType.STRING),
            billing=dynamodb.Billing.on_demand(),
            encryption=dynamodb.TableEncryptionV2.aws_managed_key(),
            point_in_time_recovery_specification=dynamodb.PointInTimeRecoverySpecification(
                point_in_time_recovery_enabled=not no_recovery
            ),
            time_to_live_attribute=TTL_ATTRIBUTE,
            dynamo_stream=stream,
            deletion_protection=retain,
            removal_policy=aws_cdk.RemovalPolicy.RETAIN if retain else aws_cdk.RemovalPolicy.DESTROY,
        )

        if no_recovery:
            acknowledge(self.table, {"DDB3": no_recovery})

    @property
    def name(self) -> str:
        """The table's name."""
        return self.table.table_name

    def allow(self, function: Function, *actions: str) -> None:
        """Let ``function`` call ``actions`` (such as ``Query``) on it. A transaction needs its parts' actions."""
        function.may([f"dynamodb:{action}" for action in actions], self.table.table_arn)

    def let_follow(self, function: Function) -> str:
        """Let ``function`` read the table's stream; the ARN of that."""
        stream = self.table.table_stream_arn
        assert stream is not None
        function.may(["dynamodb:DescribeStream", "dynamodb:GetRecords", "dynamodb:GetShardIterator"], stream)
        function.may(["dynamodb:ListStreams"], "*")
        acknowledge(function.role, {"IAM5[Resource::*]": "ListStreams names no resource"})
        return stream
