"""The search service under test: `OPENSEARCH_URL` (a real OpenSearch), or ours on a state directory of its own."""

import os
import signal
import socket
import subprocess
import time
import uuid
from pathlib import Path

import httpx
import pytest
from opensearchpy import OpenSearch

from local_cloud.services import SEARCH_ENVIRONMENT

ROOT = Path(__file__).parents[3]
EMULATOR_PYTHON = ROOT / ".build/envs/emulator/bin/python"
TIMEOUT = 60.0


class LocalSearch:
    """Our search service as a process of its own; it can be killed and started again."""

    def __init__(self, state_dir):
        self.state_dir = state_dir
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            self.port = probe.getsockname()[1]
        self.url = f"http://127.0.0.1:{self.port}"
        self.start()

    def start(self):
        with (self.state_dir / "search.log").open("ab") as log:
            self.process = subprocess.Popen(
                [EMULATOR_PYTHON, "-m", "local_cloud.search", "--port", str(self.port), "--state-dir", self.state_dir],
                cwd=ROOT,
                env=os.environ | SEARCH_ENVIRONMENT,
                stdout=log,
                stderr=subprocess.STDOUT,
            )
        deadline = time.monotonic() + TIMEOUT
        while not self.healthy():
            assert self.process.poll() is None, (self.state_dir / "search.log").read_text()
            assert time.monotonic() < deadline, "the search service did not start"
            time.sleep(0.05)

    def healthy(self):
        try:
            return httpx.get(f"{self.url}/_cluster/health", trust_env=False, timeout=TIMEOUT).is_success
        except httpx.TransportError:
            return False

    def kill(self, number=signal.SIGKILL):
        self.process.send_signal(number)
        self.process.wait()


def client_of(url):
    return OpenSearch(url, timeout=TIMEOUT, max_retries=0, verify_certs=False, ssl_show_warn=False)


def start_local(state_dir):
    if not EMULATOR_PYTHON.exists():
        pytest.skip(
            f"the local cloud's environment is not installed ({EMULATOR_PYTHON.relative_to(ROOT)}): make install"
        )
    return LocalSearch(state_dir)


@pytest.fixture(scope="session")
def local_search(tmp_path_factory):
    service = start_local(tmp_path_factory.mktemp("search"))
    yield service
    service.kill()


@pytest.fixture
def restartable(tmp_path):
    """A service of the test's own, and a client for it."""
    service = start_local(tmp_path)
    yield service, client_of(service.url)
    service.kill()


@pytest.fixture(scope="session")
def opensearch(request):
    return client_of(os.environ.get("OPENSEARCH_URL") or request.getfixturevalue("local_search").url)


@pytest.fixture
def make_index(opensearch):
    """Makes an index from field definitions; returns its name. All are deleted after the test."""
    names = []

    def make(properties=None, settings=None, **mappings):
        name = f"test-{uuid.uuid4().hex}"
        body = {
            "settings": {"index": {"refresh_interval": "-1", **(settings or {})}},
            "mappings": {"properties": properties or {}, **mappings},
        }
        opensearch.indices.create(index=name, body=body)
        names.append(name)
        return name

    yield make
    for name in names:
        opensearch.indices.delete(index=name, ignore=[404])
