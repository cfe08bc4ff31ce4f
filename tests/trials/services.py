"""The real search engine and the real embedding model for a trial: processes of its own, gone with it."""

import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from uuid import uuid4

from bodybroker.adapters.embedding_endpoint import EndpointEmbeddings
from bodybroker.adapters.memories_search import SearchMemories
from bodybroker.adapters.search_http import SearchHttp
from bodybroker.adapters.vault import EnvelopeVault

from tests.contract.embeddings.server import ServerClient, serve
from tests.contract.search.conftest import start_local
from tests.fakes.vault import MemoryKeys

PATIENCE_S = 120.0
"""A trial shall not fail because the machine is busy."""


@dataclass
class Services:
    """Memories on an index of their own, and the embedding model."""

    http: SearchHttp
    index: str
    keys: MemoryKeys
    memories: SearchMemories
    embeddings: EndpointEmbeddings
    search_pid: int

    def search_cpu_s(self) -> float:
        """Seconds of CPU that the search engine has used: what a busy machine cannot blur."""
        fields = Path(f"/proc/{self.search_pid}/stat").read_text().rpartition(")")[2].split()
        return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


@contextmanager
def services(kind: type[SearchMemories] = SearchMemories) -> Iterator[Services]:
    """Start both; `kind` is what the memories are made of."""
    os.environ |= {"AWS_ACCESS_KEY_ID": "test", "AWS_SECRET_ACCESS_KEY": "test", "AWS_DEFAULT_REGION": "us-east-1"}
    with tempfile.TemporaryDirectory() as folder, serve(Path(folder)) as url:
        search = start_local(Path(folder))
        try:
            embeddings = EndpointEmbeddings(ServerClient(url), "local")
            http = SearchHttp(search.url.removeprefix("http://"), read_timeout_s=PATIENCE_S)
            index, keys = f"trial-{uuid4()}", MemoryKeys(open_house=True)
            memories = kind(http, EnvelopeVault(keys), embeddings.dimensions, index)
            yield Services(http, index, keys, memories, embeddings, search.process.pid)
        finally:
            search.kill()
