"""Fixtures for every suite: one deployed local cloud for the whole run."""

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from hypothesis import settings
from xdist.remote import Producer
from xdist.scheduler import LoadScopeScheduling

settings.register_profile("patient", deadline=None)
settings.load_profile("patient")  # how long an example takes says more of a busy machine than of the code
os.environ.setdefault("CDK_VALIDATION", "false")
ROOT = Path(__file__).parents[1]
DEPLOYED = ("e2e", "integration/bronze", "integration/cloud_models")
"""The folders whose tests share the one deployed local cloud."""


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """The group that takes longest begins."""
    items.sort(key=lambda item: _group(item.nodeid) != "deployed")


def pytest_xdist_make_scheduler(config: pytest.Config, log: Producer | None) -> LoadScopeScheduling:
    """Under `-n` a folder's tests share a process, as they share fixtures; so do all who share the deployment."""
    return ByFolder(config, log)


class ByFolder(LoadScopeScheduling):
    """Hands groups of tests to processes, and never parts of one."""

    def _split_scope(self, nodeid: str) -> str:
        return _group(nodeid)


def _group(nodeid: str) -> str:
    folder = nodeid.partition("::")[0].rpartition("/")[0].removeprefix("tests/")
    return "deployed" if folder in DEPLOYED else folder


@dataclass(frozen=True)
class LocalCloud:
    """A running local cloud with the product deployed on it."""

    state_dir: Path

    @property
    def endpoints(self) -> dict[str, Any]:
        return dict(json.loads((self.state_dir / "endpoints.json").read_text()))

    @property
    def api(self) -> str:
        return f"{self.endpoints['api']}/v1"

    def run(self, *arguments: str, timeout: float = 600) -> str:
        """`python -m local_cloud …` on this cloud; its output."""
        done = subprocess.run(
            [sys.executable, "-m", "local_cloud", "--state-dir", str(self.state_dir), *arguments],
            cwd=ROOT, capture_output=True, text=True, timeout=timeout,
        )  # fmt: skip
        assert done.returncode == 0, done.stdout + done.stderr
        return done.stdout


@pytest.fixture(scope="session")
def cloud(tmp_path_factory: pytest.TempPathFactory) -> Iterator[LocalCloud]:
    """The local cloud, up and deployed; BODYBROKER_CLOUD names the state folder of one that already runs."""
    if running := os.environ.get("BODYBROKER_CLOUD"):
        yield LocalCloud(Path(running))
        return
    cloud = LocalCloud(tmp_path_factory.mktemp("cloud"))
    try:
        cloud.run("up")
        cloud.run("deploy")
        yield cloud
    finally:
        cloud.run("down")
