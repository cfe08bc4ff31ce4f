"""Child processes: model servers and training jobs."""

from __future__ import annotations

import asyncio
import contextlib
import os
import signal
import sys
from asyncio.subprocess import DEVNULL, STDOUT, Process
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import IO

_CHILD = str(Path(__file__).with_name("child.py"))
_INHERITED = {"PATH", "HOME", "LANG", "LC_ALL", "TMPDIR", "LD_LIBRARY_PATH", "SSL_CERT_FILE", "XDG_CACHE_HOME"}
_INHERITED_PREFIXES = ("BODYBROKER_", "HF_", "OLLAMA_", "CUDA_", "NVIDIA_", "OMP_")


def container_environment() -> dict[str, str]:
    """What a process gets of the host: where programs and models lie, and nothing else, as in a container."""
    return {
        name: value for name, value in os.environ.items() if name in _INHERITED or name.startswith(_INHERITED_PREFIXES)
    }


async def spawn(
    command: Sequence[str], *, directory: Path, environment: Mapping[str, str], output: int | IO[bytes]
) -> Process:
    """Start a command as leader of its own process group; it dies with this process.

    Call on the event loop's thread: the kernel watches the thread that starts a child, not the whole process.
    """
    return await asyncio.create_subprocess_exec(
        *(sys.executable, "-I", "-S", _CHILD, str(os.getpid()), *command),
        cwd=directory,
        env=dict(environment),
        stdin=DEVNULL,
        stdout=output,
        stderr=STDOUT,
        start_new_session=True,
    )


async def end(process: Process, grace_seconds: float) -> None:
    """SIGTERM to the group, SIGKILL to whatever is left of it after the grace time; returns when the leader is gone."""
    signal_group(process, signal.SIGTERM)
    try:
        async with asyncio.timeout(grace_seconds):
            await process.wait()
    except TimeoutError:
        pass
    finally:
        signal_group(process, signal.SIGKILL)
    await process.wait()


def signal_group(process: Process, number: signal.Signals) -> None:
    """Signal every process of the group; nothing when none is left."""
    with contextlib.suppress(ProcessLookupError):
        os.killpg(process.pid, number)
