"""Bring a local cloud up or down from outside: idempotent, and it cleans up after a supervisor that was killed."""

import contextlib
import fcntl
import os
import subprocess
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from local_cloud.emulator.unpack import remove_tree
from local_cloud.paths import DEVELOPER_PYTHON, ROOT, Paths, read_json
from local_cloud.processes import Identity, end

_START_S = 180.0
_STOP_S = 45.0
_POLL_S = 0.05
_DEATHS_BEFORE_GIVING_UP = 3
_LOG_LINES = 20

Say = Callable[[str], None]


class StartFailed(RuntimeError):
    """The local cloud did not come up; the message says which service and shows the end of its log."""


class NotALocalCloud(RuntimeError):
    """The directory is not one of ours."""


class LocalCloud:
    """One local cloud, by its state directory."""

    def __init__(self, state_dir: Path, supervisor: tuple[str, ...] | None = None) -> None:
        self.paths = Paths(state_dir.absolute())
        module = (str(DEVELOPER_PYTHON), "-m", "local_cloud.supervisor")
        self._supervisor = supervisor or (*module, "--state-dir", str(self.paths.state_dir))
        self._started: subprocess.Popen[bytes] | None = None

    def up(self, say: Say = print) -> dict[str, Any]:
        """Start what is not running and wait until every service is healthy; the endpoints. Raises StartFailed."""
        self.paths.state_dir.mkdir(parents=True, exist_ok=True)
        with self._exclusively():
            if self._running() is not None:
                return self._wait_until_healthy(say)
            self._end_everything()
            self._start_supervisor()
            try:
                return self._wait_until_healthy(say)
            except BaseException:
                self._end_everything()
                raise

    def down(self) -> bool:
        """End every process that was started here and wait for it; whether there was any."""
        if not self.paths.state_dir.exists():
            return False
        with self._exclusively():
            return self._end_everything()

    def reset(self) -> None:
        """Bring it down and remove all of its state. Raises NotALocalCloud."""
        if not self.paths.state_dir.exists():
            return
        if not self.paths.ports.exists() and any(self.paths.state_dir.iterdir()):
            raise NotALocalCloud(f"{self.paths.state_dir} holds no local cloud")
        self.down()
        remove_tree(self.paths.state_dir)

    def processes(self) -> dict[str, Any]:
        """The services of a running supervisor, by name; empty when none runs."""
        running = self._running()
        children: dict[str, Any] = running["children"] if running else {}
        return children

    def endpoints(self) -> dict[str, Any] | None:
        """The URLs of a running local cloud, or None."""
        return read_json(self.paths.endpoints) if self._running() else None

    @contextlib.contextmanager
    def _exclusively(self) -> Iterator[None]:
        descriptor = os.open(self.paths.lock, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX)
            yield
        finally:
            os.close(descriptor)

    def _running(self) -> dict[str, Any] | None:
        record: dict[str, Any] | None = read_json(self.paths.processes)
        return record if record and _identity(record["supervisor"]).process() else None

    def _start_supervisor(self) -> None:
        self.paths.logs.mkdir(exist_ok=True)
        with self.paths.log("supervisor").open("ab") as log:
            self._started = subprocess.Popen(
                self._supervisor,
                cwd=ROOT,
                env={**os.environ, "PYTHONPATH": str(ROOT)},
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                start_new_session=True,
            )

    def _wait_until_healthy(self, say: Say) -> dict[str, Any]:
        deadline = time.monotonic() + _START_S
        told: set[str] = set()
        started = time.monotonic()
        while True:
            children = self.processes()
            for name, child in children.items():
                if child["state"] == "healthy" and name not in told:
                    told.add(name)
                    say(f"{name:<9} ready at {child['url']} ({time.monotonic() - started:.1f} s)")
                if child["deaths"] >= _DEATHS_BEFORE_GIVING_UP and child["state"] != "healthy":
                    raise StartFailed(f"the {name} keeps ending:\n{self._log_end(name)}")
            endpoints = self.endpoints()
            if children and len(told) == len(children) and endpoints:
                return endpoints
            if not children and self._supervisor_ended():
                raise StartFailed(f"the supervisor ended:\n{self._log_end('supervisor')}")
            if time.monotonic() > deadline:
                missing = ", ".join(name for name in children if name not in told)
                raise StartFailed(f"not healthy after {_START_S:.0f} s: {missing}")
            time.sleep(_POLL_S)

    def _supervisor_ended(self) -> bool:
        return self._started is None or self._started.poll() is not None

    def _end_everything(self) -> bool:
        """End a running supervisor, which ends its children, and any child that outlived one."""
        record = read_json(self.paths.processes)
        if record is None and self._started is not None and self._started.poll() is None:
            record = {"supervisor": vars(Identity.of(self._started.pid)), "children": {}}
        if record is None:
            return False
        end([_identity(record["supervisor"])], _STOP_S)
        record = read_json(self.paths.processes) or record
        end([_identity(child) for child in record["children"].values() if child["pid"]], _STOP_S)
        self.paths.endpoints.unlink(missing_ok=True)
        self.paths.processes.unlink(missing_ok=True)
        return True

    def _log_end(self, name: str) -> str:
        text = self.paths.log(name).read_text(encoding="utf-8", errors="replace")
        return "\n".join(text.splitlines()[-_LOG_LINES:])


def _identity(record: dict[str, Any]) -> Identity:
    return Identity(record["pid"], record["started"])
