"""Deploy the CDK app to the running local cloud: `python -m local_cloud deploy`.

The same app and the same CLI as on AWS. A phase is skipped when its inputs are those with which it last succeeded.
"""

import json
import os
import shutil
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import boto3
from botocore.exceptions import ClientError

from local_cloud.paths import Paths, read_json
from scripts import build, trees

ACCOUNT, REGION = "000000000000", "us-east-1"
STEAM_SECRET = "bodybroker/steam"  # noqa: S105
STEAM_SEED = {"app_id": "480", "publisher_key": "local"}
LAST_STACK = "BodyBroker-Observability"
BOOTSTRAP_VERSION = "/cdk-bootstrap/hnb659fds/version"

Outputs = dict[str, dict[str, str]]
"""The outputs of every stack, by stack."""

Say = Callable[[str], None]


class DeploymentFailed(RuntimeError):
    """A phase failed; the message says which, and ends with what it printed last."""


def deploy(state_dir: Path) -> int:
    """The command: deploy, and print how long each phase took and where the API is; an exit status."""
    try:
        outputs = deploy_to(state_dir)
    except DeploymentFailed as failure:
        print(failure, file=sys.stderr)
        return 1
    print(outputs["BodyBroker-Api"]["ApiUrl"])
    return 0


def deploy_to(state_dir: Path, say: Say = print) -> Outputs:
    """Build, synthesise and deploy to the local cloud of ``state_dir``, which must be up. Raises DeploymentFailed."""
    endpoints = read_json(Paths(state_dir).endpoints)
    if endpoints is None:
        raise DeploymentFailed("not running; start it with: python -m local_cloud up")
    assembly = prepare(say)
    deployment = _Deployment(endpoints["aws"], state_dir)
    with _timed("bootstrap", say):
        deployment.bootstrap(assembly)
    with _timed("deploy", say):
        outputs = deployment.deploy(assembly)
    deployment.seed_steam(endpoints["steam"])
    return outputs


def prepare(say: Say = print) -> Path:
    """Build and synthesise what `deploy` will deploy, with no cloud up yet; the cloud assembly's folder."""
    with _timed("build", say):
        build.build(build.TARGETS["local"])
    with _timed("synth", say):
        return _synthesise()


def _synthesise() -> Path:
    assembly = build.OUT / "cdk.out"
    stamps = sorted([*build.OUT.glob("layers/*/local.stamp"), *build.OUT.glob("*/*.stamp")])
    sources = [build.ROOT / name for name in ("cdk", "cdk.json", "step_functions")]

    def make(fresh: Path) -> None:
        environment = clean_environment() | {
            "CDK_OUTDIR": str(fresh),
            "CDK_VALIDATION": "false",  # `make synth` validates; a laptop need not do it at every start
            "CDK_DEFAULT_ACCOUNT": ACCOUNT,
            "CDK_DEFAULT_REGION": REGION,
            "BODYBROKER_TARGET": "local",
        }
        run([sys.executable, "-m", "cdk.app"], environment, "synth")

    trees.rebuild(assembly, trees.digest(*sources, *stamps), make)
    return assembly


class _Deployment:
    """One deployment to one running local cloud."""

    def __init__(self, url: str, state_dir: Path) -> None:
        self._url = url
        self._digest = state_dir / "deployed.sha256"
        self._outputs = state_dir / "outputs.json"

    def bootstrap(self, assembly: Path) -> None:
        """Make the CDK toolkit stack unless it is there."""
        try:
            self._client("ssm").get_parameter(Name=BOOTSTRAP_VERSION)
        except ClientError:
            self._cdk(assembly, "bootstrap", f"aws://{ACCOUNT}/{REGION}")

    def deploy(self, assembly: Path) -> Outputs:
        """Deploy every stack of ``assembly`` unless exactly this was deployed before and still is."""
        digest = trees.digest(assembly)
        if not (self._stands() and self._digest.is_file() and self._digest.read_text("utf-8") == digest):
            self._digest.unlink(missing_ok=True)
            self._cdk(
                assembly,
                "deploy",
                *("--all", "--require-approval", "never", "--method", "direct"),
                *("--concurrency", "6", "--asset-parallelism", "--asset-prebuild=false"),
                *("--progress", "events", "--outputs-file", str(self._outputs)),
            )
            self._digest.write_text(digest, "utf-8")
        outputs: Outputs = read_json(self._outputs)
        return outputs

    def seed_steam(self, api_url: str) -> None:
        """Point the Steam secret at the local Steam."""
        value = json.dumps({**STEAM_SEED, "api_url": api_url}, sort_keys=True)
        secrets = self._client("secretsmanager")
        if secrets.get_secret_value(SecretId=STEAM_SECRET)["SecretString"] != value:
            secrets.put_secret_value(SecretId=STEAM_SECRET, SecretString=value)

    def _stands(self) -> bool:
        try:
            stacks = self._client("cloudformation").describe_stacks(StackName=LAST_STACK)["Stacks"]
        except ClientError:
            return False
        return str(stacks[0]["StackStatus"]) in ("CREATE_COMPLETE", "UPDATE_COMPLETE")

    def _client(self, service: str) -> Any:
        return boto3.client(
            service,
            endpoint_url=self._url,
            region_name=REGION,
            aws_access_key_id="bodybroker-local",
            aws_secret_access_key="local",  # noqa: S106
        )

    def _cdk(self, assembly: Path, command: str, *arguments: str) -> None:
        node = shutil.which("node", path=_path())
        if node is None:
            raise DeploymentFailed("node is missing: run `make install`")
        cli = build.ROOT / "node_modules" / "aws-cdk" / "bin" / "cdk"
        environment = clean_environment() | {
            "AWS_ENDPOINT_URL": self._url,
            # The CLI remembers the account of an access key for ever: this one is the local cloud's alone.
            "AWS_ACCESS_KEY_ID": "bodybroker-local",
            "AWS_SECRET_ACCESS_KEY": "local",
            "AWS_REGION": REGION,
            "CDK_DISABLE_CLI_TELEMETRY": "true",
        }
        options = ["--app", str(assembly), "--no-notices", "--no-color"]
        run([node, str(cli), command, *options, *arguments], environment, command)


def clean_environment() -> dict[str, str]:
    """This process's environment without anybody's AWS account in it, and with our Node before others."""
    ours = {name: value for name, value in os.environ.items() if not name.startswith(("AWS_", "CDK_"))}
    nothing = {"AWS_CONFIG_FILE": os.devnull, "AWS_SHARED_CREDENTIALS_FILE": os.devnull}
    return ours | nothing | {"PATH": _path(), "PYTHONPATH": str(build.ROOT)}


def _path() -> str:
    return os.pathsep.join([str(Path(sys.executable).parent), os.environ.get("PATH", "")])


def run(command: list[str], environment: dict[str, str], phase: str) -> None:
    done = subprocess.run(command, cwd=build.ROOT, env=environment, capture_output=True, text=True, check=False)
    if done.returncode != 0:
        last = "\n".join((done.stdout + done.stderr).splitlines()[-40:])
        raise DeploymentFailed(f"{phase} failed:\n{last}")


@contextmanager
def _timed(name: str, say: Say) -> Iterator[None]:
    started = time.monotonic()
    yield
    say(f"[deploy] {name}: {time.monotonic() - started:.1f} s")
