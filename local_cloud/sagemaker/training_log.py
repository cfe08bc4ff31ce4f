"""The output of a training job: into a file, and in batches into CloudWatch Logs."""

from __future__ import annotations

import asyncio
import logging
import time
from pathlib import Path
from typing import Any

from local_cloud.sagemaker.aws import Clients, Scope

logger = logging.getLogger(__name__)

GROUP = "/aws/sagemaker/TrainingJobs"
FLUSH_SECONDS = 1.0
BATCH = 500
LINE_LIMIT = 16_384  # characters; longer lines are cut into several events


class TrainingLog:
    """Follows one job's output."""

    def __init__(self, job: str, logs: Path, clients: Clients, scope: Scope) -> None:
        logs.mkdir(parents=True, exist_ok=True)
        self._path = logs / f"training-{job}.log"
        self._file = self._path.open("wb")
        self._clients = clients
        self._scope = scope
        self._stream = f"{job}/algo-1-{int(time.time())}"
        self._events: list[dict[str, Any]] = []
        self._flushed = time.monotonic()

    async def follow(self, output: asyncio.StreamReader) -> None:
        """Take the program's output until it ends."""
        rest = b""
        while chunk := await output.read(65_536):
            self._file.write(chunk)
            self._file.flush()
            *lines, rest = (rest + chunk).split(b"\n")
            self._take(lines)
            if time.monotonic() - self._flushed > FLUSH_SECONDS or len(self._events) >= BATCH:
                await self._flush()
        self._take([rest] if rest else [])

    async def close(self) -> None:
        """Send what is left."""
        await self._flush()
        self._file.close()

    def text(self) -> str:
        """Everything that was printed."""
        return self._path.read_text(errors="replace")

    def last_lines(self) -> str:
        """The end of what was printed."""
        return "\n".join(self.text().strip().splitlines()[-5:])

    def _take(self, lines: list[bytes]) -> None:
        now = int(time.time() * 1000)
        for line in lines:
            text = line.decode(errors="replace").rstrip("\r")
            for start in range(0, max(len(text), 1), LINE_LIMIT):
                self._events.append({"timestamp": now, "message": text[start : start + LINE_LIMIT] or " "})

    async def _flush(self) -> None:
        events, self._events, self._flushed = self._events, [], time.monotonic()
        for start in range(0, len(events), BATCH):
            try:
                await asyncio.to_thread(
                    self._clients.append_logs, GROUP, self._stream, events[start : start + BATCH], self._scope
                )
            except Exception:
                logger.exception("cannot write to the log stream %s", self._stream)
