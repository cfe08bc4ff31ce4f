"""Endpoints: records, and the tasks that carry them from one status to the next.

A record holds the plan that serves (`Deployment`) and the one that shall (`Pending`), so that a restart at any moment
goes on where the last process stopped.
"""

from __future__ import annotations

import copy
import logging
from collections.abc import Awaitable, Callable

from local_cloud.sagemaker.aws import Scope
from local_cloud.sagemaker.background import Background
from local_cloud.sagemaker.control.resources import Kind, Operation, Resources
from local_cloud.sagemaker.errors import invalid
from local_cloud.sagemaker.hosting import Hosting
from local_cloud.sagemaker.plans import Planner
from local_cloud.sagemaker.shapes import Record
from local_cloud.sagemaker.store import Store

logger = logging.getLogger(__name__)

_RETAINABLE = {"DesiredWeight": "Weight", "DesiredInstanceCount": "Count"}
IN_PROGRESS = ("Creating", "Updating", "SystemUpdating", "Deleting")


class Endpoints(Resources):
    """Endpoints and what becomes of them. One process serves a variant, however many instances are asked for."""

    kind = Kind("Endpoint", "Endpoints", "endpoint", "endpoint")

    def __init__(
        self, planner: Planner, hosting: Hosting, background: Background, store: Store, scope: Callable[[], Scope]
    ) -> None:
        super().__init__(store, scope)
        self._planner = planner
        self._hosting = hosting
        self._background = background
        self.has_components: Callable[[str], bool] = lambda name: False

    def operations(self) -> dict[str, Operation]:
        """The common operations and the two updates."""
        own = {
            "UpdateEndpoint": self.change,
            "UpdateEndpointWeightsAndCapacities": self.change_weights,
        }
        return super().operations() | own

    def prepare(self, record: Record) -> None:
        """Plan the endpoint."""
        record |= {"Pending": self._planner.plan(record["EndpointConfigName"]), "EndpointStatus": "Creating"}

    def created(self, record: Record) -> None:
        """Start its servers."""
        self._background.start(self._create(record["EndpointName"]))

    def change(self, request: Record) -> Record:
        """UpdateEndpoint: the new plan starts beside the old one, which serves until then."""
        record = self._settled(request["EndpointName"])
        if record["EndpointStatus"] != "InService":
            raise invalid(f'Cannot update endpoint "{record["EndpointArn"]}" with status {record["EndpointStatus"]}.')
        plan = self._planner.plan(request["EndpointConfigName"])
        if request.get("RetainAllVariantProperties"):
            excluded = {one["VariantPropertyType"] for one in request.get("ExcludeRetainedVariantProperties", [])}
            _retain(plan, record["ProductionVariants"], excluded)
        pending = {
            "EndpointStatus": "Updating",
            "Pending": plan,
            "PendingDeploymentSummary": {"EndpointConfigName": plan["EndpointConfigName"]},
            "FailureReason": None,
        }
        self.update(record["EndpointName"], pending)
        self._background.start(self._update(record["EndpointName"]))
        return {"EndpointArn": record["EndpointArn"]}

    def change_weights(self, request: Record) -> Record:
        """UpdateEndpointWeightsAndCapacities: takes effect at once."""
        record = self._settled(request["EndpointName"])
        plan = copy.deepcopy(record.get("Deployment", {}))
        variants = {variant["VariantName"]: variant for variant in plan.get("Variants", [])}
        for wanted in request["DesiredWeightsAndCapacities"]:
            if wanted["VariantName"] not in variants:
                raise invalid(f'Could not find variant "{wanted["VariantName"]}" of endpoint {record["EndpointArn"]}.')
            variant = variants[wanted["VariantName"]]
            variant["Weight"] = wanted.get("DesiredWeight", variant["Weight"])
            variant["Count"] = wanted.get("DesiredInstanceCount", variant["Count"])
        self.update(record["EndpointName"], {"Deployment": plan})
        live = self._hosting.live.get(record["EndpointName"])
        if live is not None:
            for name, variant in variants.items():
                live.variants[name].weight = variant["Weight"]
        return {"EndpointArn": record["EndpointArn"]}

    def delete(self, request: Record) -> Record:
        """End the endpoint; its record goes when its servers are gone."""
        record = self._settled(request["EndpointName"])
        if self.has_components(record["EndpointName"]):
            raise invalid(f'Endpoint "{record["EndpointArn"]}" still hosts inference components; delete them first.')
        self.update(record["EndpointName"], {"EndpointStatus": "Deleting"})
        self._background.start(self._delete(record["EndpointName"]))
        return {}

    def shown(self, record: Record) -> Record:
        """With the variants that serve."""
        plan = record.get("Deployment")
        if plan is None:
            return record
        variants = [self._summary(record["EndpointName"], variant) for variant in plan["Variants"]]
        return record | {"ProductionVariants": variants, "AsyncInferenceConfig": plan["AsyncInferenceConfig"]}

    def restore(self) -> None:
        """Go on where the last process stopped."""
        for record in self.table:
            name = record["EndpointName"]
            if record["EndpointStatus"] == "Deleting":
                self._background.start(self._delete(name))
            elif "Deployment" in record:
                self.update(name, {"EndpointStatus": "SystemUpdating"})
                self._background.start(self._restore(name))
            elif record["EndpointStatus"] == "Creating":
                self._background.start(self._create(name))

    async def _create(self, name: str) -> None:
        async def work(record: Record) -> Record:
            await self._serve(record, record["Pending"])
            return {"Deployment": record["Pending"], "Pending": None}

        await self._carry_out(name, work, on_failure={"EndpointStatus": "Failed", "Pending": None})

    async def _update(self, name: str) -> None:
        settled = {"EndpointStatus": "InService", "Pending": None, "PendingDeploymentSummary": None}

        async def work(record: Record) -> Record:
            await self._serve(record, record["Pending"])
            config_name = record["Pending"]["EndpointConfigName"]
            return settled | {"Deployment": record["Pending"], "EndpointConfigName": config_name}

        await self._carry_out(name, work, on_failure=settled)

    async def _restore(self, name: str) -> None:
        async def work(record: Record) -> Record:
            await self._serve(record, record["Deployment"])
            return {"FailureReason": None}

        await self._carry_out(name, work, on_failure={"EndpointStatus": "Failed"})
        restored = self.find(name)
        if restored["EndpointStatus"] == "InService" and "Pending" in restored:
            self.update(name, {"EndpointStatus": "Updating"})
            await self._update(name)

    async def _delete(self, name: str) -> None:
        await self._hosting.forget(name)
        self.table.delete(name)

    async def _serve(self, record: Record, plan: Record) -> None:
        endpoint = await self._hosting.bring_up(record["EndpointName"], record["EndpointArn"], plan)
        await self._hosting.replace(endpoint)

    async def _carry_out(self, name: str, work: Callable[[Record], Awaitable[Record]], on_failure: Record) -> None:
        try:
            outcome = {"EndpointStatus": "InService"} | await work(self.find(name))
        except Exception as error:
            logger.exception("endpoint %s", name)
            outcome = on_failure | {"FailureReason": str(error)[:1024]}
        self.update(name, outcome)

    def _summary(self, name: str, variant: Record) -> Record:
        return {
            "VariantName": variant["VariantName"],
            "CurrentWeight": variant["Weight"],
            "DesiredWeight": variant["Weight"],
            "CurrentInstanceCount": self._hosting.instances(name, variant["VariantName"], variant["Count"]),
            "DesiredInstanceCount": variant["Count"],
        }

    def _settled(self, name: str) -> Record:
        record = self.find(name)
        if record["EndpointStatus"] in IN_PROGRESS:
            raise invalid(f'Cannot update in-progress endpoint "{record["EndpointArn"]}".')
        return self.shown(record)


def _retain(plan: Record, current: list[Record], excluded: set[str]) -> None:
    """Carry the weights and counts that the endpoint has over to a new plan."""
    by_name = {variant["VariantName"]: variant for variant in current}
    for variant in plan["Variants"]:
        for shown, planned in _RETAINABLE.items():
            if shown not in excluded and variant["VariantName"] in by_name:
                variant[planned] = by_name[variant["VariantName"]][shown]
