"""What must outlive everything else."""

from typing import Any

import aws_cdk
from aws_cdk import aws_dynamodb as dynamodb
from constructs import Construct

from cdk.constructs.player_keys import PlayerKeys
from cdk.constructs.table import Table
from cdk.settings import Settings


class DataStack(aws_cdk.Stack):
    """The tables, and the key that wraps the keys of players."""

    def __init__(self, scope: Construct, id: str, *, settings: Settings, **options: Any) -> None:
        super().__init__(scope, id, **options)
        self.keys = PlayerKeys(self, retain=settings.retain_data)
        self.worlds = Table(self, "Worlds", retain=settings.retain_data, stream=dynamodb.StreamViewType.NEW_IMAGE)
        self.accounts = Table(self, "Accounts", retain=settings.retain_data)
        self.projections = Table(self, "Projections", retain=settings.retain_data)
        self.encounters = Table(self, "Encounters", retain=settings.retain_data)
        self.locations = Table(self, "Locations", retain=settings.retain_data)

    @property
    def tables(self) -> dict[str, Table]:
        """Every table by name."""
        return {
            "worlds": self.worlds,
            "accounts": self.accounts,
            "projections": self.projections,
            "encounters": self.encounters,
            "locations": self.locations,
            "keys": self.keys.table,
        }
