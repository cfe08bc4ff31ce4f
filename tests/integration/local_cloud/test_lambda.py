"""Functions run as on AWS: errors by class name, a clean environment, only their own code and layers."""

import base64
import io
import json
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import psutil
import pydantic_core
import pytest

Emulator = Any

PROBE = """
import json, os, sys, time

class StaleVersion(Exception):
    pass

def handler(event, context):
    match event["do"]:
        case "raise": raise StaleVersion("the world moved on")
        case "exit": os._exit(3)
        case "sleep": print("sleeping"); time.sleep(60)
        case "pid": return os.getpid()
        case "environment": return dict(os.environ)
        case "path": return sys.path
        case "import": __import__(event["module"]); return "imported"
        case "print": print("to stdout"); print("to stderr", file=sys.stderr); return None
        case "unserializable": return object()
        case "context": return [context.function_name, context.memory_limit_in_mb, context.log_group_name]
"""


@pytest.fixture(scope="module")
def invoke(shared_emulator: Emulator) -> Callable[..., tuple[str | None, Any, str]]:
    """Invoke a function: (FunctionError, payload, log tail)."""
    functions = shared_emulator.client("lambda")

    def run(name: str, **event: Any) -> tuple[str | None, Any, str]:
        answer = functions.invoke(FunctionName=name, Payload=json.dumps(event), LogType="Tail")
        log = base64.b64decode(answer.get("LogResult", "")).decode()
        return answer.get("FunctionError"), json.load(answer["Payload"]), log

    return run


@pytest.fixture(scope="module")
def probe(shared_emulator: Emulator, make_function: Callable[..., str]) -> str:
    return make_function(shared_emulator, "probe", PROBE, Timeout=2, Environment={"Variables": {"OWN": "value"}})


def test_an_exception_keeps_its_name_and_the_worker(probe: str, invoke: Callable[..., Any]) -> None:
    _, pid, _ = invoke(probe, do="pid")
    error, payload, log = invoke(probe, do="raise")
    assert error == "Unhandled"
    assert (payload["errorType"], payload["errorMessage"]) == ("StaleVersion", "the world moved on")
    assert payload["requestId"]
    assert len(payload["stackTrace"]) == 1 and "in handler" in payload["stackTrace"][0]
    assert "[ERROR] StaleVersion: the world moved on" in log
    assert invoke(probe, do="pid")[1] == pid


def test_the_context_object_names_the_function(probe: str, invoke: Callable[..., Any]) -> None:
    assert invoke(probe, do="context")[1] == ["probe", "128", "/aws/lambda/probe"]


def test_broken_environments_are_reported_as_on_aws(
    shared_emulator: Emulator, make_function: Callable[..., str], probe: str, invoke: Callable[..., Any]
) -> None:
    error, payload, _ = invoke(probe, do="exit")
    assert (error, payload["errorType"]) == ("Unhandled", "Runtime.ExitError")
    assert payload["errorMessage"].endswith("Runtime exited with error: exit status 3")
    _, payload, log = invoke(probe, do="sleep")
    assert payload["errorType"] == "Sandbox.Timedout"
    assert payload["errorMessage"].endswith("Task timed out after 2.00 seconds")
    assert "sleeping" in log
    assert invoke(probe, do="unserializable")[1]["errorType"] == "Runtime.MarshalError"
    make_function(shared_emulator, "unimportable", "import boto3\ndef handler(event, context): pass")
    _, payload, _ = invoke("unimportable")
    assert payload["errorType"] == "Runtime.ImportModuleError"
    assert payload["errorMessage"] == "Unable to import module 'app': No module named 'boto3'"
    make_function(shared_emulator, "headless", "")
    assert invoke("headless")[1]["errorType"] == "Runtime.HandlerNotFound"


def test_nothing_of_the_host_is_visible(
    make_emulator: Callable[..., Emulator], make_function: Callable[..., str]
) -> None:
    emulator = make_emulator(HOST_SECRET="leak", AWS_PROFILE="mine")
    make_function(emulator, "probe", PROBE, Environment={"Variables": {"OWN": "value", "AWS_REGION": "nowhere"}})

    def ask(**event: Any) -> Any:
        answer = emulator.client("lambda").invoke(FunctionName="probe", Payload=json.dumps(event))
        return json.load(answer["Payload"])

    environment = ask(do="environment")
    assert environment["OWN"] == "value"
    assert environment["AWS_REGION"] == "us-east-1", "AWS's reserved names win"
    assert environment["AWS_ENDPOINT_URL"] == emulator.url
    assert environment["AWS_LAMBDA_FUNCTION_NAME"] == "probe"
    assert "leak" not in environment.values() and "AWS_PROFILE" not in environment
    assert not [path for path in ask(do="path") if "site-packages" in path]
    for module in ("boto3", "ministack", "pytest", "local_cloud"):
        assert ask(do="import", module=module)["errorType"] == "ModuleNotFoundError"


def test_layers_are_importable_native_code_included(
    shared_emulator: Emulator, make_function: Callable[..., str], invoke: Callable[..., Any]
) -> None:
    functions = shared_emulator.client("lambda")
    package = Path(pydantic_core.__file__).parent
    native = _zip({f"python/pydantic_core/{path.name}": path.read_bytes() for path in package.glob("*.so")} | {
        "python/pydantic_core/__init__.py": b"from pydantic_core._pydantic_core import __version__",
    })  # fmt: skip
    plain = _zip({"python/lib/python3.13/site-packages/plain.py": b"", "python/shadowed.py": b"WHO = 'first'"})
    last = _zip({"python/shadowed.py": b"WHO = 'last'"})
    layers = [
        functions.publish_layer_version(LayerName=name, Content={"ZipFile": content})["LayerVersionArn"]
        for name, content in (("native", native), ("plain", plain), ("last", last))
    ]
    foreign = "arn:aws:lambda:us-east-1:753240598075:layer:LambdaAdapterLayerArm64:30"
    source = "import plain, pydantic_core, shadowed\ndef handler(event, context): return shadowed.WHO"
    make_function(shared_emulator, "layered", source, Layers=[*layers, foreign])
    assert invoke("layered") == (None, "last", "")


def test_output_is_complete_and_kept(
    shared_emulator: Emulator, probe: str, invoke: Callable[..., Any], wait: Callable[..., Any]
) -> None:
    assert invoke(probe, do="print")[2] == "to stdout\nto stderr"
    events = shared_emulator.client("logs").filter_log_events(logGroupName="/aws/lambda/probe")["events"]
    assert {"to stdout", "to stderr"} <= {event["message"] for event in events}
    log = shared_emulator.state_dir / "logs/lambda/probe.log"
    assert "to stdout\nto stderr\n" in wait(log.read_text)


def test_step_functions_catch_and_retry_named_errors(
    shared_emulator: Emulator, make_function: Callable[..., str], wait: Callable[..., Any]
) -> None:
    """Two retries on the named error, then the catch of the other one."""
    counter = shared_emulator.state_dir / "calls"
    source = f"""
class TryAgain(Exception): pass
class GiveUp(Exception): pass
def handler(event, context):
    with open({str(counter)!r}, "a+") as file:
        file.write("x"); file.seek(0)
        raise (TryAgain if len(file.read()) < 3 else GiveUp)("no")
"""
    make_function(shared_emulator, "flaky", source)
    task = {
        "Type": "Task",
        "Resource": "arn:aws:states:::lambda:invoke",
        "Parameters": {"FunctionName": "flaky", "Payload": {}},
        "Retry": [{"ErrorEquals": ["TryAgain"], "IntervalSeconds": 1, "MaxAttempts": 5, "BackoffRate": 1}],
        "Catch": [{"ErrorEquals": ["GiveUp"], "Next": "Caught", "ResultPath": "$.error"}],
        "End": True,
    }
    definition = {"StartAt": "Call", "States": {"Call": task, "Caught": {"Type": "Pass", "End": True}}}
    machines = shared_emulator.client("stepfunctions")
    role = "arn:aws:iam::000000000000:role/any"
    machine = machines.create_state_machine(name="machine", definition=json.dumps(definition), roleArn=role)
    arn = machines.start_execution(stateMachineArn=machine["stateMachineArn"])["executionArn"]
    done = wait(lambda: (d := machines.describe_execution(executionArn=arn))["status"] != "RUNNING" and d)
    assert done["status"] == "SUCCEEDED"
    assert json.loads(done["output"])["error"]["Error"] == "GiveUp"
    assert counter.read_text() == "xxx"


def test_concurrent_invocations_get_their_own_environment(
    shared_emulator: Emulator, make_function: Callable[..., str], invoke: Callable[..., Any]
) -> None:
    """A function that invokes itself would wait forever on a shared worker; it needs an AWS client of its own."""
    source = """
import json, os, urllib.request
def handler(event, context):
    if event["depth"] == 0: return [os.getpid()]
    url = os.environ["AWS_ENDPOINT_URL"] + "/2015-03-31/functions/nested/invocations"
    body = json.dumps({"depth": event["depth"] - 1}).encode()
    with urllib.request.urlopen(urllib.request.Request(url, body)) as answer:
        return [os.getpid(), *json.load(answer)]
"""
    make_function(shared_emulator, "nested", source, Timeout=30)
    pids = invoke("nested", depth=2)[1]
    assert len(set(pids)) == 3


def test_a_killed_emulator_leaves_no_workers_behind(
    emulator: Emulator, make_function: Callable[..., str], wait: Callable[..., Any]
) -> None:
    make_function(emulator, "probe", PROBE)
    answer = emulator.client("lambda").invoke(FunctionName="probe", Payload=b'{"do": "pid"}')
    worker = psutil.Process(json.load(answer["Payload"]))
    assert list((emulator.state_dir / "workers").iterdir())
    emulator.kill()
    wait(lambda: not worker.is_running() or worker.status() == psutil.STATUS_ZOMBIE)
    emulator.start()
    assert not list((emulator.state_dir / "workers").iterdir())


def test_only_loopback_is_bound(shared_emulator: Emulator, probe: str, invoke: Callable[..., Any]) -> None:
    invoke(probe, do="pid")
    process = psutil.Process(shared_emulator.pid)
    everyone = [process, *process.children(recursive=True)]
    listening = [c for p in everyone for c in p.net_connections("all") if c.status == psutil.CONN_LISTEN]
    assert {connection.laddr.ip for connection in listening} == {"127.0.0.1"}
    assert shared_emulator.port in {connection.laddr.port for connection in listening}


def _zip(files: dict[str, bytes]) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    return buffer.getvalue()
