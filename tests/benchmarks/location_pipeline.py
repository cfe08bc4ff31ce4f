"""How the making of a place scales with the specialists asked at once: `python -m tests.benchmarks.location_pipeline`.

The state machine runs in a real interpreter (a bare MiniStack); in the specialists' place stands a function that takes
DELAY_S for each entity, as an endpoint with enough replicas would. What the interpreter and cold starts of functions
cost is in the wall time, so the table is of a second run, when the functions are warm.
"""

import io
import json
import tempfile
import time
import zipfile
from pathlib import Path
from typing import Any

import botocore.session
import yaml

from tests.fakes.ministack import ministack

DEFINITION = Path(__file__).parents[2] / "step_functions/generate_location.asl.yaml"
ENTITIES, DELAY_S = 20, 1.0
REPLICAS = (1, 2, 5, 10, 20, 40)
ROLE = "arn:aws:iam::000000000000:role/bench"
FUNCTION = f"""
import time

def handler(event, context):
    task = event.get("task", "check")
    if task == "describe":
        time.sleep({DELAY_S})
    return {{"verdict": "coherent", "entities": [], "status": "done"}}
"""


def main() -> None:
    """Print the table."""
    with tempfile.TemporaryDirectory() as folder, ministack(Path(folder)) as url:
        session = botocore.session.Session()
        session.set_credentials("test", "test")
        functions, states = (
            session.create_client(service, region_name="us-east-1", endpoint_url=url)
            for service in ("lambda", "stepfunctions")
        )
        machine = _machine(functions, states)
        print(f"{ENTITIES} entities in one wave, {DELAY_S:g} s each\n")
        print("replicas   wall s   by the slowest entity   least possible s")
        for replicas in REPLICAS:
            _run(states, machine, replicas)
            wall = _run(states, machine, replicas)
            least = DELAY_S * -(-ENTITIES // replicas)
            print(f"{replicas:8d} {wall:8.2f} {wall / DELAY_S:23.2f} {least:18.1f}", flush=True)


def _machine(functions: Any, states: Any) -> str:
    code = io.BytesIO()
    with zipfile.ZipFile(code, "w") as archive:
        archive.writestr("index.py", FUNCTION)
    function = functions.create_function(
        FunctionName="specialist",
        Runtime="python3.13",
        Role=ROLE,
        Handler="index.handler",
        Code={"ZipFile": code.getvalue()},
        Timeout=60,
    )
    text = json.dumps(yaml.safe_load(DEFINITION.read_text()))
    for key in ("Specialist", "Check", "Commit"):
        text = text.replace(f"${{{key}FunctionArn}}", function["FunctionArn"])
    made = states.create_state_machine(name="generate_location", definition=text, roleArn=ROLE, type="EXPRESS")
    return str(made["stateMachineArn"])


def _run(states: Any, machine: str, concurrency: int) -> float:
    """Seconds from the start of an execution to its end."""
    entities = [f"r{number}" for number in range(ENTITIES)]
    job = {"player": "p", "world": "w", "job_id": "j"}
    given = {"job": job, "waves": [{"entities": entities}], "concurrency": concurrency}
    began = time.monotonic()
    started = states.start_execution(stateMachineArn=machine, input=json.dumps(given))
    while (found := states.describe_execution(executionArn=started["executionArn"]))["status"] == "RUNNING":
        time.sleep(0.02)
    assert found["status"] == "SUCCEEDED", found
    return time.monotonic() - began


if __name__ == "__main__":
    main()
