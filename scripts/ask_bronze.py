"""Ask the bronze model: ``python -m scripts.ask_bronze "Who built the vault?"``.

Starts the state machine, waits and prints the answer, which may take as long as the model takes to start. Asks the
local cloud, and with ``--aws`` the deployment that the environment names; there a player has to be named, who pays.
``--start`` only prints the execution, ``--execution`` waits for one that was started before.
"""

import argparse
import base64
import json
import sys
import time
import uuid
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import boto3
from bodybroker.models import bronze
from bodybroker.models.inference import read_completion

from local_cloud.deploy import REGION
from local_cloud.paths import DEFAULT_STATE_DIR, Paths, read_json
from play.client import Client

STACK = "BodyBroker-Bronze"
POLL_S = 1.0
JOB = "lore"


class NoAnswer(Exception):
    """The execution failed; the message is its error and cause."""


@dataclass(frozen=True)
class Answer:
    """The text, and what the execution said of it."""

    text: str
    output: dict[str, Any]


class Door:
    """Bronze, as callers reach it: a bucket for questions and a state machine."""

    def __init__(self, session: Any, endpoint_url: str | None = None) -> None:
        def client(service: str) -> Any:
            return session.client(service, endpoint_url=endpoint_url)

        self._s3, self._states = client("s3"), client("stepfunctions")
        stacks = client("cloudformation")
        self._machine = _output(stacks, STACK, "AskBronzeArn")
        self._bucket = _output(stacks, "BodyBroker-Models", "BronzeBucketName")

    def start(self, payer: dict[str, Any], job: str, request: dict[str, Any]) -> str:
        """Ask; the execution's ARN. The question goes through S3, so that the execution's history does not hold it."""
        call_id = str(uuid.uuid4())
        key = f"questions/{call_id}.json"
        self._s3.put_object(Bucket=self._bucket, Key=key, Body=json.dumps(request).encode())
        question = {"call_id": call_id, "job": job, "payer": payer, "request_location": f"s3://{self._bucket}/{key}"}
        # Named by the call, so that one call is one execution however often this is sent.
        started = self._states.start_execution(stateMachineArn=self._machine, name=call_id, input=json.dumps(question))
        return str(started["executionArn"])

    def wait(self, execution: str) -> Answer:
        """The answer; raises NoAnswer."""
        while (found := self._states.describe_execution(executionArn=execution))["status"] == "RUNNING":
            time.sleep(POLL_S)
        if found["status"] != "SUCCEEDED":
            raise NoAnswer(f"{found.get('error', found['status'])}: {found.get('cause', '')}")
        output = json.loads(found["output"])
        bucket, _, key = output["location"].removeprefix("s3://").partition("/")
        body = self._s3.get_object(Bucket=bucket, Key=key)["Body"].read()
        return Answer(read_completion(body).text, output)


def _output(stacks: Any, name: str, key: str) -> str:
    """An output of a stack."""
    (stack,) = stacks.describe_stacks(StackName=name)["Stacks"]
    return next(str(output["OutputValue"]) for output in stack["Outputs"] if output["OutputKey"] == key)


def local_door(state_dir: Path) -> Door | None:
    """The door of the local cloud that runs there."""
    endpoints = read_json(Paths(state_dir).endpoints)
    if endpoints is None:
        return None
    session = boto3.Session("bodybroker-local", "local", region_name=REGION)
    return Door(session, endpoints["aws"])


def new_guest(state_dir: Path) -> str:
    """A player of the local cloud to pay: a budget is somebody's."""
    with Client(f"{read_json(Paths(state_dir).endpoints)['api']}/v1") as client:
        claims = client.sign_in()["access_token"].split(".")[1]
    return str(json.loads(base64.urlsafe_b64decode(claims + "=" * (-len(claims) % 4)))["sub"])


def parse(arguments: list[str]) -> argparse.Namespace:
    """The command line."""
    parser = argparse.ArgumentParser(prog="python -m scripts.ask_bronze", description=__doc__.splitlines()[0])
    parser.add_argument("question", nargs="?")
    parser.add_argument("--aws", action="store_true", help="ask the deployment on AWS")
    parser.add_argument("--state-dir", type=Path, default=DEFAULT_STATE_DIR, help="of the local cloud")
    parser.add_argument("--player", help="who pays (local cloud: a new guest)")
    parser.add_argument("--plan", default="free", choices=["free", "basic", "premium", "vip"], help="the player's plan")
    parser.add_argument("--job", default=JOB, choices=sorted(bronze.load().jobs))
    parser.add_argument("--max-tokens", type=int, default=256)
    parser.add_argument("--start", action="store_true", help="do not wait; print the execution")
    parser.add_argument("--execution", help="wait for this one")
    parsed = parser.parse_args(arguments)
    if (parsed.question is None) == (parsed.execution is None):
        parser.error("either a question or --execution is needed")
    if parsed.aws and parsed.question is not None and parsed.player is None:
        parser.error("--aws needs --player")
    return parsed


def main(arguments: list[str]) -> int:
    """The command; 1 where there is no answer."""
    parsed = parse(arguments)
    door = Door(boto3.Session()) if parsed.aws else local_door(parsed.state_dir)
    if door is None:
        print("no local cloud runs: python -m local_cloud up, then deploy", file=sys.stderr)
        return 1
    execution = parsed.execution
    if execution is None:
        payer = {"player": parsed.player or new_guest(parsed.state_dir), "plan": parsed.plan}
        messages = [{"role": "user", "content": parsed.question}]
        execution = door.start(payer, parsed.job, {"messages": messages, "max_tokens": parsed.max_tokens})
    if parsed.start:
        print(execution)
        return 0
    try:
        answer = door.wait(execution)
    except NoAnswer as failure:
        print(failure, file=sys.stderr)
        return 1
    usage, dollars = answer.output["usage"], answer.output["cost_nanodollars"] / 1e9
    print(answer.text)
    print(
        f"[{answer.output['model']}: {usage['prompt_tokens']} tokens read, {usage['completion_tokens']} written, "
        f"{dollars:.6f} USD] {answer.output['location']}",
        file=sys.stderr,
    )
    return 0


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
