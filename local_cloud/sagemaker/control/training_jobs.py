"""Training jobs: records, and the runs behind them."""

from __future__ import annotations

import re
import time
from collections.abc import Callable
from pathlib import Path

from local_cloud.sagemaker.aws import Clients, Scope
from local_cloud.sagemaker.background import Background
from local_cloud.sagemaker.control.resources import Kind, Operation, Resources
from local_cloud.sagemaker.errors import ApiError, invalid, unsupported
from local_cloud.sagemaker.shapes import Record
from local_cloud.sagemaker.store import Store
from local_cloud.sagemaker.training import TrainingRun

DEFAULT_MAX_RUNTIME_SECONDS = 86_400
_MESSAGES = {
    "Starting": "Starting the training job",
    "Downloading": "Downloading input data",
    "Training": "Training the model",
    "Uploading": "Uploading generated training model",
    "Stopping": "Stopping the training job",
    "Completed": "Training job completed",
}


class TrainingJobs(Resources):
    """Training jobs; each runs once, as a process on this machine."""

    kind = Kind("TrainingJob", "TrainingJobs", "training-job", "training job")

    def __init__(
        self,
        state_dir: Path,
        python: Path,
        clients: Clients,
        background: Background,
        store: Store,
        scope: Callable[[], Scope],
    ) -> None:
        super().__init__(store, scope)
        self._state_dir = state_dir
        self._python = python
        self._clients = clients
        self._background = background
        self._runs: dict[str, TrainingRun] = {}

    def operations(self) -> dict[str, Operation]:
        """Create, describe, list, stop."""
        operations = super().operations() | {"StopTrainingJob": self.stop}
        del operations["DeleteTrainingJob"]
        return operations

    def prepare(self, record: Record) -> None:
        """Refuse what no process on this machine can do, and start the history of statuses."""
        _check(record)
        record.setdefault("StoppingCondition", {}).setdefault("MaxRuntimeInSeconds", DEFAULT_MAX_RUNTIME_SECONDS)
        record |= {"TrainingJobStatus": "InProgress", "SecondaryStatusTransitions": [], "ModelArtifacts": {}}
        _enter(record, "Starting")

    def created(self, record: Record) -> None:
        """Run it."""
        name = record["TrainingJobName"]
        run = TrainingRun(
            record,
            self._state_dir / "training" / name,
            self._state_dir / "logs",
            self._python,
            self._clients,
            lambda changes: self._change(name, changes),
        )
        self._runs[name] = run
        self._background.start(self._follow(name, run))

    def stop(self, request: Record) -> Record:
        """StopTrainingJob."""
        record = self.find(request["TrainingJobName"])
        if record["TrainingJobStatus"] not in ("InProgress", "Stopping"):
            raise invalid(
                f"The request was rejected because the training job is in status {record['TrainingJobStatus']}."
            )
        self._change(record["TrainingJobName"], {"TrainingJobStatus": "Stopping", "SecondaryStatus": "Stopping"})
        self._runs[record["TrainingJobName"]].stop()
        return {}

    def restore(self) -> None:
        """A job's process ended with the local cloud: say so."""
        for record in self.table:
            if record["TrainingJobStatus"] in ("InProgress", "Stopping"):
                self._change(
                    record["TrainingJobName"],
                    {
                        "TrainingJobStatus": "Failed",
                        "SecondaryStatus": "Failed",
                        "FailureReason": "InternalServerError: The local cloud restarted while the job was running.",
                        "TrainingEndTime": time.time(),
                    },
                )

    def not_found(self, name: str) -> ApiError:
        """In the service's own words."""
        return invalid("Requested resource not found.")

    def exists(self, name: str) -> ApiError:
        """In the service's own words."""
        return ApiError(
            "ResourceInUse",
            "Training job names must be unique within an AWS account and region, and a training job with this name "
            f"already exists ({self.arn(name)})",
        )

    async def _follow(self, name: str, run: TrainingRun) -> None:
        try:
            await run.run()
        finally:
            del self._runs[name]

    def _change(self, name: str, changes: Record) -> None:
        record = self.find(name)
        if record["TrainingJobStatus"] == "Stopping" and "TrainingJobStatus" not in changes:
            changes = {key: value for key, value in changes.items() if key != "SecondaryStatus"}
        secondary = changes.get("SecondaryStatus")
        changed = record | changes
        if secondary is not None:
            _enter(changed, secondary)
        if "TrainingEndTime" in changes and "TrainingStartTime" in changed:
            seconds = round(changed["TrainingEndTime"] - changed["TrainingStartTime"])
            changed |= {"TrainingTimeInSeconds": seconds, "BillableTimeInSeconds": seconds}
        self.update(name, changed | {"LastModifiedTime": time.time()})


def _check(record: Record) -> None:
    specification = record.get("AlgorithmSpecification", {})
    if not specification:
        raise invalid("AlgorithmSpecification must be given.")
    if specification.get("TrainingInputMode") == "Pipe":
        raise unsupported("TrainingInputMode Pipe")
    for definition in specification.get("MetricDefinitions", []):
        try:
            re.compile(definition["Regex"])
        except re.error as error:
            raise invalid(f"The Regex of metric {definition['Name']} is not one: {error}") from None
    if "CheckpointConfig" in record:
        raise unsupported("CheckpointConfig")
    for channel in record.get("InputDataConfig", []):
        source = channel["DataSource"].get("S3DataSource")
        if source is None or source["S3DataType"] != "S3Prefix":
            raise unsupported("A channel that is not an S3Prefix")
        if channel.get("InputMode") == "Pipe" or channel.get("CompressionType", "None") != "None":
            raise unsupported("A channel that is piped or compressed")


def _enter(record: Record, secondary: str) -> None:
    """Close the last status of the history and open the next."""
    now = time.time()
    past = [dict(transition) for transition in record["SecondaryStatusTransitions"]]
    if past:
        past[-1].setdefault("EndTime", now)
    message = record.get("FailureReason") or _MESSAGES.get(secondary, secondary)
    transition = {"Status": secondary, "StartTime": now, "StatusMessage": message}
    record |= {"SecondaryStatus": secondary, "SecondaryStatusTransitions": [*past, transition]}
