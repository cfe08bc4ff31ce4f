"""Report a handler's exception as AWS does, so that Step Functions matches Retry and Catch on its class name.

MiniStack reports every exception as `Runtime.HandlerError` and kills the worker. Our worker returns a FunctionError as
its result and lives on; here it becomes the error of the invocation.
"""

from typing import Any

from ministack.services import lambda_svc

from local_cloud.emulator.lambda_worker import FunctionError

TARGETS = ("ministack.services.lambda_svc:_execute_function_warm(func, event, request_id)",)


def install() -> None:
    """Wrap the warm executor."""
    execute = lambda_svc._execute_function_warm

    def execute_function_warm(func: dict[str, Any], event: Any, request_id: str) -> dict[str, Any]:
        outcome: dict[str, Any] = execute(func, event, request_id)
        if isinstance(outcome.get("body"), FunctionError):
            outcome["error"] = True
        return outcome

    lambda_svc._execute_function_warm = execute_function_warm
