"""The embedding endpoint: `EMBEDDING_ENDPOINT` (a live one, by name), or the server of our archive behind a client."""

import os
from collections.abc import Iterator

import botocore.session
import pytest
from bodybroker.adapters.embedding_endpoint import EndpointEmbeddings

from tests.contract.embeddings.server import MODEL_PYTHON, ServerClient, serve


@pytest.fixture(scope="session")
def embedding_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The server's URL."""
    if not MODEL_PYTHON.exists():
        pytest.skip("the model servers' environment is not installed: make install")
    with serve(tmp_path_factory.mktemp("embedding")) as url:
        yield url


@pytest.fixture(scope="session")
def embeddings(request: pytest.FixtureRequest) -> EndpointEmbeddings:
    if endpoint := os.environ.get("EMBEDDING_ENDPOINT"):
        return EndpointEmbeddings(botocore.session.Session().create_client("sagemaker-runtime"), endpoint)
    return EndpointEmbeddings(ServerClient(request.getfixturevalue("embedding_server")), "local")
