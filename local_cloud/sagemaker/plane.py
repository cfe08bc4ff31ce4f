"""The SageMaker plane: `install` puts it into the emulator's process.

All state lives on the event loop's thread: the control plane's operations are plain functions that run there, and
worker threads (CloudFormation, Step Functions) hand their calls to it.
"""

from __future__ import annotations

import asyncio
import os
from pathlib import Path

from ministack import app
from ministack.core import responses, router

from local_cloud.emulator.context import EmulatorContext
from local_cloud.emulator.patches.targets import assert_targets
from local_cloud.paths import Paths
from local_cloud.sagemaker import cloudformation, integrations
from local_cloud.sagemaker.api import Api
from local_cloud.sagemaker.async_inference import AsyncInference
from local_cloud.sagemaker.autoscaling import SERVICE as AUTOSCALING
from local_cloud.sagemaker.autoscaling import AutoScaling
from local_cloud.sagemaker.aws import Clients, Scope
from local_cloud.sagemaker.background import Background
from local_cloud.sagemaker.control.endpoints import Endpoints
from local_cloud.sagemaker.control.inference_components import InferenceComponents
from local_cloud.sagemaker.control.model_packages import ModelPackageGroups, ModelPackages
from local_cloud.sagemaker.control.models import EndpointConfigs, Models
from local_cloud.sagemaker.control.resources import Resources
from local_cloud.sagemaker.control.tags import Tags
from local_cloud.sagemaker.control.training_jobs import TrainingJobs
from local_cloud.sagemaker.faults import Faults
from local_cloud.sagemaker.hosting import Hosting
from local_cloud.sagemaker.plans import Planner
from local_cloud.sagemaker.runtime import Runtime
from local_cloud.sagemaker.shapes import Record, service_model
from local_cloud.sagemaker.store import Store

TARGETS = (
    "ministack.app:SERVICE_HANDLERS",
    "ministack.core.router:SERVICE_PATTERNS",
    "ministack.core.responses:get_account_id()",
    "ministack.core.responses:get_region()",
)

TRAINING_PYTHON = "BODYBROKER_TRAINING_PYTHON"
"""Environment variable: the interpreter of training jobs, when it is not the model servers'."""


class SageMakerPlane:
    """The plane of one emulator process."""

    def __init__(self, context: EmulatorContext) -> None:
        clients = Clients(context.base_url)
        training_python = Path(os.environ.get(TRAINING_PYTHON, context.model_python))
        store = Store(context.journal, "sagemaker")
        self._background = Background()
        self._hosting = Hosting(context.state_dir, context.model_python, clients)
        models = Models(store, _scope)
        configs = EndpointConfigs(models, store, _scope)
        groups = ModelPackageGroups(store, _scope)
        packages = ModelPackages(groups, store, _scope)
        planner = Planner(configs, models, packages)
        self._endpoints = Endpoints(planner, self._hosting, self._background, store, _scope)
        self._components = InferenceComponents(self._endpoints, planner, self._hosting, self._background, store, _scope)
        self._jobs = TrainingJobs(context.state_dir, training_python, clients, self._background, store, _scope)
        self._asynchronous = AsyncInference(self._hosting, clients, self._background, store)
        self._apis = {
            "sagemaker": _sagemaker_api(
                models, configs, groups, packages, self._endpoints, self._components, self._jobs
            ),
            AUTOSCALING: Api(
                AUTOSCALING, AutoScaling(Store(context.journal, AUTOSCALING), _scope, self._exists).operations()
            ),
        }
        faults = Faults(Paths(context.state_dir).faults)
        self.asgi = Runtime(self._endpoints, self._hosting, self._asynchronous, faults)
        self._loop: asyncio.AbstractEventLoop | None = None

    def register(self) -> None:
        """Make the emulator route to the plane."""
        for service, api in self._apis.items():
            prefix = service_model(service).metadata["targetPrefix"]
            app.SERVICE_HANDLERS[service] = api.handle
            router.SERVICE_PATTERNS[service] = {
                "target_prefixes": [f"{prefix}."],
                "host_patterns": [],
                "credential_scope": service,
            }
        cloudformation.install(self.call)
        integrations.install(self.call)

    async def startup(self) -> None:
        """Go on where the last process stopped; endpoints come up while requests are answered already."""
        self._loop = asyncio.get_running_loop()
        await self._hosting.open()
        self._jobs.restore()
        self._endpoints.restore()
        self._background.start(self._components.restore())
        self._asynchronous.restore()

    async def shutdown(self) -> None:
        """End every task, model server and training job."""
        await self._background.cancel()
        await self._hosting.close()

    def call(self, service: str, operation: str, request: Record) -> Record:
        """Call an operation from a worker thread, in the caller's account and region. Raises ApiError."""
        assert self._loop is not None, "the plane is not started"

        async def on_the_loop() -> Record:
            return self._apis[service].call(operation, request)

        return asyncio.run_coroutine_threadsafe(on_the_loop(), self._loop).result()

    def _exists(self, resource_id: str) -> bool:
        """Whether an Application Auto Scaling resource id of SageMaker names something."""
        match resource_id.split("/"):
            case ["endpoint", name, "variant", variant]:
                record = self._endpoints.table.get(name)
                plan = (record or {}).get("Deployment") or (record or {}).get("Pending") or {"Variants": []}
                return any(one["VariantName"] == variant for one in plan["Variants"])
            case ["inference-component", name]:
                return name in self._components.table
        return False


def install(context: EmulatorContext) -> SageMakerPlane:
    """Check what the plane relies on, build it and register it. Raises PatchTargetMissing."""
    assert_targets([*TARGETS, *cloudformation.TARGETS, *integrations.TARGETS])
    plane = SageMakerPlane(context)
    plane.register()
    return plane


def _scope() -> Scope:
    return Scope(responses.get_account_id(), responses.get_region())


def _sagemaker_api(*kinds: Resources) -> Api:
    operations = {name: run for kind in kinds for name, run in kind.operations().items()}
    return Api("sagemaker", operations | Tags(kinds).operations())
