"""The endpoint of each tier: at `<TIER>_ENDPOINT_URL` (`/invocations` answers below it), or on our server, small model.

Our server is one process for all tiers, as in the local cloud: a request names the folder of its tier.
"""

import json
import os
import signal
import socket
import subprocess
import time
from pathlib import Path

import httpx
import pytest

ROOT = Path(__file__).parents[3]
MODEL_PYTHON = ROOT / ".build/envs/model/bin/python"
TIERS = ("gold", "silver", "bronze", "guard")
TARGET_MODEL = "x-amzn-sagemaker-target-model"
TIMEOUT = 120.0
"""Seconds that a call may take on a busy machine before the test gives up."""


class LocalServer:
    """Our model server as a process of its own."""

    def __init__(self, folder, **environment):
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            port = probe.getsockname()[1]
        self.url = f"http://127.0.0.1:{port}"
        self.log = folder / "server.log"
        clean = {name: value for name, value in os.environ.items() if not name.startswith(("BODYBROKER_", "OLLAMA_"))}
        with self.log.open("wb") as log:
            self.process = subprocess.Popen(
                [MODEL_PYTHON, ROOT / "sagemaker_endpoints/serve.py"],
                env={**clean, "PORT": str(port), "SM_MODEL_DIR": str(ROOT / "sagemaker_endpoints/gold"), **environment},
                cwd=folder,
                stdout=log,
                stderr=subprocess.STDOUT,
            )

    def ping(self):
        """The status of /ping, 0 while nothing answers."""
        try:
            return httpx.get(f"{self.url}/ping", timeout=TIMEOUT, trust_env=False).status_code
        except httpx.TransportError:
            return 0

    def wait(self, condition):
        """Wait until the condition holds; fail when the process ends before, or after `TIMEOUT`."""
        deadline = time.monotonic() + TIMEOUT
        while not condition():
            assert self.process.poll() is None, self.log.read_text()
            assert time.monotonic() < deadline, self.log.read_text()
            time.sleep(0.05)
        return self

    def stop(self, number=signal.SIGTERM):
        """Signal the process and return its exit status."""
        self.process.send_signal(number)
        return self.process.wait(TIMEOUT)


class Endpoint:
    """The endpoint's one call, whole or streamed."""

    def __init__(self, url, tier=""):
        self.url = url
        headers = {TARGET_MODEL: str(ROOT / "sagemaker_endpoints" / tier)} if tier else {}
        self.client = httpx.Client(timeout=TIMEOUT, trust_env=False, headers=headers)

    def post(self, **request):
        return self.client.post(f"{self.url}/invocations", json=request)

    def ask(self, text, **fields):
        """The whole answer to one utterance."""
        response = self.post(**conversation(text, **fields))
        assert response.status_code == 200, response.text
        return response.json()

    def stream(self, text, **fields):
        """The chunks of a streamed answer, as they arrive."""
        request = conversation(text, stream=True, stream_options={"include_usage": True}, **fields)
        with self.client.stream("POST", f"{self.url}/invocations", json=request) as response:
            assert response.status_code == 200, response.read()
            lines = (line for line in response.iter_lines() if line)
            for line in lines:
                assert line.startswith("data: ")
                if line == "data: [DONE]":
                    assert list(lines) == []
                    return
                yield json.loads(line.removeprefix("data: "))
        raise AssertionError("the stream ended without [DONE]")


def conversation(text, system="You are Grisel, a ghoul who trades in body parts. Answer in one sentence.", **fields):
    messages = [{"role": "system", "content": system}, {"role": "user", "content": text}]
    return {"messages": messages, "max_tokens": 16, "temperature": 0, **fields}


def text_of(chunks):
    return "".join(choice["delta"].get("content") or "" for chunk in chunks for choice in chunk["choices"])


def start_local(folder, **environment):
    if not MODEL_PYTHON.exists():
        pytest.skip(f"the model environment is not installed ({MODEL_PYTHON.relative_to(ROOT)}): make install")
    return LocalServer(folder, **environment)


@pytest.fixture(scope="session")
def local_server(tmp_path_factory):
    server = start_local(tmp_path_factory.mktemp("model"))
    yield server.wait(lambda: server.ping() == 200)
    server.stop()


@pytest.fixture
def start_server(tmp_path):
    """Starts servers of the test's own, with more environment; ends them."""
    servers = []

    def start(**environment):
        servers.append(start_local(tmp_path, **environment))
        return servers[-1]

    yield start
    for server in servers:
        server.process.kill()
        server.process.wait()


@pytest.fixture(scope="session", params=TIERS)
def endpoint(request):
    url = os.environ.get(f"{request.param.upper()}_ENDPOINT_URL")
    return Endpoint(url.rstrip("/")) if url else Endpoint(request.getfixturevalue("local_server").url, request.param)


@pytest.fixture(scope="session")
def local_endpoint(local_server):
    return Endpoint(local_server.url)


@pytest.fixture(scope="session")
def local_tier(local_server):
    """The endpoint of a tier on our server."""
    return lambda tier: Endpoint(local_server.url, tier)


@pytest.fixture(scope="session")
def read_text():
    return text_of
