"""A tier's model in AWS's container, and the role that it runs under."""

from collections.abc import Sequence
from pathlib import Path

import aws_cdk
from aws_cdk import aws_s3_assets as assets
from aws_cdk import aws_sagemaker as sagemaker
from aws_cdk.region_info import RegionInfo
from constructs import Construct

from cdk.constructs.artifacts import built
from cdk.constructs.hosting_role import hosting_role
from cdk.settings import DEFAULT_SERVING

IMAGES = {
    "djl_python.lmi_vllm": "djl-inference:0.36.0-lmi20.0.0-cu128",
    "djl_python.lmi_trtllm": "djl-inference:0.33.0-tensorrtllm0.21.0-cu128",
}
"""AWS's large-model inference containers (DJL Serving), by the package of `option.entryPoint`."""
GPU_AMI = "al2-ami-sagemaker-inference-gpu-3-1"
"""The host image whose driver runs CUDA 12.8; the default one's does not."""


class ServedModel(Construct):
    """The SageMaker model of one serving configuration, and the role of what hosts it."""

    def __init__(self, scope: Construct, *, tier: str, serving: str, log_groups: Sequence[str]) -> None:
        """``serving``: `vllm` or an option of the tier. ``log_groups``: where its containers write."""
        super().__init__(scope, "Served")
        stack = aws_cdk.Stack.of(self)
        account = RegionInfo.get(stack.region).dlc_repository_account
        if account is None:
            raise ValueError(f"AWS publishes no inference containers in {stack.region}")
        folder = tier if serving == DEFAULT_SERVING else f"{tier}-{serving}"
        self._properties = read_properties(Path(built("endpoints", folder, "serving.properties")))
        image = IMAGES[self._properties["option.entryPoint"].rpartition(".")[0]]
        archive = assets.Asset(self, "Archive", path=built("endpoints", folder, "model.tar.gz"))
        self.role = hosting_role(self, archive, image, account, log_groups)
        self.model = sagemaker.CfnModel(
            self,
            "Model",
            execution_role_arn=self.role.role_arn,
            primary_container=sagemaker.CfnModel.ContainerDefinitionProperty(
                image=f"{account}.dkr.ecr.{stack.region}.{stack.url_suffix}/{image}",
                model_data_url=archive.s3_object_url,
            ),
        )
        self.model.node.add_dependency(self.role)

    @property
    def startup_s(self) -> int:
        """Seconds that the container may take to load its weights."""
        return int(self._properties["option.model_loading_timeout"])

    @property
    def concurrency(self) -> int:
        """Requests that one instance answers at a time."""
        return int(self._properties["option.max_rolling_batch_size"])

    @property
    def devices(self) -> int:
        """GPUs that one copy of the model needs."""
        return int(self._properties["option.tensor_parallel_degree"])


def read_properties(path: Path) -> dict[str, str]:
    """A properties file of ours: one `name=value` a line, comments start with #."""
    lines = (line for line in path.read_text("utf-8").splitlines() if line and not line.startswith("#"))
    return {name.strip(): value.strip() for name, _, value in (line.partition("=") for line in lines)}
