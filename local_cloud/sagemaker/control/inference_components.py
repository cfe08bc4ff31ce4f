"""Inference components: models, and LoRA adapters of them, on an endpoint whose variants name no model."""

from __future__ import annotations

import asyncio
import logging
import shutil
import uuid
from collections.abc import Callable

from local_cloud.sagemaker.aws import Scope, scope_of
from local_cloud.sagemaker.background import Background
from local_cloud.sagemaker.control.endpoints import IN_PROGRESS, Endpoints
from local_cloud.sagemaker.control.resources import Kind, Operation, Resources
from local_cloud.sagemaker.errors import invalid, unsupported
from local_cloud.sagemaker.hosting import Hosting, LiveEndpoint, Target
from local_cloud.sagemaker.model_server import Server
from local_cloud.sagemaker.plans import DEFAULT_STARTUP_SECONDS, Planner
from local_cloud.sagemaker.shapes import Record
from local_cloud.sagemaker.store import Store

logger = logging.getLogger(__name__)


class InferenceComponents(Resources):
    """Inference components. A component with a model has one server; an adapter lives in its base component's."""

    kind = Kind("InferenceComponent", "InferenceComponents", "inference-component", "inference component")

    def __init__(
        self,
        endpoints: Endpoints,
        planner: Planner,
        hosting: Hosting,
        background: Background,
        store: Store,
        scope: Callable[[], Scope],
    ) -> None:
        super().__init__(store, scope)
        self._endpoints = endpoints
        self._planner = planner
        self._hosting = hosting
        self._background = background
        endpoints.has_components = lambda name: any(component["EndpointName"] == name for component in self.table)

    def operations(self) -> dict[str, Operation]:
        """The common operations and the two updates."""
        own = {
            "UpdateInferenceComponent": self.change,
            "UpdateInferenceComponentRuntimeConfig": lambda request: self.change(
                {
                    "InferenceComponentName": request["InferenceComponentName"],
                    "RuntimeConfig": request["DesiredRuntimeConfig"],
                }
            ),
        }
        return super().operations() | own

    def prepare(self, record: Record) -> None:
        """Find its endpoint and variant and what it serves."""
        if "Specifications" in record:
            raise unsupported("Specifications")
        endpoint = self._endpoints.shown(self._endpoints.find(record["EndpointName"]))
        if endpoint["EndpointStatus"] != "InService":
            raise invalid(f'Endpoint "{endpoint["EndpointArn"]}" is not in service.')
        variants = [variant["VariantName"] for variant in endpoint["ProductionVariants"]]
        specification: Record = record.get("Specification", {})
        base = specification.get("BaseInferenceComponentName")
        if base is not None:
            record["VariantName"] = self.find(base)["VariantName"]
            if "ArtifactUrl" not in specification.get("Container", {}):
                raise invalid("An adapter must give Container with ArtifactUrl.")
        if record.get("VariantName") not in variants:
            raise invalid(f'Could not find variant "{record.get("VariantName")}" of {endpoint["EndpointArn"]}.')
        record["EndpointArn"] = endpoint["EndpointArn"]
        record |= self._deployment(specification, record.get("RuntimeConfig")) | {
            "InferenceComponentStatus": "Creating"
        }

    def created(self, record: Record) -> None:
        """Start serving it."""
        self._background.start(self._serve(record["InferenceComponentName"]))

    def change(self, request: Record) -> Record:
        """UpdateInferenceComponent: another model, another number of copies."""
        if "Specifications" in request:
            raise unsupported("Specifications")
        record = self._settled(request["InferenceComponentName"])
        specification: Record = request.get("Specification") or record.get("Specification", {})
        runtime: Record | None = request.get("RuntimeConfig", record.get("RuntimeConfig"))
        changes = {"Specification": specification, "InferenceComponentStatus": "Updating", "FailureReason": None}
        self.update(record["InferenceComponentName"], changes | self._deployment(specification, runtime))
        self._background.start(self._serve(record["InferenceComponentName"]))
        return {"InferenceComponentArn": record["InferenceComponentArn"]}

    def delete(self, request: Record) -> Record:
        """End it; its record goes when it no longer serves."""
        record = self._settled(request["InferenceComponentName"])
        name = record["InferenceComponentName"]
        if any(one.get("Specification", {}).get("BaseInferenceComponentName") == name for one in self.table):
            raise invalid(f'Inference component "{record["InferenceComponentArn"]}" has adapters; delete them first.')
        self.update(name, {"InferenceComponentStatus": "Deleting"})
        self._background.start(self._delete(name))
        return {}

    def shown(self, record: Record) -> Record:
        """With the number of copies that serve."""
        copies = record.get("RuntimeConfig", {}).get("CopyCount")
        if copies is None:
            return record
        serves = record["InferenceComponentStatus"] == "InService"
        counts = {"DesiredCopyCount": copies, "CurrentCopyCount": copies if serves else 0}
        return record | {"RuntimeConfig": counts}

    async def restore(self) -> None:
        """Go on where the last process stopped, bases before their adapters, once their endpoints serve."""
        for record in sorted(self.table, key=_is_adapter):
            name = record["InferenceComponentName"]
            if record["InferenceComponentStatus"] == "Deleting":
                await self._delete(name)
                continue
            while self._endpoints.find(record["EndpointName"])["EndpointStatus"] in IN_PROGRESS:
                await asyncio.sleep(0.1)
            await self._serve(name)

    def _deployment(self, specification: Record, runtime: Record | None) -> Record:
        model = self._planner.component(specification)
        if model is not None and runtime is None:
            raise invalid("RuntimeConfig must be given.")
        return {"Model": model, "Version": uuid.uuid4().hex[:12], "RuntimeConfig": runtime}

    async def _serve(self, name: str) -> None:
        record = self.find(name)
        outcome: Record = {"InferenceComponentStatus": "InService"}
        try:
            endpoint = self._hosting.live.get(record["EndpointName"])
            if endpoint is None:
                raise ValueError(f"endpoint {record['EndpointName']} does not serve")
            target = await (self._adapter if _is_adapter(record) else self._server)(record, endpoint)
            old = endpoint.components.get(name)
            endpoint.components[name] = target
            if old is not None and old.server is not None and old.server is not target.server:
                await old.server.stop()
        except Exception as error:
            logger.exception("inference component %s", name)
            outcome = {"InferenceComponentStatus": "Failed", "FailureReason": str(error)[:1024]}
        self.update(name, outcome)

    async def _server(self, record: Record, endpoint: LiveEndpoint) -> Target:
        name, server = record["InferenceComponentName"], None
        if record["RuntimeConfig"]["CopyCount"] > 0:
            startup = record["Specification"].get("StartupParameters", {})
            server = await self._hosting.start_server(
                endpoint.name,
                f"inference component {name}",
                record["Model"],
                self._hosting.component_directory(endpoint.name, name, record["Version"]),
                scope_of(endpoint.arn),
                startup.get("ContainerStartupHealthCheckTimeoutInSeconds", DEFAULT_STARTUP_SECONDS),
            )
            await self._move_adapters(name, endpoint, server)
        return Target(server, record["VariantName"])

    async def _move_adapters(self, name: str, endpoint: LiveEndpoint, server: Server) -> None:
        old = endpoint.components.get(name)
        if old is None or old.server is None:
            return
        for adapter, directory in old.server.adapters.items():
            await server.load_adapter(adapter, directory)
            endpoint.components[adapter] = Target(server, old.variant, adapter)

    async def _adapter(self, record: Record, endpoint: LiveEndpoint) -> Target:
        name, specification = record["InferenceComponentName"], record["Specification"]
        base = endpoint.components.get(specification["BaseInferenceComponentName"])
        if base is None or base.server is None:
            raise ValueError(f"the base component {specification['BaseInferenceComponentName']} does not serve")
        directory = self._hosting.component_directory(endpoint.name, name, record["Version"])
        if not directory.exists():
            uri, scope = specification["Container"]["ArtifactUrl"], scope_of(endpoint.arn)
            await asyncio.to_thread(self._hosting.fetch, uri, uri.endswith(".tar.gz"), directory, scope)
        await base.server.load_adapter(name, directory)
        return Target(base.server, base.variant, name)

    async def _delete(self, name: str) -> None:
        record = self.find(name)
        endpoint = self._hosting.live.get(record["EndpointName"])
        target = endpoint.components.pop(name, None) if endpoint is not None else None
        if target is not None and target.server is not None:
            await (target.server.unload_adapter(name) if target.adapter else target.server.stop())
        directory = self._hosting.component_directory(record["EndpointName"], name, "")
        await asyncio.to_thread(shutil.rmtree, directory, ignore_errors=True)
        self.table.delete(name)

    def _settled(self, name: str) -> Record:
        record = self.find(name)
        if record["InferenceComponentStatus"] in IN_PROGRESS:
            raise invalid(f'Cannot change in-progress inference component "{record["InferenceComponentArn"]}".')
        return record


def _is_adapter(record: Record) -> bool:
    return "BaseInferenceComponentName" in record.get("Specification", {})
