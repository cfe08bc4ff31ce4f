"""Has endpoints fail as they were ordered to."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator
from pathlib import Path

from local_cloud.faults import SLOW_S
from local_cloud.sagemaker import eventstream
from local_cloud.sagemaker.hosting import LiveEndpoint
from local_cloud.sagemaker.runtime_errors import model_error, service_unavailable

PIECES_BEFORE_CUT = 3
GARBAGE = b"<html>upstream connect error</html>"


class Faults:
    """The faults that are ordered now, by endpoint."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._read: tuple[int, dict[str, str]] = (0, {})

    async def meet(self, endpoint: LiveEndpoint) -> str | None:
        """The endpoint's fault; returns late where it is slow. Raises RuntimeFault where nothing comes through."""
        kind = self._ordered().get(endpoint.name)
        match kind:
            case "down":
                raise service_unavailable(f"Endpoint {endpoint.name} has no server that is ready.")
            case "error":
                raise model_error(endpoint, 500, "ordered by a fault")
            case "throttled":
                raise model_error(endpoint, 429, "ordered by a fault")
            case "slow":
                await asyncio.sleep(SLOW_S)
        return kind

    def _ordered(self) -> dict[str, str]:
        try:
            changed = self._path.stat().st_mtime_ns
        except FileNotFoundError:
            return {}
        if changed != self._read[0]:
            self._read = changed, json.loads(self._path.read_text())
        return self._read[1]


async def spoil(frames: AsyncIterator[bytes], kind: str | None) -> AsyncIterator[bytes]:
    """A stream's frames as the fault lets them through."""
    if kind == "garbage":
        yield eventstream.payload_part(GARBAGE + b"\n")
        return
    number = 0
    async for frame in frames:
        if kind == "cut" and (number := number + 1) > PIECES_BEFORE_CUT:
            yield eventstream.exception(
                "ModelStreamError", {"Message": "ordered by a fault", "ErrorCode": "StreamBroken"}
            )
            return
        yield frame
