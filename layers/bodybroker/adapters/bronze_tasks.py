"""Tasks of Step Functions that wait for a callback."""

import json
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any

from botocore.exceptions import ClientError

from bodybroker.adapters.aws import error_code, outages

SYSTEM = "Step Functions"
OVER = frozenset({"TaskTimedOut", "TaskDoesNotExist", "InvalidToken"})
"""The task has been told before, has timed out or was stopped with its execution."""
CAUSE_CHARACTERS = 32_768


class WaitingTasks:
    """`ports.Tasks` on Step Functions, which lets each task be told once."""

    def __init__(self, client: Any) -> None:
        self._client = client

    def succeed(self, token: str, output: Mapping[str, object]) -> bool:
        with _told() as told:
            self._client.send_task_success(taskToken=token, output=json.dumps(output))
            told.append(True)
        return bool(told)

    def fail(self, token: str, error: str, cause: str) -> bool:
        with _told() as told:
            self._client.send_task_failure(taskToken=token, error=error, cause=cause[:CAUSE_CHARACTERS])
            told.append(True)
        return bool(told)


@contextmanager
def _told() -> Iterator[list[bool]]:
    """What is put into the list holds; it stays empty where nobody waits for the task."""
    try:
        with outages(SYSTEM):
            yield []
    except ClientError as error:
        if error_code(error) not in OVER:
            raise
