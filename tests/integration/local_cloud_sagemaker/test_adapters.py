"""Adapters as inference components of a real model: loaded while its server runs, unloaded, back after its death."""

import json
import os
import signal
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from bodybroker.adapters.lora_host import ArchivesOnS3, ComponentHost
from bodybroker.kernel.clock import SystemClock
from bodybroker.kernel.errors import Refused
from bodybroker.models.lora import Adapter, parse_base

from tests.fakes.lora import pack, write_adapter
from tests.integration.local_cloud_sagemaker.conftest import Cloud, tar_gz, unique, wait_until

ROOT = Path(__file__).parents[3]
SERVER = ROOT / "sagemaker_endpoints"
MODEL_PYTHON = ROOT / ".build/envs/model/bin/python"
ROLE = "arn:aws:iam::000000000000:role/any"
BASE = "SmolLM2-135M-Instruct@" + "0" * 64


@pytest.fixture(scope="module")
def cloud(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Cloud]:
    """An emulator whose model servers are ours, with the small model."""
    if not MODEL_PYTHON.exists():
        pytest.skip("the model environment is not installed: make install")
    own = Cloud(tmp_path_factory.mktemp("models"), str(MODEL_PYTHON), model="")
    own.start()
    yield own
    own.stop()


@pytest.fixture(scope="module")
def silver(cloud: Cloud) -> str:
    """An endpoint with a base component; its name."""
    name, model = unique("silver"), unique("model")
    code = {f"code/{path.relative_to(SERVER)}": path.read_bytes() for path in SERVER.glob("serving/**/*.py")}
    files = code | {"code/serve.py": (SERVER / "serve.py").read_bytes()}
    data = cloud.put(f"{model}/model.tar.gz", tar_gz(files | {"serving.properties": b"option.max_model_len=1024"}))
    cloud.sagemaker.create_model(
        ModelName=model, ExecutionRoleArn=ROLE, PrimaryContainer={"Image": "any:1", "ModelDataUrl": data}
    )
    variants = [{"VariantName": "all", "InitialInstanceCount": 1, "InstanceType": "ml.g6e.xlarge"}]
    config = cloud.make_config(ProductionVariants=variants, ExecutionRoleArn=ROLE)
    cloud.sagemaker.create_endpoint(EndpointName=name, EndpointConfigName=config)
    cloud.settled(name)
    cloud.sagemaker.create_inference_component(
        InferenceComponentName=f"{name}-base",
        EndpointName=name,
        VariantName="all",
        Specification={
            "ModelName": model,
            "ComputeResourceRequirements": {"MinMemoryRequiredInMb": 256, "NumberOfCpuCoresRequired": 1},
        },
        RuntimeConfig={"CopyCount": 1},
    )
    wait_until(lambda: status(cloud, f"{name}-base") == "InService", 120)
    return name


def status(cloud: Cloud, component: str) -> str:
    found = cloud.sagemaker.describe_inference_component(InferenceComponentName=component)
    return str(found["InferenceComponentStatus"])


def say(cloud: Cloud, endpoint: str, component: str) -> str:
    hear(cloud, endpoint, component)  # from here on each answer starts from the same cached prompt
    return hear(cloud, endpoint, component)


def hear(cloud: Cloud, endpoint: str, component: str) -> str:
    request = {
        "messages": [{"role": "user", "content": "Tell me about the night."}],
        "max_tokens": 16,
        "temperature": 0,
    }
    answer: Any = cloud.invoke(endpoint, request, InferenceComponentName=component)
    return str(answer["choices"][0]["message"]["content"])


def host(cloud: Cloud, endpoint: str) -> ComponentHost:
    """The house's own adapter of SageMaker, as the operators' function uses it."""
    return ComponentHost(
        cloud.sagemaker,
        endpoint=endpoint,
        component=f"{endpoint}-base",
        base=parse_base(BASE),
        clock=SystemClock(),
        sleep=time.sleep,
        patience_s=120,
    )


def adapter(cloud: Cloud, name: str, folder: Path) -> Adapter:
    uri = cloud.put(f"{name}/adapter.tar.gz", pack(folder))
    return Adapter(name, "ghoul", parse_base(BASE), uri, "0" * 64)


def test_an_adapter_is_loaded_into_the_running_server_and_unloaded(cloud: Cloud, silver: str, tmp_path: Path) -> None:
    base, serving = say(cloud, silver, f"{silver}-base"), host(cloud, silver)
    ghoul = adapter(cloud, "ghoul-1", write_adapter(tmp_path / "ghoul"))
    serving.load(ghoul)
    assert serving.loaded() == {"ghoul-1"}
    adapted = say(cloud, silver, f"{silver}-ghoul-1")
    assert adapted != base
    assert say(cloud, silver, f"{silver}-base") == base
    assert say(cloud, silver, f"{silver}-ghoul-1") == adapted
    serving.unload("ghoul-1")
    assert serving.loaded() == set()
    with pytest.raises(cloud.runtime.exceptions.ClientError):
        say(cloud, silver, f"{silver}-ghoul-1")


def test_an_adapter_of_another_base_is_refused_with_the_servers_reason(
    cloud: Cloud, silver: str, tmp_path: Path
) -> None:
    serving = host(cloud, silver)
    alien = adapter(cloud, "alien-1", write_adapter(tmp_path / "alien", revision="f" * 64))
    with pytest.raises(Refused, match="is for the base ffff"):
        serving.load(alien)
    assert serving.loaded() == set()


def test_adapters_come_back_with_a_server_that_died(cloud: Cloud, silver: str, tmp_path: Path) -> None:
    serving = host(cloud, silver)
    serving.load(adapter(cloud, "ghoul-2", write_adapter(tmp_path / "ghoul", seed=2)))
    adapted = say(cloud, silver, f"{silver}-ghoul-2")
    for pid in (int(path.name) for path in Path("/proc").iterdir() if path.name.isdecimal()):
        if _serves(pid, cloud):
            os.kill(pid, signal.SIGKILL)

    def answers() -> bool:
        try:
            return say(cloud, silver, f"{silver}-ghoul-2") == adapted
        except cloud.runtime.exceptions.ClientError:
            return False

    wait_until(answers, 120)


def _serves(pid: int, cloud: Cloud) -> bool:
    """Whether a process is a model server of this emulator's."""
    try:
        return Path(f"/proc/{pid}/cwd").readlink().is_relative_to(cloud.state_dir / "endpoints")
    except OSError:
        return False


def test_an_archive_in_the_bucket_says_what_it_is(cloud: Cloud, tmp_path: Path) -> None:
    folder = write_adapter(tmp_path / "ghoul")
    uri = cloud.put("inspected/adapter.tar.gz", pack(folder))
    found = ArchivesOnS3(cloud.client("s3")).inspect(uri)
    config = json.loads((folder / "adapter_config.json").read_text())
    assert (found.base.model, found.base.digest) == (config["base_model_name_or_path"], config["revision"])
    with pytest.raises(Refused):
        ArchivesOnS3(cloud.client("s3")).inspect("s3://artifacts/none.tar.gz")
