"""Keep a readable log file per function beside the emulator's CloudWatch Logs."""

import threading
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from ministack.services import lambda_svc

TARGETS = (
    "ministack.services.lambda_svc:_emit_lambda_logs(func, request_id, log_text, error, duration_ms, log_source)",
)


def install(folder: Path) -> None:
    """Write `<folder>/<function>.log`: the output of every invocation and a line with its outcome."""
    folder.mkdir(parents=True, exist_ok=True)
    emit = lambda_svc._emit_lambda_logs
    lock = threading.Lock()

    def emit_lambda_logs(
        func: dict[str, Any],
        request_id: str,
        log_text: str,
        error: bool,
        duration_ms: int,
        *,
        log_source: str | None = None,
    ) -> None:
        emit(func, request_id, log_text, error, duration_ms, log_source=log_source)
        name = (func.get("config") or func).get("FunctionName", "unknown")
        now = datetime.now(UTC).isoformat(timespec="milliseconds")
        outcome = "failed" if error else "ok"
        text = f"{log_text}\n" if log_text else ""
        with lock, (folder / f"{name}.log").open("a", encoding="utf-8") as file:
            file.write(f"{text}{now} {outcome} in {duration_ms} ms, request {request_id}\n")

    lambda_svc._emit_lambda_logs = emit_lambda_logs
