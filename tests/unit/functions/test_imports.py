"""What a function loads when it starts: a player waits for every import."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[3]
FORBIDDEN = {
    "boto3",
    "s3transfer",
    "litellm",
    "openai",
    "fastapi",
    "opensearchpy",
    "pynamodb",
    "aws_xray_sdk",
    "yaml",
    "numpy",
    "tcod",
}
TOKENS = {"jwt", "cryptography"}
SEALING = {"jwt", "cryptography.x509", "cryptography.fernet", "cryptography.hazmat.primitives.asymmetric"}
"""What sealing needs is one primitive: none of this."""


@pytest.mark.parametrize(
    ("name", "forbidden"),
    [
        ("authorizer", FORBIDDEN | {"pydantic"}),
        ("accounts", FORBIDDEN | TOKENS),
        ("eraser", FORBIDDEN | TOKENS),
        ("refresh_prices", FORBIDDEN | TOKENS),
        ("worlds", FORBIDDEN | SEALING),
        ("history", FORBIDDEN | SEALING),
        ("behaviour", FORBIDDEN | SEALING),
        ("npcs", FORBIDDEN | SEALING),
        ("branches", FORBIDDEN | SEALING),
        ("commands", FORBIDDEN | SEALING),
        ("encounters", FORBIDDEN | SEALING),
        ("projector", FORBIDDEN | SEALING),
        ("memories", FORBIDDEN | SEALING),
        ("ledger", FORBIDDEN | TOKENS),
        ("budget_sweeper", FORBIDDEN | TOKENS),
        ("webhooks", FORBIDDEN | TOKENS),
        ("specialist", FORBIDDEN | SEALING),
    ],
)
def test_a_function_loads_nothing_that_is_forbidden(name, forbidden):
    script = f"import sys, json, functions.{name}.handler; print(json.dumps(sorted(sys.modules)))"
    done = subprocess.run(
        [sys.executable, "-c", script],
        cwd=ROOT,
        env={"PYTHONPATH": f"{ROOT}:{ROOT / 'layers'}", "PATH": ""},
        capture_output=True,
        text=True,
        timeout=60,
        check=True,
    )
    assert not set(json.loads(done.stdout)) & forbidden
    assert "aws_lambda_powertools.utilities.parser" not in json.loads(done.stdout)
