"""What speaks: one endpoint per tier, and the registry of its model packages."""

from typing import Any

import aws_cdk
from constructs import Construct

from cdk.constructs.async_endpoint import AsyncEndpoint
from cdk.constructs.component_endpoint import ComponentEndpoint
from cdk.constructs.endpoint import BY_LOAD, BY_PREFIX, RealTimeEndpoint, TierEndpoint
from cdk.settings import Settings


class ModelsStack(aws_cdk.Stack):
    """The tiers. All but gold may be switched off, and are None then."""

    def __init__(self, scope: Construct, id: str, *, settings: Settings, **options: Any) -> None:
        super().__init__(scope, id, **options)
        gold, silver, bronze, guard = (settings.tiers[tier] for tier in ("gold", "silver", "bronze", "guard"))
        self.gold = RealTimeEndpoint(self, "gold", gold, routing=BY_PREFIX)
        self.silver = ComponentEndpoint(self, "silver", silver) if silver.enabled else None
        self.bronze = AsyncEndpoint(self, "bronze", bronze) if bronze.enabled else None
        if self.bronze is not None:
            aws_cdk.CfnOutput(self, "BronzeBucketName", value=self.bronze.bucket.bucket_name)
        self.guard = RealTimeEndpoint(self, "guard", guard, routing=BY_LOAD) if guard.enabled else None

    @property
    def tiers(self) -> list[TierEndpoint]:
        """Those that are there."""
        tiers: tuple[TierEndpoint | None, ...] = (self.gold, self.silver, self.bronze, self.guard)
        return [tier for tier in tiers if tier is not None]

    @property
    def spoken(self) -> dict[str, str]:
        """The environment of a function that speaks for NPCs: what answers at once. A tier that is off is not there."""
        environment = {"GOLD_ENDPOINT": self.gold.endpoint.attr_endpoint_name}
        if self.silver is not None:
            environment["SILVER_ENDPOINT"] = self.silver.endpoint.attr_endpoint_name
            environment["SILVER_COMPONENT"] = self.silver.base_component
        return environment
