"""The state machine `rebuild_projections` in a real interpreter, with a function that answers as its tasks do."""

import io
import json
import time
import zipfile
from pathlib import Path
from uuid import uuid4

import pytest
import yaml

DEFINITION = Path(__file__).parents[3] / "step_functions/rebuild_projections.asl.yaml"
TIMEOUT_S = 60
FUNCTION = """
PAGES = {pages!r}

def handler(event, context):
    if event["task"] == "list":
        number = event["cursor"] or 0
        cursor = number + 1 if number + 1 < len(PAGES) else None
        return {{"worlds": [{{"player": "p", "world": world}} for world in PAGES[number]], "cursor": cursor}}
    assert event["task"] == "rebuild" and event["player"] == "p"
    if event["world"].startswith("bad"):
        raise RuntimeError("this log is damaged")
    return {{"version": 1}}
"""


@pytest.fixture
def run(aws_client):
    """Runs the state machine over pages of worlds; gives the finished execution and the worlds that were tried."""
    functions, states = aws_client("lambda"), aws_client("stepfunctions")

    def run(*pages: list[str]):
        name = f"rebuild-{uuid4()}"
        code = io.BytesIO()
        with zipfile.ZipFile(code, "w") as archive:
            archive.writestr("index.py", FUNCTION.format(pages=pages))
        function = functions.create_function(
            FunctionName=name,
            Runtime="python3.13",
            Role="arn:aws:iam::000000000000:role/test",
            Handler="index.handler",
            Code={"ZipFile": code.getvalue()},
        )
        text = json.dumps(yaml.safe_load(DEFINITION.read_text()))
        for task in ("Rebuild", "Memories"):
            text = text.replace(f"${{{task}FunctionArn}}", function["FunctionArn"])
        machine = states.create_state_machine(name=name, definition=text, roleArn="arn:aws:iam::000000000000:role/test")
        started = states.start_execution(stateMachineArn=machine["stateMachineArn"], input="{}")
        deadline = time.monotonic() + TIMEOUT_S
        while time.monotonic() < deadline:
            found = states.describe_execution(executionArn=started["executionArn"])
            if found["status"] != "RUNNING":
                return found
            time.sleep(0.05)
        raise TimeoutError(f"still running: {found}")

    return run


def test_every_world_of_every_page_is_rebuilt(run):
    done = run(["a", "b", "c"], [], ["d"])
    assert done["status"] == "SUCCEEDED", (done.get("error"), done.get("cause"))
    assert json.loads(done["output"]) == {"rebuilt": 4}


def test_no_worlds_at_all_is_a_success(run):
    done = run([])
    assert done["status"] == "SUCCEEDED", (done.get("error"), done.get("cause"))
    assert json.loads(done["output"]) == {"rebuilt": 0}


@pytest.mark.parametrize("pages", [[["bad-1"]], [["a", "bad-1"], ["b"]], [["bad-1", "bad-2", "c"], ["bad-3"]]])
def test_worlds_that_fail_do_not_stop_the_others_and_fail_the_run(run, pages):
    done = run(*pages)
    assert (done["status"], done["error"]) == ("FAILED", "WorldsNotRebuilt"), done
    bad = sorted(world for page in pages for world in page if world.startswith("bad"))
    assert sorted(failure["world"] for failure in json.loads(done["cause"])) == bad
