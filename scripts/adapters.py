"""Operators' LoRA adapters: `python -m scripts.adapters register FILE | promote NAME [--per-mille N] | rollback …`.

`register` takes the description that `make adapter` writes, uploads the archive beside it and registers it. Every
operation is one call of the deployed function, on the AWS that the environment names.
"""

import argparse
import json
import sys
from pathlib import Path
from typing import Any

import boto3
from botocore.config import Config

from scripts.deployed import physical_name

STACK = "BodyBroker-Adapters"
PATIENCE_S = 900
"""An adapter is loaded before the function answers."""


def main() -> int:
    """Print what became of it; 1 when it was refused."""
    arguments = vars(_parser().parse_args())
    file = arguments.pop("file", None)
    event = {name: value for name, value in arguments.items() if value is not None}
    if file is not None:
        event |= _uploaded(file)
    if event["operation"] not in ("list", "reconcile"):
        event["by"] = boto3.client("sts").get_caller_identity()["Arn"]
    answer = _invoke(event)
    print(json.dumps(answer, indent=2))
    return 1 if "problem" in answer or "errorMessage" in answer else 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    operations = parser.add_subparsers(dest="operation", required=True)
    operations.add_parser("register", help="upload and take in a candidate").add_argument("file", type=Path)
    promote = operations.add_parser("promote", help="a candidate to the canary of some players, the canary to all")
    promote.add_argument("--per-mille", type=int, help="players whom the canary answers; without it, it goes live")
    rollback = operations.add_parser("rollback", help="take a canary or a live adapter back")
    retire = operations.add_parser("retire", help="end an adapter")
    for named in (promote, rollback, retire):
        named.add_argument("name")
    shown = operations.add_parser("list", help="show adapters")
    shown.add_argument("--subject", help="only those of an NPC, a race or a job")
    shown.add_argument("--history-of", help="what happened to one of them")
    operations.add_parser("reconcile", help="load and unload what should be, now")
    return parser


def _uploaded(file: Path) -> dict[str, Any]:
    """The description in `file`, with the place in the bucket to which the archive beside it was uploaded."""
    described: dict[str, Any] = json.loads(file.read_text("utf-8"))
    bucket, key = physical_name(STACK, "AWS::S3::Bucket", "Archives"), f"{described['name']}.tar.gz"
    boto3.client("s3").upload_file(str(file.with_suffix(".tar.gz")), bucket, key)
    return described | {"uri": f"s3://{bucket}/{key}"}


def _invoke(event: dict[str, Any]) -> dict[str, Any]:
    function = physical_name(STACK, "AWS::Lambda::Function", "Adapters")
    client = boto3.client("lambda", config=Config(read_timeout=PATIENCE_S, retries={"total_max_attempts": 1}))
    answer: dict[str, Any] = json.load(client.invoke(FunctionName=function, Payload=json.dumps(event))["Payload"])
    return answer


if __name__ == "__main__":
    sys.exit(main())
