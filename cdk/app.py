"""The app: stacks by life-time, each referring only to those before it.

``python -m cdk.app`` synthesises without credentials; the CDK CLI runs the same through cdk.json.
"""

import json
import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import aws_cdk

from cdk.constructs.artifacts import ROOT
from cdk.settings import Settings
from cdk.stacks.adapters import AdaptersStack
from cdk.stacks.api import ApiStack
from cdk.stacks.asking import Asking
from cdk.stacks.bronze import BronzeStack
from cdk.stacks.cloud import CloudStack
from cdk.stacks.data import DataStack
from cdk.stacks.generation import GenerationStack
from cdk.stacks.identity import IdentityStack
from cdk.stacks.memory import MemoryStack
from cdk.stacks.models import ModelsStack
from cdk.stacks.observability import ObservabilityStack
from cdk.stacks.pipelines import PipelinesStack
from cdk.stacks.spending import SpendingStack

VALIDATION = os.environ.get("CDK_VALIDATION", "true") != "false"
"""CDK's own switch for its CloudFormation validation; ours for cdk-nag too."""


def build(*, outdir: str, context: Mapping[str, Any] | None = None) -> aws_cdk.App:
    """The app with cdk.json's context, which only the CLI would load by itself. ``context`` overrides single keys."""
    settled = json.loads((ROOT / "cdk.json").read_text("utf-8"))["context"]
    app = aws_cdk.App(
        outdir=outdir,
        context={**settled, **(context or {})},
        analytics_reporting=False,
        tree_metadata=False,
        builtin_cloud_formation_validation=VALIDATION,
    )
    if VALIDATION:
        from cdk_nag import AwsSolutionsChecks  # a second of loading that tests and deployments are spared

        aws_cdk.Validations.of(app).add_plugins(AwsSolutionsChecks(app, verbose=True))
    settings = Settings.of(app)
    # Concrete, so that synthesis asks nobody; under the CLI these are the deployer's own.
    env = aws_cdk.Environment(
        account=os.environ.get("CDK_DEFAULT_ACCOUNT", "111111111111"),
        region=os.environ.get("CDK_DEFAULT_REGION", "us-east-1"),
    )
    data = DataStack(app, "BodyBroker-Data", env=env, settings=settings)
    identity = IdentityStack(app, "BodyBroker-Identity", env=env, settings=settings)
    spending = SpendingStack(app, "BodyBroker-Spending", env=env, settings=settings, data=data)
    models = ModelsStack(app, "BodyBroker-Models", env=env, settings=settings)
    memory = MemoryStack(app, "BodyBroker-Memory", env=env, settings=settings, data=data)
    cloud = CloudStack(app, "BodyBroker-Cloud", env=env, settings=settings)
    bronze = None
    if models.bronze is not None:
        bronze = BronzeStack(app, "BodyBroker-Bronze", env=env, endpoint=models.bronze, spending=spending)
    adapters = (
        AdaptersStack(app, "BodyBroker-Adapters", env=env, settings=settings, silver=models.silver)
        if models.silver is not None
        else None
    )
    asking = Asking(models, adapters, spending)
    generation = GenerationStack(app, "BodyBroker-Generation", env=env, settings=settings, data=data, asking=asking)
    api = ApiStack(
        app,
        "BodyBroker-Api",
        env=env,
        data=data,
        identity=identity,
        asking=asking,
        cloud=cloud,
        generation=generation,
        memory=memory,
    )
    pipelines = PipelinesStack(app, "BodyBroker-Pipelines", env=env, data=data, spending=spending, memory=memory)
    ObservabilityStack(
        app,
        "BodyBroker-Observability",
        env=env,
        settings=settings,
        data=data,
        spending=spending,
        models=models,
        cloud=cloud,
        bronze=bronze,
        api=api,
        adapters=adapters,
        generation=generation,
        memory=memory,
        pipelines=pipelines,
    )
    aws_cdk.Tags.of(app).add("application", "body-broker")
    return app


if __name__ == "__main__":
    build(outdir=os.environ.get("CDK_OUTDIR", str(Path("cdk.out")))).synth()
