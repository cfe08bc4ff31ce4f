"""What each function weighs and what its cold start costs: ``python -m scripts.function_report``.

Sizes and layers are those of the synthesised templates. Import time is CPU time in an isolated interpreter that sees
the function and its layers and nothing else, the smallest of several runs, next to a baseline measured in the same
runs: boto3 with one client, a pydantic model and Powertools' REST resolver.
"""

import base64
import json
import os
import re
import subprocess
import sys
import sysconfig
import tempfile
import threading
import zipfile
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from rich.console import Console
from rich.table import Table

from local_cloud.deploy import prepare

RUNS = 7
BUDGET = 1.1
LATENCY_CRITICAL = frozenset({"authorizer", "commands", "encounters", "turns"})
MODULES_SHOWN = 4

BASELINE = """
import boto3
boto3.client("dynamodb")
from pydantic import BaseModel
class Model(BaseModel):
    text: str
    number: int
from aws_lambda_powertools.event_handler import APIGatewayRestResolver
APIGatewayRestResolver()
"""
HANDLER = "import handler"
WEB_FUNCTION = """
import asyncio, uvicorn, handler
async def start_up():
    async with handler.app.router.lifespan_context(handler.app):
        pass
asyncio.run(start_up())
"""
MEASURED = """
import sys, time
sys.path[:0] = {paths!r}
started = time.process_time()
{code}
print(time.process_time() - started)
"""
IMPORTED = re.compile(r"import time:\s+(\d+) \|\s+\d+ \|\s+(\S+)")


@dataclass(frozen=True)
class Function:
    """A function as its template has it: folders and environment."""

    name: str
    code: Path
    layers: tuple[Path, ...]
    environment: dict[str, str]
    start: str
    """Python that does what Lambda's start-up phase does."""

    @property
    def paths(self) -> list[str]:
        """Its ``sys.path``, as on Lambda."""
        return [str(self.code), *(str(layer / "python") for layer in self.layers)]


def functions(assembly: Path) -> Iterator[Function]:
    """Every function of the templates in a cloud assembly."""
    for template in sorted(assembly.glob("*.template.json")):
        resources = json.loads(template.read_text("utf-8"))["Resources"]
        for resource in resources.values():
            if resource["Type"] == "AWS::Lambda::Function":
                yield _function(resource["Properties"], resources, assembly)


def _function(properties: dict[str, Any], resources: dict[str, Any], assembly: Path) -> Function:
    def folder(location: dict[str, Any]) -> Path:
        return assembly / f"asset.{location['S3Key'].removesuffix('.zip')}"

    variables = properties["Environment"]["Variables"]
    return Function(
        name=variables["POWERTOOLS_SERVICE_NAME"],
        code=folder(properties["Code"]),
        # A layer given by ARN is somebody else's binary (the Web Adapter) and holds no Python.
        layers=tuple(
            folder(resources[layer["Ref"]]["Properties"]["Content"])
            for layer in properties["Layers"]
            if isinstance(layer, dict)
        ),
        environment={name: value if isinstance(value, str) else "deployed" for name, value in variables.items()},
        start=WEB_FUNCTION if properties["Handler"] == "run.sh" else HANDLER,
    )


def zipped_bytes(folder: Path) -> int:
    """The size of ``folder`` as the archive that Lambda gets."""
    with tempfile.TemporaryFile() as file:
        with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
            for path in _everything(folder):
                archive.write(path, path.relative_to(folder))
        return file.tell()


def unzipped_bytes(*folders: Path) -> int:
    """The size of all files under ``folders``; Lambda allows 250 MB."""
    return sum(path.stat().st_size for folder in folders for path in _everything(folder))


def _everything(folder: Path) -> Iterator[Path]:
    return (path for path in sorted(folder.rglob("*")) if path.is_file())


class Kms(BaseHTTPRequestHandler):
    """The one AWS call that functions make while they start: the authorizer reads the public key."""

    KEY = (
        rsa.generate_private_key(65537, 2048).public_key().public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
    )

    def do_POST(self) -> None:
        body = json.dumps({"KeyId": "key", "PublicKey": base64.b64encode(self.KEY).decode()}).encode()
        self.send_response(200)
        self.send_header("content-length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: object) -> None:
        """Say nothing."""


def start(paths: list[str], code: str, environment: dict[str, str], *options: str) -> subprocess.CompletedProcess[str]:
    """Run ``code`` in an interpreter that sees only the standard library and ``paths``."""
    program = MEASURED.format(paths=paths, code=code)
    return subprocess.run(  # noqa: S603
        [sys.executable, "-I", "-S", *options, "-c", program],
        env=environment,
        capture_output=True,
        text=True,
        check=True,
    )


def import_seconds(paths: list[str], code: str, environment: dict[str, str]) -> float:
    """CPU seconds of one start."""
    return float(start(paths, code, environment).stdout.split()[-1])


def heaviest(paths: list[str], code: str, environment: dict[str, str]) -> str:
    """The packages whose modules take longest to import, with their milliseconds."""
    spent: Counter[str] = Counter()
    for microseconds, module in IMPORTED.findall(start(paths, code, environment, "-X", "importtime").stderr):
        spent[module.split(".")[0]] += int(microseconds)
    return ", ".join(f"{package} {microseconds // 1000}" for package, microseconds in spent.most_common(MODULES_SHOWN))


def main() -> None:
    """Print the table."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), Kms)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    aws = {
        "AWS_ENDPOINT_URL": f"http://127.0.0.1:{server.server_port}",
        "AWS_REGION": "us-east-1",
        "AWS_DEFAULT_REGION": "us-east-1",
        "AWS_ACCESS_KEY_ID": "report",
        "AWS_SECRET_ACCESS_KEY": "report",
        "HOME": os.devnull,
    }
    found = sorted(functions(prepare()), key=lambda function: function.name)
    measured = {"": ([sysconfig.get_path("purelib")], BASELINE, aws)}
    for function in found:
        on_lambda = {**aws, **function.environment, "AWS_LAMBDA_FUNCTION_NAME": function.name}
        measured[function.name] = (function.paths, function.start, on_lambda)
    # Runs take turns, so that a busy moment of the machine falls on all alike.
    times = [{name: import_seconds(*what) for name, what in measured.items()} for _ in range(RUNS)]
    best = {name: min(run[name] for run in times) for name in measured}
    _print(found, best, {name: heaviest(*what) for name, what in measured.items()})
    server.shutdown()


def _print(found: list[Function], best: dict[str, float], heaviest: dict[str, str]) -> None:
    baseline = best[""]
    table = Table("function", "zip KB", "with layers MB", "import ms", "of baseline", "heaviest packages, ms", "budget")
    for function in found:
        ratio = best[function.name] / baseline
        verdict = ("held" if ratio <= BUDGET else "OVER") if function.name in LATENCY_CRITICAL else "-"
        table.add_row(
            function.name,
            f"{zipped_bytes(function.code) / 1e3:.1f}",
            f"{unzipped_bytes(function.code, *function.layers) / 1e6:.1f}",
            f"{best[function.name] * 1e3:.0f}",
            f"{ratio:.2f}",
            heaviest[function.name],
            verdict,
        )
    console = Console(width=None if sys.stdout.isatty() else 140)
    console.print(table)
    console.print(
        f"baseline: {baseline * 1e3:.0f} ms ({heaviest['']}); budget of latency-critical functions: {BUDGET} of it"
    )


if __name__ == "__main__":
    main()
