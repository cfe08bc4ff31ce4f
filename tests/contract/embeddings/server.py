"""The server in the archive that the build packs, and a client that stands where SageMaker's runtime would."""

import io
import os
import socket
import subprocess
import tarfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx
from botocore.exceptions import ClientError, EndpointConnectionError

from scripts import build

MODEL_PYTHON = Path(__file__).parents[3] / ".build/envs/model/bin/python"
START_S = 60


class ServerClient:
    """What the SageMaker runtime does with a container, for one server."""

    def __init__(self, url: str) -> None:
        self.url = url
        self._http = httpx.Client(trust_env=False, timeout=10)

    def invoke_endpoint(self, *, EndpointName: str, ContentType: str, Body: bytes):
        try:
            answer = self._http.post(f"{self.url}/invocations", content=Body)
        except httpx.TransportError as error:
            raise EndpointConnectionError(endpoint_url=self.url) from error
        if answer.status_code != 200:
            response = {"Error": {"Code": "ModelError"}, "ResponseMetadata": {"HTTPStatusCode": 424}}
            raise ClientError(response | {"OriginalMessage": answer.text}, "InvokeEndpoint")
        return {"Body": io.BytesIO(answer.content)}


@contextmanager
def serve(folder: Path) -> Iterator[str]:
    """Build the archive, unpack it in `folder` and serve it; the server's URL."""
    build.embedding_endpoint()
    with tarfile.open(build.OUT / "endpoints" / "embedding" / "model.tar.gz") as archive:
        archive.extractall(folder, filter="data")
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    environment = {**os.environ, "PORT": str(port), "SM_MODEL_DIR": str(folder)}
    with (folder / "embedding.log").open("wb") as log:
        process = subprocess.Popen(
            [MODEL_PYTHON, "code/serve.py"], cwd=folder, env=environment, stdout=log, stderr=subprocess.STDOUT
        )
    try:
        url, deadline = f"http://127.0.0.1:{port}", time.monotonic() + START_S
        while not _answers(url):
            assert process.poll() is None and time.monotonic() < deadline, (folder / "embedding.log").read_text()
            time.sleep(0.05)
        yield url
    finally:
        process.terminate()
        process.wait()


def _answers(url: str) -> bool:
    try:
        return httpx.get(f"{url}/ping", trust_env=False).is_success
    except httpx.TransportError:
        return False
