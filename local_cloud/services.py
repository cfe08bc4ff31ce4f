"""The services of the local cloud: how each is started and asked for its health."""

import os
from collections.abc import Mapping
from dataclasses import dataclass, field

from local_cloud.paths import DEVELOPER_PYTHON, EMULATOR_PYTHON, MODEL_PYTHON, ROOT, Paths

ACCESS_KEY_ID = "bodybroker-local"  # its own key: the CDK CLI caches the account per access key
REGION = "us-east-1"
SEARCH_ENVIRONMENT = {"OPENBLAS_NUM_THREADS": "1"}
"""A search is too short to be worth waking other threads for."""
CLOUD_MIND = "bodybroker-gold"
"""The endpoint whose model answers for the cloud's."""


@dataclass(frozen=True)
class Service:
    """One child of the supervisor. `endpoint` is its name in endpoints.json."""

    name: str
    endpoint: str
    command: tuple[str, ...]
    health_path: str
    grace_s: float = 5.0
    environment: Mapping[str, str] = field(default_factory=dict)


NAMES = ("emulator", "search", "steam", "providers", "gateway")


def client_environment(aws_url: str) -> dict[str, str]:
    """What an AWS client needs to reach the local cloud, and nothing of the user's own AWS settings."""
    inherited = {name: value for name, value in os.environ.items() if not name.startswith("AWS_")}
    return {
        **inherited,
        "AWS_ENDPOINT_URL": aws_url,
        "AWS_ACCESS_KEY_ID": ACCESS_KEY_ID,
        "AWS_SECRET_ACCESS_KEY": "any",
        "AWS_REGION": REGION,
        "AWS_DEFAULT_REGION": REGION,
    }


def services(paths: Paths, ports: Mapping[str, int]) -> list[Service]:
    """Every service, in starting order."""
    urls = {name: url(port) for name, port in ports.items()}
    environment = {**client_environment(urls["emulator"]), "PYTHONPATH": str(ROOT)}
    state = ("--state-dir", str(paths.state_dir))
    emulator = ("--python", str(DEVELOPER_PYTHON), "--model-python", str(MODEL_PYTHON))
    # Every domain's endpoint is our search service; MiniStack wants host and port.
    domains = urls["search"].removeprefix("http://")
    redirects = {"BODYBROKER_GATEWAY_URL": urls["gateway"], "MINISTACK_OPENSEARCH_ENDPOINT": domains}

    def module(python: object, name: str, *arguments: str) -> tuple[str, ...]:
        return (str(python), "-m", f"local_cloud.{name}", "--port", str(ports[name]), *arguments)

    return [
        Service(
            "emulator",
            "aws",
            module(EMULATOR_PYTHON, "emulator", *state, *emulator),
            "/_ministack/health",
            grace_s=15.0,
            environment={**environment, **redirects},
        ),
        Service(
            "search",
            "search",
            module(EMULATOR_PYTHON, "search", *state),
            "/_cluster/health",
            environment=environment | SEARCH_ENVIRONMENT,
        ),
        Service("steam", "steam", module(DEVELOPER_PYTHON, "steam"), "/healthz", environment=environment),
        Service(
            "providers",
            "providers",
            module(DEVELOPER_PYTHON, "providers", "--endpoint", CLOUD_MIND),
            "/healthz",
            environment={**environment, "PYTHONPATH": f"{ROOT}{os.pathsep}{ROOT / 'layers'}"},
        ),
        Service(
            "gateway",
            "api",
            module(DEVELOPER_PYTHON, "gateway", "--aws-url", urls["emulator"], *state),
            "/healthz",
            environment=environment,
        ),
    ]


def url(port: int) -> str:
    """The loopback URL of a port."""
    return f"http://127.0.0.1:{port}"
