"""What a training job's program sees: directories, configuration files, SM_* variables and its command line.

The contract is the one of AWS's training containers (github.com/aws/sagemaker-training-toolkit). The directories that
lie under /opt/ml there lie under the job's own root here; programs find them through the SM_* variables.
"""

from __future__ import annotations

import json
import os
import shlex
import subprocess
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from local_cloud.sagemaker.shapes import Record

HOST = "algo-1"
MASTER_PORT = "7777"


@dataclass(frozen=True)
class Layout:
    """The directories of one job."""

    root: Path

    @property
    def code(self) -> Path:
        """The unpacked source."""
        return self.root / "code"

    @property
    def config(self) -> Path:
        """hyperparameters.json and its like."""
        return self.root / "input" / "config"

    @property
    def data(self) -> Path:
        """One directory per channel."""
        return self.root / "input" / "data"

    @property
    def model(self) -> Path:
        """What becomes model.tar.gz."""
        return self.root / "model"

    @property
    def output(self) -> Path:
        """Holds `failure` and `data`."""
        return self.root / "output"

    @property
    def output_data(self) -> Path:
        """What becomes output.tar.gz."""
        return self.output / "data"

    @property
    def intermediate(self) -> Path:
        """Scratch output."""
        return self.output / "intermediate"

    def make(self) -> None:
        """Create the directories."""
        for path in (self.code, self.config, self.data, self.model, self.output_data, self.intermediate):
            path.mkdir(parents=True, exist_ok=True)


def hyperparameters(request: Record) -> dict[str, Any]:
    """The hyperparameters with their JSON decoded, as the containers do: SDKs encode every value as JSON."""
    return {key: _decoded(value) for key, value in request.get("HyperParameters", {}).items()}


def entry_point(request: Record) -> tuple[str, str]:
    """The program and the S3 URI of its source. Raises ValueError when the job names none."""
    given = hyperparameters(request)
    environment = request.get("Environment", {})
    program = given.get("sagemaker_program") or environment.get("SAGEMAKER_PROGRAM")
    source = given.get("sagemaker_submit_directory") or environment.get("SAGEMAKER_SUBMIT_DIRECTORY")
    if not program or not str(source or "").startswith("s3://"):
        raise ValueError(
            "a job needs the hyperparameters sagemaker_program and sagemaker_submit_directory (an s3:// URI)"
        )
    return str(program), str(source)


def write_configuration(request: Record, layout: Layout) -> None:
    """Write hyperparameters.json, inputdataconfig.json and resourceconfig.json."""
    documents = {
        "hyperparameters": request.get("HyperParameters", {}),
        "inputdataconfig": _input_data_config(request),
        "resourceconfig": _resource_config(request),
    }
    for name, document in documents.items():
        (layout.config / f"{name}.json").write_text(json.dumps(document))


def command(request: Record, python: Path) -> list[str]:
    """The command line: the program with the user's hyperparameters as arguments."""
    program, _ = entry_point(request)
    arguments = _arguments(_user_hyperparameters(request))
    if program.endswith(".sh"):
        return ["/bin/sh", "-c", shlex.join([f"./{program}", *arguments])]
    return [str(python), program, *arguments]


def variables(request: Record, arn: str, layout: Layout) -> dict[str, str]:
    """The SM_* variables and the job's own environment."""
    program, source = entry_point(request)
    own = _user_hyperparameters(request)
    channels = sorted(_input_data_config(request))
    training_env = {
        "additional_framework_parameters": {},
        "channel_input_dirs": {name: str(layout.data / name) for name in channels},
        "current_host": HOST,
        "hosts": [HOST],
        "hyperparameters": own,
        "input_config_dir": str(layout.config),
        "input_data_config": _input_data_config(request),
        "input_dir": str(layout.root / "input"),
        "is_master": True,
        "job_name": request["TrainingJobName"],
        "master_hostname": HOST,
        "model_dir": str(layout.model),
        "module_dir": source,
        "module_name": Path(program).stem,
        "network_interface_name": "lo",
        "num_cpus": os.cpu_count() or 1,
        "num_gpus": gpu_count(),
        "output_data_dir": str(layout.output_data),
        "output_dir": str(layout.output),
        "output_intermediate_dir": str(layout.intermediate),
        "resource_config": _resource_config(request),
        "user_entry_point": program,
    }
    plain = {
        "SM_CHANNELS": channels,
        "SM_HPS": own,
        "SM_USER_ARGS": _arguments(own),
        "SM_TRAINING_ENV": training_env,
        "SM_FRAMEWORK_PARAMS": {},
        "SM_LOG_LEVEL": 20,
        "SM_MASTER_ADDR": "127.0.0.1",
        "SM_MASTER_PORT": MASTER_PORT,
        "SM_CURRENT_INSTANCE_TYPE": _resource_config(request)["current_instance_type"],
        **{f"SM_{key.upper()}": value for key, value in training_env.items() if key not in _NOT_VARIABLES},
        **{f"SM_CHANNEL_{name.upper()}": str(layout.data / name) for name in channels},
        **{f"SM_HP_{name.upper().replace('-', '_')}": value for name, value in own.items()},
    }
    return {
        **{name: value if isinstance(value, str) else json.dumps(value) for name, value in plain.items()},
        "PYTHONPATH": str(layout.code),
        "PYTHONUNBUFFERED": "1",
        "TRAINING_JOB_NAME": request["TrainingJobName"],
        "TRAINING_JOB_ARN": arn,
        **request.get("Environment", {}),
    }


def gpu_count() -> int:
    """How many NVIDIA GPUs the machine lists."""
    try:
        listed = subprocess.run(["nvidia-smi", "-L"], capture_output=True, text=True, timeout=10, check=False).stdout
    except (OSError, subprocess.TimeoutExpired):
        return 0
    return sum(line.startswith("GPU ") for line in listed.splitlines())


_NOT_VARIABLES = ("additional_framework_parameters", "channel_input_dirs", "hyperparameters", "is_master", "job_name")


def _user_hyperparameters(request: Record) -> dict[str, Any]:
    return {key: value for key, value in hyperparameters(request).items() if not key.startswith("sagemaker_")}


def _arguments(own: dict[str, Any]) -> list[str]:
    arguments = []
    for key in sorted(own):
        arguments += [f"--{key}" if len(key) > 1 else f"-{key}", _text(own[key])]
    return arguments


def _text(value: Any) -> str:
    return value if isinstance(value, str) else json.dumps(value)


def _decoded(value: str) -> Any:
    try:
        return json.loads(value)
    except ValueError:
        return value


def _input_data_config(request: Record) -> Record:
    return {
        channel["ChannelName"]: {
            "TrainingInputMode": "File",
            "S3DistributionType": channel["DataSource"]["S3DataSource"].get(
                "S3DataDistributionType", "FullyReplicated"
            ),
            "RecordWrapperType": channel.get("RecordWrapperType", "None"),
            **({"ContentType": channel["ContentType"]} if "ContentType" in channel else {}),
        }
        for channel in request.get("InputDataConfig", [])
    }


def _resource_config(request: Record) -> Record:
    instance = request.get("ResourceConfig", {}).get("InstanceType", "local")
    group = {"instance_group_name": "homogeneousCluster", "instance_type": instance, "hosts": [HOST]}
    return {
        "current_host": HOST,
        "current_instance_type": instance,
        "current_group_name": group["instance_group_name"],
        "hosts": [HOST],
        "instance_groups": [group],
        "network_interface_name": "lo",
    }
