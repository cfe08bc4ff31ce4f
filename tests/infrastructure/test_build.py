"""What the build makes."""

import importlib.util
import json
import re
import subprocess
import sys
import tarfile
from pathlib import Path

import pytest
from botocore import xform_name

from scripts import build, trees

LOCAL = build.TARGETS["local"]
ASKS_FOR_A_CLIENT = re.compile(r'\b(?:create_)?client\(\s*"([a-z0-9-]+)"')


@pytest.fixture
def out(tmp_path, monkeypatch):
    """An empty build folder."""
    monkeypatch.setattr(build, "OUT", tmp_path)
    return tmp_path


def _snapshot(root: Path) -> dict[str, bytes]:
    return {path.relative_to(root).as_posix(): path.read_bytes() for path in root.rglob("*") if path.is_file()}


@pytest.mark.parametrize(
    "make",
    [lambda: build.bodybroker_layer(LOCAL), lambda: build.third_party_layer("stream", LOCAL)],
    ids=["ours", "theirs"],
)
def test_a_layer_has_the_same_bytes_every_time(out, make):
    assert make()
    first = _snapshot(out)
    for stamp in out.rglob("*.stamp"):
        stamp.unlink()
    assert make()
    assert _snapshot(out) == first


def test_what_is_up_to_date_is_left_alone(out):
    assert build.function("commands")
    assert not build.function("commands")
    (out / "functions" / "commands.stamp").write_text("of other sources")
    assert build.function("commands")


def test_byte_code_is_trusted_without_a_look_at_the_source(out):
    build.bodybroker_layer(LOCAL)
    package = out / "layers" / "bodybroker" / "local" / "python" / "bodybroker"
    compiled = Path(importlib.util.cache_from_source(str(package / "__init__.py")))
    flags = int.from_bytes(compiled.read_bytes()[4:8], "little")
    assert flags == 0b01  # by hash, unchecked (PEP 552)


def test_configuration_is_in_the_layer_as_json(out):
    build.bodybroker_layer(LOCAL)
    configs = out / "layers" / "bodybroker" / "local" / "python" / "bodybroker" / "configs"
    documents = {path.relative_to(configs).with_suffix("").as_posix() for path in configs.rglob("*.json")}
    sources = build.ROOT / "configs"
    assert documents == {path.relative_to(sources).with_suffix("").as_posix() for path in sources.rglob("*.yaml")}
    assert json.loads((configs / "prices.json").read_text())["tokens"]["gold"]["source"]


def test_an_endpoints_archive_has_its_members_at_the_root(out):
    build.endpoint("gold")
    archive = out / "endpoints" / "gold" / "model.tar.gz"
    with tarfile.open(archive) as tar:
        members = tar.getmembers()
    assert {"serving.properties", "code/serve.py"} <= {member.name for member in members}
    assert {(member.mtime, member.uid, member.uname) for member in members} == {(0, 0, "")}
    first = archive.read_bytes()
    (out / "endpoints" / "gold.stamp").unlink()
    build.endpoint("gold")
    assert archive.read_bytes() == first


def test_the_embedding_archive_has_its_weights_both_servers_and_what_the_container_lacks(out):
    build.embedding_endpoint()
    with tarfile.open(out / "endpoints" / "embedding" / "model.tar.gz") as tar:
        names = set(tar.getnames())
    weights = {name for name in names if name.startswith("weights/")}
    assert {name.rpartition(".")[2] for name in weights} == {"safetensors", "json"} and len(weights) == 2
    assert {"code/serve.py", "code/inference.py", "code/embedder/model.py"} <= names
    assert "code/container/tokenizers/__init__.py" in names
    assert not [name for name in names if "wordllama" in name], "only the weights of that package"


def test_an_option_of_an_endpoint_changes_what_it_names_and_keeps_the_rest(out):
    build.endpoint("gold-int4")
    settled = (out / "endpoints" / "gold-int4" / "serving.properties").read_text().splitlines()
    assert "option.model_id=Qwen/Qwen2.5-3B-Instruct-AWQ" in settled
    assert "option.max_model_len=4096" in settled
    assert not [line for line in settled if line.startswith("option.quantize")]
    with tarfile.open(out / "endpoints" / "gold-int4" / "model.tar.gz") as tar:
        assert tar.extractfile("serving.properties").read().decode().splitlines() == settled


def test_every_tier_and_option_is_built():
    names = build.endpoint_names()
    assert {"gold", "silver", "bronze", "guard"} <= set(names)
    assert {"gold-int4", "silver-int4", "bronze-int4", "gold-tensorrt_llm", "guard-tensorrt_llm"} == {
        name for name in names if "-" in name
    }


def test_the_sdk_knows_exactly_the_services_that_the_code_calls():
    sources = [*trees.files(build.ROOT / "layers" / "bodybroker"), *trees.files(build.ROOT / "functions")]
    called = {name for path in sources if path.suffix == ".py" for name in ASKS_FOR_A_CLIENT.findall(path.read_text())}
    assert called == set(build.SDK)


def test_the_sdk_knows_exactly_the_operations_that_the_code_calls():
    sources = "".join(path.read_text() for path in trees.files(build.ROOT / "layers" / "bodybroker" / "adapters"))
    called = set(re.findall(r"\b_?(?:\w+_client|client|kms)\.([a-z0-9_]+)\(", sources)) - {"client"}
    known = {xform_name(operation) for operations in build.SDK.values() for operation in operations.split()}
    assert called == known


def test_a_service_model_keeps_everything_but_prose():
    model = {"documentation": "prose", "shapes": {"documentation": {"type": "string", "documentation": "prose"}}}
    assert build.undocumented(model) == {"shapes": {"documentation": {"type": "string"}}}


def test_a_service_model_keeps_the_shapes_of_its_operations():
    shapes = {
        "In": {"type": "structure", "members": {"Items": {"shape": "Items"}}},
        "Items": {"type": "list", "member": {"shape": "Item"}},
        "Item": {"type": "map", "key": {"shape": "Text"}, "value": {"shape": "Item"}},
        "Text": {"type": "string"},
        "Unused": {"type": "string"},
    }
    operations = {"Put": {"input": {"shape": "In"}, "errors": []}, "Get": {"input": {"shape": "Unused"}}}
    model = {"operations": operations, "shapes": shapes}
    build.keep_operations(model, ["Put"])
    assert set(model["operations"]) == {"Put"}
    assert set(model["shapes"]) == {"In", "Items", "Item", "Text"}


def test_the_sdk_still_makes_its_clients(out):
    build.third_party_layer("aws", LOCAL)
    program = f"""
import sys; sys.path.insert(0, {str(out / "layers" / "aws" / "local" / "python")!r})
import botocore.session
for service in {list(build.SDK)!r}:
    client = botocore.session.get_session().create_client(
        service, region_name="eu-west-1", aws_access_key_id="a", aws_secret_access_key="b")
    list(client.meta.service_model.client_context_parameters)
    print(client.meta.endpoint_url)
"""
    done = subprocess.run([sys.executable, "-I", "-S", "-c", program], capture_output=True, text=True, check=True)
    assert done.stdout.split() == [
        "https://dynamodb.eu-west-1.amazonaws.com",
        "https://kms.eu-west-1.amazonaws.com",
        "https://lambda.eu-west-1.amazonaws.com",
        "https://s3.eu-west-1.amazonaws.com",
        "https://api.sagemaker.eu-west-1.amazonaws.com",
        "https://runtime.sagemaker.eu-west-1.amazonaws.com",
        "https://secretsmanager.eu-west-1.amazonaws.com",
        "https://sns.eu-west-1.amazonaws.com",
        "https://sqs.eu-west-1.amazonaws.com",
        "https://states.eu-west-1.amazonaws.com",
    ]


def test_a_digest_sees_names_modes_and_contents(tmp_path):
    script = tmp_path / "run.sh"
    script.write_text("true")
    seen = {trees.digest(tmp_path)}
    script.chmod(0o755)
    seen.add(trees.digest(tmp_path))
    script.write_text("false")
    seen.add(trees.digest(tmp_path))
    script.rename(tmp_path / "start.sh")
    seen.add(trees.digest(tmp_path))
    assert len(seen) == 4
