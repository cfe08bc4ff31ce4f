"""The gateway follows what is deployed, and leaves nothing behind."""

import io
import os
import zipfile
from collections.abc import Callable
from pathlib import Path

import httpx

from tests.integration.local_cloud_gateway.conftest import Api, Emulator, GatewayProcess, wait_until

SERVER = """
import http.server, os, time
class App(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        self.send_response(200)
        self.end_headers()
        if self.path.endswith("held"):
            self.wfile.write(b"held by ")
            while not os.path.exists(os.environ["GATE"]):
                time.sleep(0.01)
        self.wfile.write(b"VERSION " + os.environ.get("COLOUR", "").encode())
http.server.ThreadingHTTPServer(("127.0.0.1", int(os.environ["PORT"])), App).serve_forever()
"""


def archive(version: str, executable: bool = True) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as package:
        script = zipfile.ZipInfo("run.sh")
        script.external_attr = (0o755 if executable else 0o644) << 16
        package.writestr(script, "#!/bin/bash\nexec python server.py\n")
        package.writestr("server.py", SERVER.replace("VERSION", version))
    return buffer.getvalue()


def is_running(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return True


def test_nothing_deployed_is_a_503_until_something_is(
    emulator: Emulator, start_gateway: Callable[..., GatewayProcess]
) -> None:
    gateway = start_gateway("eu-west-1")

    answer = httpx.get(f"{gateway.url}/v1/worlds")

    assert answer.status_code == 503
    assert answer.headers["retry-after"] == "1"
    assert answer.headers["content-type"] == "application/problem+json"
    problem = answer.json()
    assert problem["retryable"] is True
    assert problem["correlation_id"] == answer.headers["x-correlation-id"]
    assert httpx.get(f"{gateway.url}/healthz").json() == {"status": "ok", "deployment": None}
    assert httpx.get(f"{gateway.url}/readyz").status_code == 503

    apigateway = emulator.client("apigateway", "eu-west-1")
    api = apigateway.create_rest_api(name="empty")["id"]
    apigateway.create_deployment(restApiId=api, stageName="v1")
    assert httpx.get(f"{gateway.url}/v1/worlds").status_code == 403
    assert httpx.get(f"{gateway.url}/readyz").status_code == 200


def test_an_emulator_that_is_away_is_a_503(
    start_gateway: Callable[..., GatewayProcess], unused_emulator_url: str
) -> None:
    gateway = start_gateway(emulator_url=unused_emulator_url)

    assert httpx.get(f"{gateway.url}/v1/worlds").status_code == 503
    assert httpx.get(f"{gateway.url}/readyz").status_code == 503


def test_new_routes_code_and_variables_are_served(http: httpx.Client, api: Api) -> None:
    changing = api.function("changing", "run.sh", archive("one"))
    api.method("GET", "/changing/{how}", changing, streamed=True, authorizer=None)
    deployment = api.deploy()
    wait_until(lambda: http.get("/healthz").json()["deployment"] == deployment)
    assert http.get("/v1/changing/now").text == "one "

    api.emulator.client("lambda").update_function_code(FunctionName="changing", ZipFile=archive("two"))
    wait_until(lambda: http.get("/v1/changing/now").text == "two ")

    api.emulator.client("lambda").update_function_configuration(
        FunctionName="changing", Environment={"Variables": {"COLOUR": "red"}}
    )
    wait_until(lambda: http.get("/v1/changing/now").text == "two red")


def test_a_stream_in_flight_ends_on_the_version_that_began_it(http: httpx.Client, api: Api, tmp_path: Path) -> None:
    gate = tmp_path / "gate"
    held = api.function("held", "run.sh", archive("old"), Environment={"Variables": {"GATE": str(gate)}})
    api.method("GET", "/held/{how}", held, streamed=True, authorizer=None)
    api.deploy()
    wait_until(lambda: http.get("/v1/held/now").text == "old ")
    with http.stream("GET", "/v1/held/held") as stream:
        chunks = stream.iter_raw()
        assert next(chunks) == b"held by "
        api.emulator.client("lambda").update_function_code(FunctionName="held", ZipFile=archive("new"))
        wait_until(lambda: http.get("/v1/held/now").text == "new ")
        gate.touch()

        assert b"".join(chunks) == b"old "


def test_a_script_that_may_not_run_is_a_502_as_on_aws(http: httpx.Client, api: Api) -> None:
    broken = api.function("broken", "run.sh", archive("one", executable=False))
    api.method("GET", "/broken/{how}", broken, streamed=True, authorizer=None)
    deployment = api.deploy()
    wait_until(lambda: http.get("/healthz").json()["deployment"] == deployment)

    assert http.get("/v1/broken/now").status_code == 502

    api.emulator.client("lambda").update_function_code(FunctionName="broken", ZipFile=archive("mended"))
    wait_until(lambda: http.get("/v1/broken/now").text == "mended ")


def test_functions_die_with_the_gateway_however_it_dies(api: Api, start_gateway: Callable[..., GatewayProcess]) -> None:
    for end in (GatewayProcess.kill, GatewayProcess.stop):
        gateway = start_gateway()
        wait_until(lambda url=gateway.url: httpx.get(f"{url}/v1/open/page").is_success)
        pid = httpx.get(f"{gateway.url}/v1/open/environment").json()["pid"]
        assert is_running(pid)

        end(gateway)

        wait_until(lambda pid=pid: not is_running(pid))
