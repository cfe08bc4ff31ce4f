"""Step Functions' optimised SageMaker integrations, `createTrainingJob.sync` among them.

A `.sync` task that is abandoned (its execution stopped, its time out) stops its job, as Step Functions does.
"""

from __future__ import annotations

import json
import threading
import uuid
from collections.abc import Callable
from contextvars import ContextVar
from typing import Any

from ministack.services import stepfunctions

from local_cloud.sagemaker.errors import ApiError
from local_cloud.sagemaker.shapes import Record, service_model

TARGETS = (
    "ministack.services.stepfunctions:_SERVICE_DISPATCH",
    "ministack.services.stepfunctions:_AWS_SDK_SERVICE_MAP",
    "ministack.services.stepfunctions:_ExecutionError",
    "ministack.services.stepfunctions:_execute_task(state_def, raw_input, execution, ctx)",
    "ministack.services.stepfunctions:_invoke_resource_with_timeout(resource, input_data, timeout)",
)

POLL_SECONDS = 0.2

# MiniStack takes the first name that begins the resource: createEndpointConfig must stand before createEndpoint.
ACTIONS = ("createEndpointConfig", "createTrainingJob", "createEndpoint", "updateEndpoint", "createModel")

Call = Callable[[str, str, Record], Record]

_execution: ContextVar[Record | None] = ContextVar("sagemaker_execution", default=None)
_timed_out: ContextVar[threading.Event | None] = ContextVar("sagemaker_timed_out", default=None)


def install(call: Call) -> None:
    """Register the integrations with MiniStack's interpreter."""
    for action in ACTIONS:
        stepfunctions._SERVICE_DISPATCH[f"arn:aws:states:::sagemaker:{action}"] = _integration(action, call)
    stepfunctions._AWS_SDK_SERVICE_MAP["sagemaker"] = {"target_prefix": "SageMaker", "protocol": "json"}
    _tell_tasks_when_they_are_abandoned()


def _integration(action: str, call: Call) -> Callable[[str, Record], Record]:
    operation = action[0].upper() + action[1:]

    def invoke(resource: str, request: Record) -> Record:
        pattern = resource.rpartition(f":{action}")[2]
        if pattern not in ("", ".sync") or (pattern == ".sync" and action != "createTrainingJob"):
            raise stepfunctions._ExecutionError("States.Runtime", f"{resource} is not an integration of Step Functions")
        if _abandoned():
            return {}
        try:
            answer = call("sagemaker", operation, request)
            if pattern == ".sync":
                return _follow_job(call, request["TrainingJobName"])
        except ApiError as error:
            raise stepfunctions._ExecutionError("SageMaker.AmazonSageMakerException", _cause(error)) from None
        return _result(operation, answer)

    return invoke


def _follow_job(call: Call, name: str) -> Record:
    """Wait for the job's end; its description, or States.TaskFailed with the description as cause."""
    pause, stopping = threading.Event(), False
    while True:
        job = call("sagemaker", "DescribeTrainingJob", {"TrainingJobName": name})
        if job["TrainingJobStatus"] not in ("InProgress", "Stopping"):
            break
        if _abandoned() and not stopping:
            stopping = True
            call("sagemaker", "StopTrainingJob", {"TrainingJobName": name})
        pause.wait(POLL_SECONDS)
    described = _result("DescribeTrainingJob", job)
    if job["TrainingJobStatus"] != "Completed" and not stopping:
        raise stepfunctions._ExecutionError("States.TaskFailed", json.dumps(described))
    return described


def _abandoned() -> bool:
    execution, timed_out = _execution.get(), _timed_out.get()
    stopped = execution is not None and execution["status"] != "RUNNING"
    return stopped or (timed_out is not None and timed_out.is_set())


def _tell_tasks_when_they_are_abandoned() -> None:
    execute_task = stepfunctions._execute_task
    invoke_with_timeout = stepfunctions._invoke_resource_with_timeout

    def execute(state_def: Record, raw_input: Any, execution: Record, ctx: Record) -> Any:
        token = _execution.set(execution)
        try:
            return execute_task(state_def, raw_input, execution, ctx)
        finally:
            _execution.reset(token)

    def invoke(resource: str, input_data: Any, timeout: float) -> Any:
        over = threading.Event()
        token = _timed_out.set(over)
        try:
            return invoke_with_timeout(resource, input_data, timeout)
        finally:
            _timed_out.reset(token)
            over.set()

    stepfunctions._execute_task = execute
    stepfunctions._invoke_resource_with_timeout = invoke


def _cause(error: ApiError) -> str:
    return (
        f"{error.message} (Service: AmazonSageMaker; Status Code: {error.status}; Error Code: {error.code}; "
        f"Request ID: {uuid.uuid4()}; Proxy: null)"
    )


def _result(operation: str, answer: Record) -> Record:
    """An answer as Step Functions shows it: times are milliseconds since the epoch."""
    return _milliseconds(service_model("sagemaker").operation_model(operation).output_shape, answer)  # type: ignore[no-any-return]


def _milliseconds(shape: Any, value: Any) -> Any:
    if shape.type_name == "timestamp":
        return round(value * 1000)
    if shape.type_name == "structure" and isinstance(value, dict):
        return {key: _milliseconds(shape.members[key], item) for key, item in value.items()}
    if shape.type_name == "list":
        return [_milliseconds(shape.member, item) for item in value]
    return value
