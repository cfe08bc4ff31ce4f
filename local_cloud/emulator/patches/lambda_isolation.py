"""Run Python functions in `IsolatedWorker`: only their own zip and layers, as on AWS.

MiniStack starts them with its own interpreter, site-packages and environment, which hides a missing dependency.
"""

from typing import Any

from ministack.core import lambda_runtime

from local_cloud.emulator.lambda_worker import IsolatedWorker, Surroundings

TARGETS = (
    "ministack.core.lambda_runtime:_worker_class_for(config)",
    "ministack.core.lambda_runtime:Worker.__init__(self, func_name, config, code_zip)",
    "ministack.core.lambda_runtime:Worker.invoke"
    "(self, event, request_id, trace_id, depth, durable, invoked_function_arn)",
    "ministack.core.lambda_runtime:Worker._spawn(self)",
    "ministack.core.lambda_runtime:Worker._discard_tmpdir(self)",
    "ministack.core.lambda_runtime:kill_workers(workers)",
    "ministack.core.lambda_runtime:execution_credentials(config)",
    "ministack.core.lambda_runtime:_account_region_from_function_config(config)",
    "ministack.core.lambda_runtime:HOST_PREFIX_ENV",
    "ministack.services.lambda_svc:_resolve_layer_zip(attachment)",
)


def install(surroundings: Surroundings) -> None:
    """Make every Python function run under the given surroundings."""
    IsolatedWorker.surroundings = surroundings
    stock_class_for = lambda_runtime._worker_class_for

    def worker_class_for(config: dict[str, Any]) -> Any:
        python = str(config.get("Runtime", "")).startswith("python")
        return IsolatedWorker if python else stock_class_for(config)

    lambda_runtime._worker_class_for = worker_class_for
