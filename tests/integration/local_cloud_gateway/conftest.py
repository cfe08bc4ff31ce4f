"""A bare emulator with a small REST API, and the gateway in front of it."""

import io
import os
import signal
import socket
import subprocess
import sys
import time
import zipfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import boto3
import httpx
import pytest

ROOT = Path(__file__).parents[3]
FUNCTIONS = Path(__file__).parent / "functions"
EMULATOR_PYTHON = ROOT / ".build/envs/emulator/bin/python"
ROLE = "arn:aws:iam::000000000000:role/any"
ADAPTER_LAYER = "arn:aws:lambda:us-east-1:753240598075:layer:LambdaAdapterLayerArm64:30"
PROBLEM = (
    '{"title":$context.error.messageString,"code":"$context.error.responseType","correlation_id":"$context.requestId"}'
)


def wait_until(condition: Callable[[], Any], limit_s: float = 40.0) -> Any:
    """Return the first true answer of `condition`; connection errors count as false."""
    end = time.monotonic() + limit_s
    while True:
        try:
            if answer := condition():
                return answer
        except httpx.TransportError:
            pass
        assert time.monotonic() < end, "the condition did not come true in time"
        time.sleep(0.02)


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def zipped(folder: Path) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        for path in sorted(folder.rglob("*")):
            if path.is_file() and "__pycache__" not in path.parts:
                archive.write(path, path.relative_to(folder))
    return buffer.getvalue()


@dataclass
class Emulator:
    """A MiniStack process and clients for it."""

    url: str

    def client(self, service: str, region: str = "us-east-1") -> Any:
        return boto3.client(
            service,
            endpoint_url=self.url,
            region_name=region,
            aws_access_key_id="test",
            aws_secret_access_key="test",
        )


@dataclass
class Api:
    """The deployed REST API, with what tests change about it."""

    emulator: Emulator
    id: str = ""
    resources: dict[str, str] = field(default_factory=dict)

    def resource(self, path: str) -> str:
        if path not in self.resources:
            parent, _, part = path.rpartition("/")
            created = self.emulator.client("apigateway").create_resource(
                restApiId=self.id, parentId=self.resource(parent or "/"), pathPart=part
            )
            self.resources[path] = created["id"]
        return self.resources[path]

    def method(
        self,
        method: str,
        path: str,
        function: str,
        *,
        streamed: bool,
        authorizer: str | None,
        requires: dict[str, Any] | None = None,
        **more: Any,
    ) -> None:
        """Add a method; `requires` are PutMethod's arguments about validation, the others PutIntegration's."""
        apigateway = self.emulator.client("apigateway")
        authorization = {"authorizationType": "CUSTOM", "authorizerId": authorizer} if authorizer else {}
        where = {"restApiId": self.id, "resourceId": self.resource(path), "httpMethod": method}
        apigateway.put_method(**where, **({"authorizationType": "NONE"} | authorization | (requires or {})))
        version, verb = ("2021-11-15", "response-streaming-invocations") if streamed else ("2015-03-31", "invocations")
        uri = f"arn:aws:apigateway:us-east-1:lambda:path/{version}/functions/{function}/{verb}"
        apigateway.put_integration(**where, type="AWS_PROXY", integrationHttpMethod="POST", uri=uri, **more)

    def function(self, name: str, handler: str, code: bytes | None = None, **more: Any) -> str:
        """Create a function from the folder of its name, or from an archive; return its ARN."""
        created = self.emulator.client("lambda").create_function(
            FunctionName=name,
            Runtime="python3.13",
            Handler=handler,
            Role=ROLE,
            Code={"ZipFile": code or zipped(FUNCTIONS / name)},
            Timeout=20,
            **more,
        )
        return created["FunctionArn"]

    def deploy(self) -> str:
        created = self.emulator.client("apigateway").create_deployment(restApiId=self.id, stageName="v1")
        return created["id"]


@pytest.fixture(scope="package")
def emulator(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Emulator]:
    port = free_port()
    settings = {
        "GATEWAY_PORT": str(port),
        "BIND_HOST": "127.0.0.1",
        "IOT_MTLS_ENABLED": "0",
        "SFTP_ENABLED": "0",
        "PATH": os.environ["PATH"],
        "HOME": os.environ.get("HOME", "/"),
        "TMPDIR": str(tmp_path_factory.mktemp("emulator")),
    }
    with subprocess.Popen(
        [EMULATOR_PYTHON, "-m", "ministack"], env=settings, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    ) as process:
        emulator = Emulator(f"http://127.0.0.1:{port}")
        try:
            wait_until(lambda: httpx.get(f"{emulator.url}/_ministack/health").is_success)
            yield emulator
        finally:
            process.terminate()


@pytest.fixture(scope="package")
def api(emulator: Emulator) -> Api:
    apigateway = emulator.client("apigateway")
    rest = apigateway.create_rest_api(name="api")
    root = apigateway.get_resources(restApiId=rest["id"])["items"][0]["id"]
    api = Api(emulator, rest["id"], {"/": root})
    layer = emulator.client("lambda").publish_layer_version(
        LayerName="layered", Content={"ZipFile": zipped(FUNCTIONS / "layer")}
    )
    authorizer = api.function("authorizer", "handler.handler")
    echo = api.function("echo", "handler.handler")
    live = api.function(
        "live",
        "run.sh",
        Layers=[ADAPTER_LAYER, layer["LayerVersionArn"]],
        Environment={"Variables": {"GREETING": "hello"}},
    )
    token = apigateway.create_authorizer(
        restApiId=api.id,
        name="token",
        type="TOKEN",
        authorizerUri=f"arn:aws:apigateway:us-east-1:lambda:path/2015-03-31/functions/{authorizer}/invocations",
        identitySource="method.request.header.Authorization",
        identityValidationExpression="^Bearer .+$",
        authorizerResultTtlInSeconds=300,
    )["id"]
    for path in ("/echo", "/echo/{name}", "/boom", "/teapot"):
        api.method("POST", path, echo, streamed=False, authorizer=None)
    api.method("GET", "/guarded", echo, streamed=False, authorizer=token)
    api.method("GET", "/slow", echo, streamed=False, authorizer=None, timeoutInMillis=200)
    validator = apigateway.create_request_validator(
        restApiId=api.id, name="all", validateRequestBody=True, validateRequestParameters=True
    )
    schema = '{"type": "object", "required": ["text"]}'
    apigateway.create_model(restApiId=api.id, name="Said", contentType="application/json", schema=schema)
    requires = {
        "requestValidatorId": validator["id"],
        "requestParameters": {"method.request.header.Idempotency-Key": True, "method.request.querystring.page": False},
        "requestModels": {"application/json": "Said"},
    }
    api.method("POST", "/said", live, streamed=True, authorizer=None, requires=requires)
    api.method("POST", "/said-buffered", echo, streamed=False, authorizer=None, requires=requires)
    for method in ("GET", "POST"):
        api.method(method, "/live/{name}", live, streamed=True, authorizer=token)
    api.method("GET", "/open/{name}", live, streamed=True, authorizer=None)
    for family in ("DEFAULT_4XX", "DEFAULT_5XX"):
        apigateway.put_gateway_response(
            restApiId=api.id,
            responseType=family,
            responseParameters={
                "gatewayresponse.header.Content-Type": "'application/problem+json'",
                "gatewayresponse.header.x-correlation-id": "context.requestId",
            },
            responseTemplates={"application/json": PROBLEM},
        )
    api.deploy()
    return api


@dataclass
class GatewayProcess:
    """A gateway process: where it listens, where it keeps its state, and its end."""

    url: str
    state: Path
    process: subprocess.Popen[bytes]

    def kill(self) -> None:
        self.process.send_signal(signal.SIGKILL)
        self.process.wait()

    def stop(self) -> None:
        self.process.send_signal(signal.SIGTERM)
        assert self.process.wait(15) == 0


@pytest.fixture(scope="package")
def start_gateway(
    emulator: Emulator, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Callable[..., GatewayProcess]]:
    """Start gateways, each with a state of its own."""
    started: list[GatewayProcess] = []

    def start(region: str = "us-east-1", emulator_url: str = emulator.url) -> GatewayProcess:
        port, state = free_port(), tmp_path_factory.mktemp("state")
        command = [sys.executable, "-m", "local_cloud.gateway", "--aws-url", emulator_url]
        process = subprocess.Popen(
            [*command, "--port", str(port), "--state-dir", str(state)],
            cwd=ROOT,
            env={**os.environ, "AWS_REGION": region, "SECRET_OF_THE_HOST": "42"},
        )
        started.append(GatewayProcess(f"http://127.0.0.1:{port}", state, process))
        wait_until(lambda: httpx.get(f"{started[-1].url}/healthz").is_success)
        return started[-1]

    yield start
    for gateway in started:
        gateway.process.terminate()
    for gateway in started:
        gateway.process.wait(15)


@pytest.fixture(scope="package")
def gateway(api: Api, start_gateway: Callable[..., GatewayProcess]) -> GatewayProcess:
    gateway = start_gateway()
    wait_until(lambda: httpx.get(f"{gateway.url}/readyz").is_success)
    return gateway


@pytest.fixture
def unused_emulator_url() -> str:
    return f"http://127.0.0.1:{free_port()}"


@pytest.fixture
def http(gateway: GatewayProcess) -> Iterator[httpx.Client]:
    with httpx.Client(base_url=gateway.url, timeout=20) as client:
        yield client
