"""An emulator process per test: started on a free port, killed, started again on the same state."""

import io
import os
import signal
import socket
import subprocess
import time
import urllib.request
import zipfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import boto3
import pytest
from botocore.config import Config

ROOT = Path(__file__).parents[3]
START_S = 60


class EmulatorProcess:
    """One emulator on one state directory; `start` may be called again after `kill` or `stop`."""

    def __init__(self, state_dir: Path, **environment: str) -> None:
        self.state_dir = state_dir
        self.port = _free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        self._environment = environment
        self._process: subprocess.Popen[bytes] | None = None

    @property
    def pid(self) -> int:
        assert self._process is not None
        return self._process.pid

    def start(self) -> None:
        self.state_dir.mkdir(exist_ok=True)
        path = os.pathsep.join([str(ROOT), os.environ.get("PYTHONPATH", "")])
        command = [ROOT / ".build/envs/emulator/bin/python", "-m", "local_cloud.emulator", "--port", str(self.port)]
        command += ["--state-dir", self.state_dir, "--python", ROOT / ".venv/bin/python"]
        command += ["--model-python", ROOT / ".build/envs/model/bin/python"]
        with (self.state_dir / "emulator.log").open("ab") as log:
            environment = {**os.environ, "PYTHONPATH": path, **self._environment}
            self._process = subprocess.Popen(command, cwd=ROOT, env=environment, stdout=log, stderr=log)
        wait_until(self._healthy, START_S)

    def kill(self) -> None:
        assert self._process is not None
        self._process.kill()
        self._process.wait()

    def stop(self) -> None:
        if self._process is not None and self._process.poll() is None:
            self._process.send_signal(signal.SIGTERM)
            assert self._process.wait(timeout=30) == 0, self.log()

    def client(self, service: str) -> Any:
        return boto3.client(
            service,
            endpoint_url=self.url,
            region_name="us-east-1",
            aws_access_key_id="bodybroker-local",
            aws_secret_access_key="any",
            config=Config(retries={"total_max_attempts": 1}, connect_timeout=5, read_timeout=30),
        )

    def log(self) -> str:
        return (self.state_dir / "emulator.log").read_text()

    def _healthy(self) -> bool:
        assert self._process is not None
        if self._process.poll() is not None:
            raise AssertionError(f"the emulator ended:\n{self.log()}")
        try:
            with urllib.request.urlopen(f"{self.url}/_ministack/health", timeout=5):
                return True
        except OSError:
            return False


def wait_until(condition: Callable[[], Any], timeout_s: float = 30) -> Any:
    """The first true value of the condition."""
    deadline = time.monotonic() + timeout_s
    while not (value := condition()):
        assert time.monotonic() < deadline, "the condition did not become true"
        time.sleep(0.02)
    return value


def function_archive(**modules: str) -> bytes:
    """A function's zip: `name` is a module, `package__name` a module in a package folder."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        for name, source in modules.items():
            archive.writestr(f"{name.replace('__', '/')}.py", source)
    return buffer.getvalue()


@pytest.fixture
def make_emulator(tmp_path: Path) -> Iterator[Callable[..., EmulatorProcess]]:
    made: list[EmulatorProcess] = []

    def make(**environment: str) -> EmulatorProcess:
        made.append(EmulatorProcess(tmp_path / "state", **environment))
        made[-1].start()
        return made[-1]

    yield make
    for emulator in made:
        emulator.stop()


@pytest.fixture(scope="module")
def shared_emulator(tmp_path_factory: pytest.TempPathFactory) -> Iterator[EmulatorProcess]:
    """One emulator for the tests of a module, which leave it running and use names of their own."""
    emulator = EmulatorProcess(tmp_path_factory.mktemp("emulator") / "state")
    emulator.start()
    yield emulator
    emulator.stop()


@pytest.fixture
def emulator(make_emulator: Callable[..., EmulatorProcess]) -> EmulatorProcess:
    return make_emulator()


@pytest.fixture(scope="session")
def wait() -> Callable[..., Any]:
    return wait_until


@pytest.fixture(scope="session")
def archive() -> Callable[..., bytes]:
    return function_archive


@pytest.fixture(scope="session")
def make_function(archive: Callable[..., bytes]) -> Callable[..., str]:
    """Create a Python function from a module's source; its name."""

    def make(emulator: EmulatorProcess, name: str, source: str, **settings: Any) -> str:
        functions = emulator.client("lambda")
        functions.create_function(
            FunctionName=name,
            Runtime="python3.13",
            Role="arn:aws:iam::000000000000:role/any",
            Handler="app.handler",
            Code={"ZipFile": archive(app=source)},
            **settings,
        )
        functions.get_waiter("function_active_v2").wait(FunctionName=name, WaiterConfig={"Delay": 1})
        return name

    return make


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port
