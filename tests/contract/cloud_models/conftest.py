"""The function as it is deployed, between a Secrets Manager and a stand-in for the providers that a model answers."""

import json
import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
import pytest

from local_cloud.providers import API_KEY, BASES
from scripts import build

WORKER = Path(__file__).with_name("worker.py")
LAYERS = ("base", "aws", "litellm", "bodybroker")
NOW = "2026-11-23T12:00:00+00:00"
START_LIMIT_S = 120

Json = dict[str, Any]


@dataclass
class StandIn:
    """The stand-in for the providers."""

    url: str

    def order(self, *faults: Json, reasoning_tokens: int = 0) -> None:
        """What goes wrong from now on; without a word nothing does."""
        orders = {"faults": list(faults), "reasoning_tokens": reasoning_tokens}
        httpx.put(f"{self.url}/control/faults", json=orders).raise_for_status()

    def calls(self) -> list[Json]:
        """What was asked since the last order."""
        return list(httpx.get(f"{self.url}/control/calls").json())

    def models(self) -> list[str]:
        """The models that were asked, in order."""
        return [call["model"] for call in self.calls()]

    def secret(self, provider: str, **changes: str) -> Json:
        return {"api_key": API_KEY, "api_base": f"{self.url}{BASES[provider]}"} | changes


class Function:
    """The function cloud_models in a process of its own."""

    def __init__(self, environment: dict[str, str], log: Path) -> None:
        paths = [str(build.ROOT / "functions" / "cloud_models")]
        paths += [str(build.OUT / "layers" / layer / "local" / "python") for layer in LAYERS]
        settings = json.dumps({"paths": paths, "now": NOW})
        self.log = log
        with log.open("wb") as stderr:
            self._process = subprocess.Popen(
                [sys.executable, "-I", "-S", str(WORKER), settings],
                env=environment, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=stderr, text=True,
            )  # fmt: skip
        self.started = self._read()

    def __call__(self, **event: Any) -> Json:
        """Invoke it; the reply."""
        assert self._process.stdin
        self._process.stdin.write(json.dumps(event) + "\n")
        self._process.stdin.flush()
        return self._read()

    def end(self) -> None:
        self._process.kill()
        self._process.wait()

    def _read(self) -> Json:
        assert self._process.stdout
        line = self._process.stdout.readline()
        assert line, self.log.read_text()
        return dict(json.loads(line))


def call(role: str = "speaker", **changes: Any) -> Json:
    """An event for the function."""
    messages = [
        {"role": "system", "content": "You are Grisel, a ghoul who trades in body parts. Answer in one sentence."},
        {"role": "user", "content": "Who are you?"},
    ]
    return {"role": role, "messages": messages, "max_tokens": 24, "deadline_ms": 30_000, "temperature": 0.0} | changes


@pytest.fixture
def event() -> Any:
    return call


@pytest.fixture(scope="session")
def stand_in(tmp_path_factory: pytest.TempPathFactory) -> Iterator[StandIn]:
    """The stand-in, answered by the small model on a server of its own."""
    from tests.contract.inference.conftest import start_local

    server = start_local(tmp_path_factory.mktemp("model"))
    with socket.create_server(("127.0.0.1", 0)) as probe:
        port = probe.getsockname()[1]
    log = tmp_path_factory.mktemp("providers") / "log"
    with log.open("wb") as output:
        command = [sys.executable, "-m", "local_cloud.providers", "--port", str(port), "--model-url", server.url]
        environment = {**os.environ, "PYTHONPATH": f"{build.ROOT}:{build.ROOT / 'layers'}"}
        process = subprocess.Popen(command, cwd=build.ROOT, env=environment, stdout=output, stderr=output)
    url = f"http://127.0.0.1:{port}"
    try:
        server.wait(lambda: server.ping() == 200)
        _wait(f"{url}/healthz", process, log)
        yield StandIn(url)
    finally:
        process.terminate()
        process.wait(30)
        server.stop()


def _wait(url: str, process: "subprocess.Popen[bytes]", log: Path) -> None:
    deadline = time.monotonic() + START_LIMIT_S
    while time.monotonic() < deadline:
        assert process.poll() is None, log.read_text()
        try:
            if httpx.get(url).status_code == 200:
                return
        except httpx.TransportError:
            time.sleep(0.05)
    raise AssertionError(log.read_text())


@pytest.fixture(autouse=True)
def _all_is_well(stand_in: StandIn) -> None:
    stand_in.order()


@pytest.fixture(scope="session")
def make_function(aws_url, tmp_path_factory) -> Iterator[Any]:
    """Starts the function, with the AWS of the run; ends it afterwards."""
    for layer in LAYERS[:-1]:
        build.third_party_layer(layer, build.TARGETS["local"])
    build.bodybroker_layer(build.TARGETS["local"])
    started: list[Function] = []

    def make() -> Function:
        environment = {
            "AWS_ENDPOINT_URL": aws_url,
            "AWS_REGION": "us-east-1",
            "AWS_DEFAULT_REGION": "us-east-1",
            "AWS_ACCESS_KEY_ID": "test",
            "AWS_SECRET_ACCESS_KEY": "test",
            "POWERTOOLS_SERVICE_NAME": "cloud_models",
            "POWERTOOLS_METRICS_NAMESPACE": "BodyBroker",
            "HOME": os.devnull,
        }
        started.append(Function(environment, tmp_path_factory.mktemp("function") / "log"))
        return started[-1]

    yield make
    for function in started:
        function.end()


@pytest.fixture(scope="session")
def keep_secret(aws_client) -> Any:
    """Stores a provider's secret; without members an empty one."""
    client = aws_client("secretsmanager")

    def keep(provider: str, members: Json) -> None:
        name, value = f"bodybroker/{provider}", json.dumps(members)
        try:
            client.put_secret_value(SecretId=name, SecretString=value)
        except client.exceptions.ResourceNotFoundException:
            client.create_secret(Name=name, SecretString=value)

    return keep


@pytest.fixture(scope="session")
def keys(stand_in: StandIn, keep_secret) -> None:
    """A good key for every provider."""
    for provider in BASES:
        keep_secret(provider, stand_in.secret(provider))


@pytest.fixture(scope="session")
def ask(make_function, keys) -> Function:
    """The function, with good keys."""
    return make_function()
