"""Run the end-to-end suite against the deployment on AWS: ``python -m scripts.aws_test``.

The tests speak HTTP only; left out are those that kill processes of a local cloud or ask its Steam for tickets.
"""

import json
import os
import subprocess
import sys
import tempfile
from pathlib import Path

import boto3

from scripts.build import ROOT

NEEDS_A_LOCAL_CLOUD = "kill or steam"


def api_url() -> str:
    """The deployed API's address, without its stage."""
    (stack,) = boto3.client("cloudformation").describe_stacks(StackName="BodyBroker-Api")["Stacks"]
    outputs = {output["OutputKey"]: output["OutputValue"] for output in stack["Outputs"]}
    return str(outputs["ApiUrl"]).removesuffix("/").removesuffix("/v1")


def main() -> int:
    """Run the suite; pytest's exit status."""
    with tempfile.TemporaryDirectory() as state:
        Path(state, "endpoints.json").write_text(json.dumps({"api": api_url()}), "utf-8")
        command = [sys.executable, "-m", "pytest", "tests/e2e", "-k", f"not ({NEEDS_A_LOCAL_CLOUD})"]
        done = subprocess.run(command, cwd=ROOT, env=os.environ | {"BODYBROKER_CLOUD": state}, check=False)  # noqa: S603
        return done.returncode


if __name__ == "__main__":
    sys.exit(main())
