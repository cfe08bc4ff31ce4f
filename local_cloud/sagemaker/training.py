"""Running one training job: download, run the program, upload, with the limits and failures of SageMaker."""

from __future__ import annotations

import asyncio
import contextlib
import logging
import re
import shutil
import time
from asyncio.subprocess import PIPE, Process
from collections.abc import Callable
from pathlib import Path
from typing import Any

from local_cloud.sagemaker import archive
from local_cloud.sagemaker import training_environment as environment
from local_cloud.sagemaker.aws import Clients, scope_of
from local_cloud.sagemaker.process import container_environment, end, spawn
from local_cloud.sagemaker.shapes import Record
from local_cloud.sagemaker.training_log import TrainingLog

logger = logging.getLogger(__name__)

STOP_GRACE_SECONDS = 120.0  # what SageMaker gives a program between SIGTERM and SIGKILL
FAILURE_LIMIT = 1024  # characters of a FailureReason

Report = Callable[[Record], None]


class JobFailed(Exception):
    """The job failed; the message is its FailureReason."""


class TrainingRun:
    """One run of one job. `report` takes the members of the job's record that changed."""

    def __init__(self, record: Record, root: Path, logs: Path, python: Path, clients: Clients, report: Report) -> None:
        self._record = record
        self._layout = environment.Layout(root)
        self._python = python
        self._clients = clients
        self._report = report
        self._scope = scope_of(record["TrainingJobArn"])
        self._log = TrainingLog(record["TrainingJobName"], logs, clients, self._scope)
        self._process: Process | None = None
        self._stopping = asyncio.Event()

    def stop(self) -> None:
        """Ask the job to stop: SIGTERM, after the grace time SIGKILL."""
        self._stopping.set()

    async def run(self) -> None:
        """Run the job to its end and report every step; never raises but for cancellation, which kills the program."""
        try:
            outcome = await self._steps()
        except JobFailed as failure:
            outcome = _failed(str(failure))
        except Exception as error:
            logger.exception("training job %s", self._record["TrainingJobName"])
            outcome = _failed(f"InternalServerError: {error}")
        finally:
            await self._log.close()
            await asyncio.to_thread(shutil.rmtree, self._layout.root, ignore_errors=True)
        self._report(outcome | {"FinalMetricDataList": self._final_metrics(), "TrainingEndTime": time.time()})

    async def _steps(self) -> Record:
        self._report({"SecondaryStatus": "Downloading"})
        await _explained(asyncio.to_thread(self._download), "ClientError: Data download failed")
        if self._stopping.is_set():
            return _ended("Stopped")
        self._report({"SecondaryStatus": "Training", "TrainingStartTime": time.time()})
        code, cut_short = await self._train()
        self._report({"SecondaryStatus": "Uploading"})
        failed = code != 0 and cut_short is None
        artifacts: Record = await _explained(
            asyncio.to_thread(self._upload, not failed), "ClientError: Artifact upload failed"
        )
        if failed:
            raise JobFailed(f"AlgorithmError: {self._failure(code)}, exit code: {code}")
        return artifacts | _ended(cut_short or "Completed")

    def _download(self) -> None:
        self._layout.make()
        program, source = environment.entry_point(self._record)
        packed = self._layout.root / "sourcedir.tar.gz"
        self._clients.download(source, packed, self._scope)
        archive.unpack(packed, self._layout.code)
        if not (self._layout.code / program).is_file():
            raise ValueError(f"{source} does not hold {program}")
        for channel in self._record.get("InputDataConfig", []):
            self._download_channel(channel)
        environment.write_configuration(self._record, self._layout)

    def _download_channel(self, channel: Record) -> None:
        uri = channel["DataSource"]["S3DataSource"]["S3Uri"]
        target = self._layout.data / channel["ChannelName"]
        target.mkdir(parents=True, exist_ok=True)
        if self._clients.download_prefix(uri, target, self._scope) == 0:
            raise ValueError(f"No S3 objects found under S3 URL {uri!r} given in input data source")

    async def _train(self) -> tuple[int, str | None]:
        """The program's exit code and, when it did not end by itself, the secondary status that says why."""
        arn = self._record["TrainingJobArn"]
        variables = await asyncio.to_thread(environment.variables, self._record, arn, self._layout)
        self._process = await spawn(
            environment.command(self._record, self._python),
            directory=self._layout.code,
            environment=container_environment() | self._clients.environment(self._scope) | variables,
            output=PIPE,
        )
        assert self._process.stdout is not None
        reading = asyncio.create_task(self._log.follow(self._process.stdout))
        try:
            cut_short = await self._wait(self._process)
            await reading
            return await self._process.wait(), cut_short
        finally:
            reading.cancel()
            await end(self._process, 0)

    async def _wait(self, process: Process) -> str | None:
        """Wait for the end, the limit or a stop; None when the program ended by itself."""
        limit = self._record["StoppingCondition"]["MaxRuntimeInSeconds"]
        ended = asyncio.create_task(process.wait())
        stopped = asyncio.create_task(self._stopping.wait())
        try:
            await asyncio.wait({ended, stopped}, timeout=limit, return_when=asyncio.FIRST_COMPLETED)
            if ended.done():
                return None
            cut_short = "Stopped" if stopped.done() else "MaxRuntimeExceeded"
            await end(process, STOP_GRACE_SECONDS)
            return cut_short
        finally:
            for task in (ended, stopped):
                task.cancel()
            await asyncio.gather(ended, stopped, return_exceptions=True)

    def _upload(self, with_model: bool) -> Record:
        prefix = f"{self._record['OutputDataConfig']['S3OutputPath'].rstrip('/')}/{self._record['TrainingJobName']}"
        if any(self._layout.output_data.iterdir()):
            self._upload_packed(self._layout.output_data, f"{prefix}/output/output.tar.gz")
        if not with_model:
            return {}
        self._upload_packed(self._layout.model, f"{prefix}/output/model.tar.gz")
        return {"ModelArtifacts": {"S3ModelArtifacts": f"{prefix}/output/model.tar.gz"}}

    def _upload_packed(self, source: Path, uri: str) -> None:
        packed = self._layout.root / Path(uri).name
        archive.pack(source, packed)
        self._clients.upload(packed, uri, self._scope)

    def _failure(self, code: int) -> str:
        """The failure file's words, else the end of the log, as the containers do."""
        with contextlib.suppress(OSError):
            text = (self._layout.output / "failure").read_text(errors="replace").strip()
            if text:
                return text[: FAILURE_LIMIT - 64]
        command = " ".join(environment.command(self._record, self._python))
        last = self._log.last_lines()[-400:]
        return f'ExecuteUserScriptError: ExitCode {code} ErrorMessage "{last}" Command "{command[:300]}"'

    def _final_metrics(self) -> list[dict[str, Any]]:
        """The last value of every metric that the job's definitions find in its log."""
        found = []
        for definition in self._record["AlgorithmSpecification"].get("MetricDefinitions", []):
            values = re.findall(definition["Regex"], self._log.text())
            with contextlib.suppress(ValueError, IndexError):
                found.append({"MetricName": definition["Name"], "Value": float(values[-1]), "Timestamp": time.time()})
        return found


def _failed(reason: str) -> Record:
    return {"TrainingJobStatus": "Failed", "SecondaryStatus": "Failed", "FailureReason": reason[:FAILURE_LIMIT]}


def _ended(secondary: str) -> Record:
    status = "Completed" if secondary == "Completed" else "Stopped"
    return {"TrainingJobStatus": status, "SecondaryStatus": secondary}


async def _explained(work: Any, prefix: str) -> Any:
    """Await work and turn any error into the job's failure."""
    try:
        return await work
    except Exception as error:
        raise JobFailed(f"{prefix}: {error}") from error
