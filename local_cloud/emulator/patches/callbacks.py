"""Tasks that wait for a callback, as on AWS.

MiniStack keeps one token for all tries of a task, waits on for a task whose function has failed, and takes answers for
a task that was just told or whose execution was stopped.
"""

import threading
from contextvars import ContextVar
from typing import Any

from ministack.core.responses import error_response_json, new_uuid
from ministack.services import stepfunctions

TARGETS = (
    "ministack.core.responses:error_response_json",
    "ministack.core.responses:new_uuid",
    "ministack.services.stepfunctions:_task_tokens",
    "ministack.services.stepfunctions:_ExecutionError",
    "ministack.services.stepfunctions:_execute_task(state_def, raw_input, execution, ctx)",
    "ministack.services.stepfunctions:_apply_jsonata_arguments(state_def, raw_input, ctx)",
    "ministack.services.stepfunctions:_invoke_with_callback(resource, input_data, token, state_def)",
    "ministack.services.stepfunctions:_call_lambda(func_ref, event)",
    "ministack.services.stepfunctions:_send_task_success(data)",
    "ministack.services.stepfunctions:_send_task_failure(data)",
)

CALLBACK = ".waitForTaskToken"

_token: ContextVar[str | None] = ContextVar("callback_token", default=None)
_execution: ContextVar[dict[str, Any] | None] = ContextVar("callback_execution", default=None)
_executions: dict[str, dict[str, Any]] = {}
"""By the tokens of the tasks that wait."""
_telling = threading.Lock()


def install() -> None:
    """Wrap the interpreter's steps."""
    _know_executions()
    _renew_tokens()
    _fail_with_the_function()
    _tell_once("_send_task_success")
    _tell_once("_send_task_failure")


def _know_executions() -> None:
    execute_task = stepfunctions._execute_task

    def execute(state_def: dict[str, Any], raw_input: Any, execution: dict[str, Any], ctx: dict[str, Any]) -> Any:
        held = _execution.set(execution)
        try:
            return execute_task(state_def, raw_input, execution, ctx)
        finally:
            _execution.reset(held)

    stepfunctions._execute_task = execute


def _renew_tokens() -> None:
    """Arguments are evaluated once a try: that is where a try begins."""
    apply_arguments = stepfunctions._apply_jsonata_arguments

    def apply(state_def: dict[str, Any], raw_input: Any, ctx: dict[str, Any] | None = None) -> Any:
        if ctx is not None and CALLBACK in state_def.get("Resource", ""):
            ctx["Task"] = {"Token": new_uuid()}
        return apply_arguments(state_def, raw_input, ctx)

    stepfunctions._apply_jsonata_arguments = apply


def _fail_with_the_function() -> None:
    invoke_with_callback, call_lambda = stepfunctions._invoke_with_callback, stepfunctions._call_lambda

    def invoke(resource: str, input_data: Any, token: str, state_def: dict[str, Any]) -> Any:
        held, execution = _token.set(token), _execution.get()
        if execution is not None:
            _executions[token] = execution
        try:
            return invoke_with_callback(resource, input_data, token, state_def)
        finally:
            _token.reset(held)
            _executions.pop(token, None)

    def call(func_ref: str, event: Any) -> Any:
        try:
            return call_lambda(func_ref, event)
        except stepfunctions._ExecutionError as error:
            waiting = stepfunctions._task_tokens.get(_token.get())
            if waiting is not None:
                with _telling:
                    if not waiting["event"].is_set():
                        waiting["error"] = {"Error": error.error, "Cause": error.cause}
                        waiting["event"].set()
            raise

    stepfunctions._invoke_with_callback = invoke
    stepfunctions._call_lambda = call


def _tell_once(name: str) -> None:
    tell = getattr(stepfunctions, name)

    def tell_once(data: dict[str, Any]) -> Any:
        with _telling:
            token = data.get("taskToken", "")
            waiting, execution = stepfunctions._task_tokens.get(token), _executions.get(token)
            told = waiting is not None and waiting["event"].is_set()
            if told or (execution is not None and execution["status"] != "RUNNING"):
                return error_response_json("TaskTimedOut", "Provided task does not exist anymore", 400)
            return tell(data)

    setattr(stepfunctions, name, tell_once)
