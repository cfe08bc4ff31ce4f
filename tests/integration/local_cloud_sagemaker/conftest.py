"""An emulator process with a bucket, and endpoints made of a small server that does as the request says."""

import io
import json
import os
import signal
import socket
import subprocess
import sys
import tarfile
import textwrap
import time
import urllib.request
import uuid
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import boto3
import pytest
from botocore.config import Config

ROOT = Path(__file__).parents[3]
SERVER = (Path(__file__).parent / "server" / "serve.py").read_bytes()
ROLE = "arn:aws:iam::000000000000:role/any"
IMAGE = "000000000000.dkr.ecr.us-east-1.amazonaws.com/any:1"
BUCKET = "artifacts"


class Cloud:
    """One emulator on one state directory, and short words for what the tests do with it."""

    def __init__(self, state_dir: Path, model_python: str = sys.executable, model: str = "tests/model") -> None:
        self.state_dir = state_dir
        self._model_python, self._model = model_python, model
        self.port = _free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        self.process: subprocess.Popen[bytes] | None = None
        self._clients: dict[str, Any] = {}

    def start(self) -> None:
        self.state_dir.mkdir(exist_ok=True)
        command = [ROOT / ".build/envs/emulator/bin/python", "-m", "local_cloud.emulator", "--port", str(self.port)]
        command += ["--state-dir", self.state_dir, "--python", sys.executable]
        command += ["--model-python", self._model_python]
        environment = {**os.environ, "PYTHONPATH": str(ROOT), "BODYBROKER_MODEL": self._model}
        with (self.state_dir / "emulator.log").open("ab") as log:
            self.process = subprocess.Popen(command, cwd=ROOT, env=environment, stdout=log, stderr=log)
        wait_until(self._healthy, 60)

    def kill(self) -> None:
        assert self.process is not None
        self.process.kill()
        self.process.wait()

    def stop(self) -> None:
        if self.process is not None and self.process.poll() is None:
            self.process.send_signal(signal.SIGTERM)
            assert self.process.wait(timeout=30) == 0, self.log()

    def log(self) -> str:
        return (self.state_dir / "emulator.log").read_text()

    def client(self, service: str) -> Any:
        if service not in self._clients:
            self._clients[service] = boto3.client(
                service,
                endpoint_url=self.url,
                region_name="us-east-1",
                aws_access_key_id="test",
                aws_secret_access_key="any",
                config=Config(retries={"total_max_attempts": 1}, read_timeout=60, inject_host_prefix=False),
            )
        return self._clients[service]

    @property
    def sagemaker(self) -> Any:
        return self.client("sagemaker")

    @property
    def runtime(self) -> Any:
        return self.client("sagemaker-runtime")

    def put(self, key: str, body: bytes) -> str:
        self.client("s3").create_bucket(Bucket=BUCKET)
        self.client("s3").put_object(Bucket=BUCKET, Key=key, Body=body)
        return f"s3://{BUCKET}/{key}"

    def get(self, uri: str) -> bytes:
        bucket, _, key = uri.removeprefix("s3://").partition("/")
        return self.client("s3").get_object(Bucket=bucket, Key=key)["Body"].read()

    def make_model(self, files: dict[str, bytes] | None = None, **container: Any) -> str:
        name = unique("model")
        packed = {"code/serve.py": SERVER, "serving.properties": b"a=b"} | (files or {})
        data = self.put(f"{name}/model.tar.gz", tar_gz(packed))
        self.sagemaker.create_model(
            ModelName=name,
            ExecutionRoleArn=ROLE,
            PrimaryContainer={"Image": IMAGE, "ModelDataUrl": data, **container},
        )
        return name

    def make_config(self, *models: str, **settings: Any) -> str:
        name = unique("config")
        variants = [
            {
                "VariantName": f"variant-{number}",
                "ModelName": model,
                "InitialInstanceCount": 1,
                "InstanceType": "ml.m5.large",
            }
            for number, model in enumerate(models)
        ]
        self.sagemaker.create_endpoint_config(
            **{"EndpointConfigName": name, "ProductionVariants": variants, **settings}
        )
        return name

    def make_endpoint(self, config: str | None = None) -> str:
        name = unique("endpoint")
        self.sagemaker.create_endpoint(
            EndpointName=name, EndpointConfigName=config or self.make_config(self.make_model())
        )
        assert self.settled(name)["EndpointStatus"] == "InService"
        return name

    def settled(self, endpoint: str) -> Any:
        """The endpoint's description once it is in progress no longer."""

        def described() -> Any:
            found = self.sagemaker.describe_endpoint(EndpointName=endpoint)
            return found if not found["EndpointStatus"].endswith("ing") else None

        return wait_until(described)

    def invoke(self, endpoint: str, request: Any, **settings: Any) -> Any:
        answer = self.runtime.invoke_endpoint(EndpointName=endpoint, Body=json.dumps(request), **settings)
        return json.loads(answer["Body"].read())

    def describe_server(self, endpoint: str, **settings: Any) -> Any:
        return self.invoke(endpoint, {"mode": "describe"}, **settings)

    def _healthy(self) -> bool:
        assert self.process is not None
        if self.process.poll() is not None:
            raise AssertionError(f"the emulator ended:\n{self.log()}")
        try:
            with urllib.request.urlopen(f"{self.url}/_ministack/health", timeout=5):
                return True
        except OSError:
            return False


def wait_until(condition: Callable[[], Any], timeout_s: float = 30) -> Any:
    """The first true value of the condition."""
    deadline = time.monotonic() + timeout_s
    while not (value := condition()):
        assert time.monotonic() < deadline, "the condition did not become true"
        time.sleep(0.02)
    return value


def process_lives(pid: int) -> bool:
    """Whether a process runs; a zombie does not."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except OSError:
        return False


def tar_gz(files: dict[str, bytes]) -> bytes:
    buffer = io.BytesIO()
    with tarfile.open(fileobj=buffer, mode="w:gz") as tar:
        for name, content in files.items():
            member = tarfile.TarInfo(name)
            member.size = len(content)
            tar.addfile(member, io.BytesIO(content))
    return buffer.getvalue()


def unique(word: str) -> str:
    return f"{word}-{uuid.uuid4().hex[:8]}"


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@pytest.fixture(scope="session")
def cloud(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Cloud]:
    """The emulator that most tests share."""
    shared = Cloud(tmp_path_factory.mktemp("cloud"))
    shared.start()
    yield shared
    shared.stop()


@pytest.fixture
def own_cloud(tmp_path: Path) -> Iterator[Cloud]:
    """An emulator that a test may kill."""
    own = Cloud(tmp_path / "cloud")
    own.start()
    yield own
    own.stop()


@pytest.fixture(scope="session")
def endpoint(cloud: Cloud) -> str:
    """An endpoint with one variant that most tests share."""
    return cloud.make_endpoint()


@pytest.fixture
def make_job(cloud: Cloud) -> Callable[..., dict[str, Any]]:
    """The request of a training job that runs a program; the program is a Python source."""

    def make(program: str, **settings: Any) -> dict[str, Any]:
        name = unique("job")
        source = cloud.put(f"{name}/sourcedir.tar.gz", tar_gz({"train.py": textwrap.dedent(program).encode()}))
        parameters = {"sagemaker_program": '"train.py"', "sagemaker_submit_directory": json.dumps(source)}
        return {
            "TrainingJobName": name,
            "RoleArn": ROLE,
            "AlgorithmSpecification": {"TrainingImage": IMAGE, "TrainingInputMode": "File"},
            "OutputDataConfig": {"S3OutputPath": f"s3://{BUCKET}/trained"},
            "ResourceConfig": {"InstanceType": "ml.m5.large", "InstanceCount": 1, "VolumeSizeInGB": 1},
            "StoppingCondition": {"MaxRuntimeInSeconds": 60},
            **settings,
            "HyperParameters": {**parameters, **settings.get("HyperParameters", {})},
        }

    return make


@pytest.fixture
def running_pid() -> Callable[[Cloud, str], int]:
    """The process id that a job's program prints first, when it has set itself up."""

    def printed(cloud: Cloud, job: str) -> int:
        log = cloud.state_dir / "logs" / f"training-{job}.log"
        line = wait_until(lambda: log.exists() and "\n" in log.read_text() and log.read_text())
        return int(line.removeprefix("pid ").split()[0])

    return printed


@pytest.fixture
def wait() -> Callable[..., Any]:
    return wait_until


@pytest.fixture
def lives() -> Callable[[int], bool]:
    return process_lives


@pytest.fixture
def make_archive() -> Callable[[dict[str, bytes]], bytes]:
    return tar_gz


@pytest.fixture
def make_name() -> Callable[[str], str]:
    return unique
