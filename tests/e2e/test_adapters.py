"""Operators bring an adapter from its archive to the players and back, with the commands of docs/operating.md."""

import base64
import gzip
import hashlib
import json
import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import boto3
import pytest
from bodybroker.kernel import configuration

from play.game import Game
from tests.fakes.lora import pack, small_model, write_adapter

ROOT = Path(__file__).parents[2]
SUBJECT = "e2e-subject"
"""Nobody's in the game: other tests go on hearing the base model."""
FILED_S = 60
"""How long an entry may take from the settlement into the ledger's files."""

Operate = Callable[..., tuple[int, Any]]


@pytest.fixture
def environment(cloud) -> dict[str, str]:
    return {
        "AWS_ENDPOINT_URL": cloud.endpoints["aws"],
        "AWS_ACCESS_KEY_ID": "bodybroker-local",
        "AWS_SECRET_ACCESS_KEY": "local",
        "AWS_DEFAULT_REGION": "us-east-1",
    }


@pytest.fixture
def operate(environment: dict[str, str]) -> Operate:
    """Runs one command; its exit status and what it printed."""

    def run(*arguments: str) -> tuple[int, Any]:
        done = subprocess.run(
            [sys.executable, "-m", "scripts.adapters", *arguments],
            cwd=ROOT,
            env={**os.environ, **environment, "PYTHONPATH": f"{ROOT}{os.pathsep}{ROOT / 'layers'}"},
            capture_output=True,
            text=True,
            timeout=300,
            check=False,
        )
        assert done.stdout, done.stderr
        return done.returncode, json.loads(done.stdout)

    return run


@pytest.fixture
def say(environment: dict[str, str]) -> Callable[[str], str]:
    """What silver says through a component."""
    settings = {name.lower(): value for name, value in environment.items()}
    runtime = boto3.client(
        "sagemaker-runtime",
        endpoint_url=settings["aws_endpoint_url"],
        region_name=settings["aws_default_region"],
        aws_access_key_id=settings["aws_access_key_id"],
        aws_secret_access_key=settings["aws_secret_access_key"],
    )

    def ask(component: str) -> str:
        hear(component)  # from here on each answer starts from the same cached prompt
        return hear(component)

    def hear(component: str) -> str:
        messages = [{"role": "user", "content": "Tell me about the night."}]
        body = json.dumps({"messages": messages, "max_tokens": 16, "temperature": 0})
        answer = runtime.invoke_endpoint(
            EndpointName="bodybroker-silver", InferenceComponentName=f"bodybroker-silver-{component}", Body=body
        )
        return str(json.loads(answer["Body"].read())["choices"][0]["message"]["content"])

    return ask


def described(folder: Path, seed: int, subject: str = SUBJECT) -> Path:
    """An archive and its description, as `make adapter` leaves them."""
    archive = pack(write_adapter(folder / f"weights-{seed}", seed=seed))
    digest = hashlib.sha256(archive).hexdigest()
    file = folder / f"e2e-{seed}.json"
    file.with_suffix(".tar.gz").write_bytes(archive)
    base = f"SmolLM2-135M-Instruct@{hashlib.sha256(small_model().read_bytes()).hexdigest()}"
    name = f"e2e-{seed}-{digest[:8]}"
    file.write_text(json.dumps({"name": name, "subject": subject, "base": base, "digest": digest, "scores": {}}))
    return file


@pytest.fixture
def retired(operate: Operate) -> Iterator[list[str]]:
    """Names that the test adds are retired after it."""
    names: list[str] = []
    yield names
    for name in names:
        operate("retire", name)


def test_from_the_archive_to_the_players_and_back(operate, say, retired, tmp_path) -> None:
    base, names = say("base"), []
    for seed in (os.getpid(), os.getpid() + 1):
        file = described(tmp_path, seed)
        status, answer = operate("register", str(file))
        assert status == 0, answer
        name = answer["adapter"]["name"]
        retired.append(name)
        names.append(name)
        assert operate("promote", name, "--per-mille", "50")[1]["adapter"]["per_mille"] == 50
        assert operate("promote", name)[1]["adapter"]["state"] == "live"
    first, second = (say(name) for name in names)
    assert len({base, first, second}) == 3
    assert operate("rollback", names[1])[1]["adapter"]["state"] == "retired"
    states = {one["name"]: one["state"] for one in operate("list", "--subject", SUBJECT)[1]["adapters"]}
    assert (states[names[0]], states[names[1]]) == ("live", "retired")
    told = operate("list", "--history-of", names[0])[1]["history"]
    assert [entry["state"] for entry in told] == ["candidate", "canary", "live", "retired", "live"]
    assert (say(names[0]), say("base")) == (first, base)


def test_a_ghoul_speaks_with_the_voice_of_its_race_and_the_ledger_names_it(
    cloud, environment, operate, retired, graveyard, tmp_path
) -> None:
    _, answer = operate("register", str(described(tmp_path, os.getpid() + 3, subject="ghoul")))
    name = answer["adapter"]["name"]
    retired.append(name)
    operate("promote", name, "--per-mille", "1000")
    player = player_of(graveyard)
    command = [sys.executable, "-m", "scripts.change_plan", player, "vip"]
    settings = {**os.environ, **environment, "PYTHONPATH": f"{ROOT}{os.pathsep}{ROOT / 'layers'}"}
    subprocess.run(command, cwd=ROOT, env=settings, check=True, capture_output=True, timeout=60)
    graveyard.client.refresh()
    time.sleep(configuration.load("adapters")["cache_s"] + 1)
    npc = graveyard.npc("ghoul")
    graveyard.meet(npc)
    (*_, done) = graveyard.client.turn(graveyard.id, npc["npc_id"], "Good evening.")
    assert (done.data["source"], done.data["model"]) == ("model", "bodybroker-silver")
    deadline = time.monotonic() + FILED_S
    while ("line", "silver", name) not in (filed := ledger(environment)):
        assert time.monotonic() < deadline, filed
        time.sleep(1)


def player_of(game: Game) -> str:
    body = game.client.tokens["access_token"].split(".")[1]
    return str(json.loads(base64.urlsafe_b64decode(body + "=" * (-len(body) % 4)))["sub"])


def ledger(environment: dict[str, str]) -> set[tuple[str, str, str | None]]:
    """The job, the tier and the adapter of every call that was filed."""
    s3 = boto3.client(
        "s3",
        endpoint_url=environment["AWS_ENDPOINT_URL"],
        region_name=environment["AWS_DEFAULT_REGION"],
        aws_access_key_id=environment["AWS_ACCESS_KEY_ID"],
        aws_secret_access_key=environment["AWS_SECRET_ACCESS_KEY"],
    )
    (bucket,) = (one["Name"] for one in s3.list_buckets()["Buckets"] if "books" in one["Name"])
    pages = s3.get_paginator("list_objects_v2").paginate(Bucket=bucket)
    files = (one["Key"] for page in pages for one in page.get("Contents", ()) if one["Key"].endswith(".gz"))
    lines = (
        line
        for key in files
        for line in gzip.decompress(s3.get_object(Bucket=bucket, Key=key)["Body"].read()).splitlines()
    )
    return {(entry["job"], entry["tier"], entry["adapter"]) for entry in map(json.loads, lines)}


def test_what_does_not_fit_is_refused_with_its_reason(operate, tmp_path) -> None:
    file = described(tmp_path, os.getpid() + 2)
    good = json.loads(file.read_text())
    for changes, code in (
        ({"digest": "0" * 64}, "adapter_digest"),
        ({"base": f"another@{'f' * 64}"}, "adapter_of_another_base"),
        ({"name": "Not A Name", "subject": "!"}, "invalid_event"),
    ):
        file.write_text(json.dumps(good | changes))
        status, answer = operate("register", str(file))
        assert (status, answer["problem"]["code"]) == (1, code)
    assert operate("promote", "nobody")[1]["problem"]["code"] == "unknown_adapter"
