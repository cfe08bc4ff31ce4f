"""Where `scripts/build.py` leaves what is deployed."""

import os
from pathlib import Path

from aws_cdk import aws_lambda as lambda_
from constructs import Construct

ROOT = Path(__file__).resolve().parents[2]
TARGET = os.environ.get("BODYBROKER_TARGET", "aws")
"""Which build of the layers goes in: `aws`, or `local` for this machine's interpreter. Nothing else depends on it but
the base of LoRA adapters and how many specialists are asked at once, since another model speaks locally."""


def built(*parts: str) -> str:
    """The path of a build output; FileNotFoundError says how to make it."""
    path = ROOT.joinpath(".build", *parts)
    if not path.exists():
        raise FileNotFoundError(f"{path} is missing: run `make build TARGET={TARGET}`")
    return str(path)


class Layers(Construct):
    """The layer versions of one stack, made as functions ask for them.

    Each stack has its own: a shared version could not be replaced while another stack's template imports it.
    """

    def __init__(self, scope: Construct) -> None:
        super().__init__(scope, "Layers")

    def __getitem__(self, name: str) -> lambda_.ILayerVersion:
        existing = self.node.try_find_child(name)
        if existing is not None:
            assert isinstance(existing, lambda_.LayerVersion)
            return existing
        return lambda_.LayerVersion(
            self,
            name,
            code=lambda_.Code.from_asset(built("layers", name, TARGET)),
            compatible_architectures=[lambda_.Architecture.ARM_64],
            compatible_runtimes=[lambda_.Runtime.PYTHON_3_13],
        )
