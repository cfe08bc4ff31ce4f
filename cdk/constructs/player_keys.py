"""The keys under which all that players own is encrypted."""

import aws_cdk
from aws_cdk import aws_dynamodb as dynamodb
from aws_cdk import aws_kms as kms
from constructs import Construct

from cdk.constructs.function import Function
from cdk.constructs.table import Table


class PlayerKeys(Construct):
    """A table with a data key per player, each wrapped by one key in KMS; who may do what with them."""

    def __init__(self, scope: Construct, *, retain: bool) -> None:
        super().__init__(scope, "Keys")
        self.table = Table(
            self,
            "Keys",
            retain=retain,
            # Keys only: an image would hold the wrapped key for a day after its destruction.
            stream=dynamodb.StreamViewType.KEYS_ONLY,
            no_recovery="a key that could be restored would undo the deletion of an account (docs/decisions/0007)",
        )
        self.wrapping_key = kms.Key(
            self,
            "WrappingKey",
            description="Wraps the data keys of players",
            enable_key_rotation=True,
            removal_policy=aws_cdk.RemovalPolicy.RETAIN if retain else aws_cdk.RemovalPolicy.DESTROY,
        )

    def let_open(self, function: Function) -> None:
        """Let ``function`` seal and open what players own."""
        self._name(function)
        self.table.allow(function, "GetItem")
        function.may(["kms:Decrypt"], self.wrapping_key.key_arn)

    def let_create_and_destroy(self, function: Function) -> None:
        """Let ``function`` give players keys, which it cannot unwrap, and destroy them."""
        self._name(function)
        self.table.allow(function, "GetItem", "PutItem", "UpdateItem")
        function.may(["kms:GenerateDataKeyWithoutPlaintext"], self.wrapping_key.key_arn)

    def _name(self, function: Function) -> None:
        function.function.add_environment("KEYS_TABLE", self.table.name)
        function.function.add_environment("WRAPPING_KEY_ID", self.wrapping_key.key_id)
