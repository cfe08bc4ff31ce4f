"""Deploy the CDK app to the running local cloud: `python -m local_cloud deploy`.

The same app and the same CLI as on AWS. A phase is skipped when its inputs are those with which it last succeeded.
"""

import collections
import functools
import json
import os
import re
import shutil
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http import HTTPStatus
from pathlib import Path
from typing import Any

import boto3
from botocore.exceptions import ClientError

from local_cloud import providers
from local_cloud.paths import Paths, read_json
from local_cloud.steam import APP_ID, PUBLISHER_KEY
from scripts import build, trees

ACCOUNT, REGION = "000000000000", "us-east-1"
STEAM_SECRET = "bodybroker/steam"  # noqa: S105
LAST_STACK = "BodyBroker-Observability"
BOOTSTRAP_VERSION = "/cdk-bootstrap/hnb659fds/version"

LINES_SHOWN = 40
SERVED_S = 180.0
COMPLETED = re.compile(r"(?P<stack>\S+) \|.*\| \w+_COMPLETE +\| AWS::(?P<resource>\S+)")
"""What the CLI prints when a resource is done."""

Say = Callable[[str], None]


class DeploymentFailed(RuntimeError):
    """A phase failed; the message says which, and ends with what it printed last."""


def deploy(state_dir: Path) -> int:
    """The command: deploy, and print how long each phase took and where the API is; an exit status."""
    endpoints = read_json(Paths(state_dir).endpoints)
    if endpoints is None:
        print("not running; start it with: python -m local_cloud up", file=sys.stderr)
        return 1
    say = functools.partial(print, flush=True)
    try:
        assembly = prepare(say)
        deployment = _Deployment(endpoints["aws"], assembly, state_dir / "deployed.sha256", say)
        deployment.bootstrap()
        deployment.deploy()
        deployment.seed_steam(endpoints["steam"])
        deployment.seed_providers(endpoints["providers"])
        with _timed("model load", say):
            deployment.wait_until_served(endpoints["api"])
    except DeploymentFailed as failure:
        print(failure, file=sys.stderr)
        return 1
    say(f"{endpoints['api']}/v1/")
    return 0


def prepare(say: Say = print) -> Path:
    """Build and synthesise what `deploy` will deploy, with no cloud up yet; the cloud assembly's folder."""
    with _timed("build", say):
        build.build(build.TARGETS["local"])
    with _timed("synth", say):
        return _synthesise(say)


def _synthesise(say: Say) -> Path:
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
        run([sys.executable, "-m", "cdk.app"], environment, "synth", say)

    trees.rebuild(assembly, trees.digest(*sources, *stamps), make)
    return assembly


class _Deployment:
    """One deployment of one assembly to one running local cloud."""

    def __init__(self, url: str, assembly: Path, record: Path, say: Say) -> None:
        self._url = url
        self._assembly = assembly
        self._record = record
        self._say = say

    def bootstrap(self) -> None:
        """Make the CDK toolkit stack unless it is there."""
        try:
            self._client("ssm").get_parameter(Name=BOOTSTRAP_VERSION)
        except ClientError:
            with _timed("bootstrap", self._say):
                self._cdk("bootstrap", f"aws://{ACCOUNT}/{REGION}")

    def deploy(self) -> None:
        """Deploy every stack unless exactly this was deployed before and still stands."""
        # Assets are named by their digests, so these files say it all; the CLI keeps archives beside them.
        digest = trees.digest(*sorted(self._assembly.glob("BodyBroker-*.json")))
        if self._stands() and self._record.is_file() and self._record.read_text("utf-8") == digest:
            return
        self._record.unlink(missing_ok=True)
        with _timed("deploy", self._say):
            self._cdk(
                "deploy",
                *("--all", "--require-approval", "never", "--method", "direct", "--progress", "events"),
                *("--concurrency", "6", "--asset-parallelism", "--asset-prebuild=false"),
            )
        self._record.write_text(digest, "utf-8")

    def seed_steam(self, api_url: str) -> None:
        """Point the Steam secret at the local Steam."""
        self._keep_secret(STEAM_SECRET, {"app_id": APP_ID, "publisher_key": PUBLISHER_KEY, "api_url": api_url})

    def seed_providers(self, url: str) -> None:
        """Point the secrets of cloud models' providers at their stand-in."""
        for provider, base in providers.BASES.items():
            self._keep_secret(f"bodybroker/{provider}", {"api_key": providers.API_KEY, "api_base": f"{url}{base}"})

    def _keep_secret(self, name: str, members: dict[str, str]) -> None:
        """Store a secret's value unless it stands there."""
        value, secrets = json.dumps(members, sort_keys=True), self._client("secretsmanager")
        try:
            if secrets.get_secret_value(SecretId=name)["SecretString"] == value:
                return
        except ClientError as error:
            if error.response["Error"]["Code"] != "ResourceNotFoundException":  # it has no value yet
                raise
        secrets.put_secret_value(SecretId=name, SecretString=value)

    def wait_until_served(self, api_url: str) -> None:
        """Wait until every model server has loaded its model and the gateway serves the newest deployment."""
        deadline = time.monotonic() + SERVED_S
        while self._loading() or not _answers(f"{api_url}/readyz"):
            if time.monotonic() > deadline:
                raise DeploymentFailed(f"not served after {SERVED_S:.0f} s; see: python -m local_cloud logs")
            time.sleep(0.1)

    def _loading(self) -> bool:
        endpoints = self._client("sagemaker").list_endpoints()["Endpoints"]
        return any(endpoint["EndpointStatus"] != "InService" for endpoint in endpoints)

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

    def _cdk(self, command: str, *arguments: str) -> None:
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
        options = ["--app", str(self._assembly), "--no-notices", "--no-color"]
        run([node, str(cli), command, *options, *arguments], environment, command, self._say)


def clean_environment() -> dict[str, str]:
    """This process's environment without anybody's AWS account in it, and with our Node before others."""
    ours = {name: value for name, value in os.environ.items() if not name.startswith(("AWS_", "CDK_"))}
    nothing = {"AWS_CONFIG_FILE": os.devnull, "AWS_SHARED_CREDENTIALS_FILE": os.devnull}
    return ours | nothing | {"PATH": _path(), "PYTHONPATH": str(build.ROOT)}


def _answers(url: str) -> bool:
    try:
        with urllib.request.urlopen(url, timeout=5) as answer:  # noqa: S310 - our own gateway
            return bool(answer.status == HTTPStatus.OK)
    except OSError:
        return False


def _path() -> str:
    return os.pathsep.join([str(Path(sys.executable).parent), os.environ.get("PATH", "")])


def run(command: list[str], environment: dict[str, str], phase: str, say: Say) -> None:
    """Run a command of ours and say which resources it completed. Raises DeploymentFailed with its last lines."""
    last = collections.deque[str](maxlen=LINES_SHOWN)
    with subprocess.Popen(
        command, cwd=build.ROOT, env=environment, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
    ) as process:
        for line in process.stdout or ():
            last.append(line.rstrip())
            if completed := COMPLETED.match(line):
                say(f"{completed['stack']}: {completed['resource']}")
    if process.returncode != 0:
        raise DeploymentFailed("\n".join([f"{phase} failed:", *last]))


@contextmanager
def _timed(name: str, say: Say) -> Iterator[None]:
    say(f"[deploy] {name}")
    started = time.monotonic()
    yield
    say(f"[deploy] {name}: {time.monotonic() - started:.1f} s")
