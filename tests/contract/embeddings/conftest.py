"""The embedding endpoint: `EMBEDDING_ENDPOINT` (a live one, by name), or the server of our archive behind a client."""

import io
import os
import socket
import subprocess
import tarfile
import time
from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace

import botocore.session
import httpx
import pytest
from bodybroker.adapters.embedding_endpoint import EndpointEmbeddings
from botocore.exceptions import ClientError, EndpointConnectionError

from scripts import build

ROOT = Path(__file__).parents[3]
MODEL_PYTHON = ROOT / ".build/envs/model/bin/python"
START_S = 30


class ServerClient:
    """What the SageMaker runtime does with a container, for one server."""

    def __init__(self, url: str) -> None:
        self.url = url

    def invoke_endpoint(self, *, EndpointName: str, ContentType: str, Body: bytes):
        try:
            answer = httpx.post(f"{self.url}/invocations", content=Body, trust_env=False, timeout=10)
        except httpx.TransportError as error:
            raise EndpointConnectionError(endpoint_url=self.url) from error
        if answer.status_code != 200:
            response = {"Error": {"Code": "ModelError"}, "ResponseMetadata": {"HTTPStatusCode": 424}}
            raise ClientError(response | {"OriginalMessage": answer.text}, "InvokeEndpoint")
        return {"Body": io.BytesIO(answer.content)}


@pytest.fixture(scope="session")
def embedding_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The URL of the server in the archive that the build packs."""
    if not MODEL_PYTHON.exists():
        pytest.skip("the model servers' environment is not installed: make install")
    build.embedding_endpoint()
    folder = tmp_path_factory.mktemp("embedding")
    with tarfile.open(build.OUT / "endpoints" / "embedding" / "model.tar.gz") as archive:
        archive.extractall(folder, filter="data")
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    environment = {**os.environ, "PORT": str(port), "SM_MODEL_DIR": str(folder)}
    process = subprocess.Popen([MODEL_PYTHON, "code/serve.py"], cwd=folder, env=environment)
    url, deadline = f"http://127.0.0.1:{port}", time.monotonic() + START_S
    while not _answers(url):
        assert process.poll() is None and time.monotonic() < deadline, "the embedding server did not start"
        time.sleep(0.05)
    yield url
    process.terminate()
    process.wait()


def _answers(url: str) -> bool:
    try:
        return httpx.get(f"{url}/ping", trust_env=False).is_success
    except httpx.TransportError:
        return False


@pytest.fixture(scope="session")
def live(request: pytest.FixtureRequest) -> SimpleNamespace:
    """A client and an endpoint's name."""
    if endpoint := os.environ.get("EMBEDDING_ENDPOINT"):
        return SimpleNamespace(client=botocore.session.Session().create_client("sagemaker-runtime"), endpoint=endpoint)
    return SimpleNamespace(client=ServerClient(request.getfixturevalue("embedding_server")), endpoint="local")


@pytest.fixture
def embeddings(live: SimpleNamespace) -> EndpointEmbeddings:
    return EndpointEmbeddings(live.client, live.endpoint)
