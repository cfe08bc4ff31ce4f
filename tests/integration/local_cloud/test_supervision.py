"""The supervisor and its control, with small web servers in place of the real services."""

import json
import os
import signal
import socket
import sys
import urllib.request
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import psutil
import pytest

from local_cloud.cli import main
from local_cloud.control import LocalCloud, NotALocalCloud, StartFailed

SERVER = """
import http.server, os, signal, sys
name, port = sys.argv[1], int(sys.argv[2])
if os.environ.get("BROKEN") == name: sys.exit(f"{name} cannot start")
if os.environ.get("STUBBORN") == name: signal.signal(signal.SIGTERM, signal.SIG_IGN)
class Handler(http.server.BaseHTTPRequestHandler):
    def do_GET(self): self.send_response(200); self.end_headers(); self.wfile.write(str(os.getpid()).encode())
    def log_message(self, *_): pass
http.server.HTTPServer(("127.0.0.1", port), Handler).serve_forever()
"""

SUPERVISOR = f"""
import os, sys
from pathlib import Path
from local_cloud.paths import Paths
from local_cloud.services import Service
from local_cloud.supervisor import Supervisor

def fakes(paths, ports):
    command = (sys.executable, "-c", {SERVER!r})
    return [Service(name, name, (*command, name, str(ports[name])), "/", 1.0, os.environ) for name in ports]

Supervisor(Paths(Path(sys.argv[1])), fakes, ("one", "two")).run()
"""


@pytest.fixture
def cloud(tmp_path: Path) -> Iterator[LocalCloud]:
    script = tmp_path / "supervisor.py"
    script.write_text(SUPERVISOR)
    state = tmp_path / "state"
    cloud = LocalCloud(state, (sys.executable, str(script), str(state)))
    yield cloud
    cloud.down()


def test_up_is_idempotent_and_down_ends_everything(cloud: LocalCloud) -> None:
    told: list[str] = []
    endpoints = cloud.up(told.append)
    assert sorted(line.split()[0] for line in told) == ["one", "two"], "each once, as soon as it is ready"
    assert json.loads(cloud.paths.endpoints.read_text()) == endpoints
    assert {name: _pid_at(endpoints[name]) for name in ("one", "two")} == {
        name: endpoints["pids"][name] for name in ("one", "two")
    }
    assert cloud.up() == endpoints
    assert cloud.down()
    assert not any(psutil.pid_exists(pid) and _alive(pid) for pid in endpoints["pids"].values())
    assert cloud.endpoints() is None and not cloud.paths.endpoints.exists()
    assert not cloud.down()
    again = cloud.up()
    assert (again["one"], again["two"]) == (endpoints["one"], endpoints["two"]), "ports are kept"


def test_a_dead_child_is_started_again(cloud: LocalCloud, wait: Callable[..., Any]) -> None:
    endpoints = cloud.up()
    os.kill(endpoints["pids"]["two"], signal.SIGKILL)
    wait(lambda: cloud.processes()["two"]["deaths"] == 1 and cloud.processes()["two"]["state"] == "healthy")
    assert cloud.endpoints()["two"] == endpoints["two"]
    assert _pid_at(endpoints["two"]) == cloud.endpoints()["pids"]["two"] != endpoints["pids"]["two"]
    assert cloud.endpoints()["pids"]["one"] == endpoints["pids"]["one"]


@pytest.mark.skipif(sys.platform != "linux", reason="the kernel's parent-death signal")
def test_children_die_with_a_killed_supervisor(cloud: LocalCloud, wait: Callable[..., Any]) -> None:
    pids = cloud.up()["pids"]
    os.kill(pids["supervisor"], signal.SIGKILL)
    wait(lambda: not any(_alive(pid) for pid in pids.values()))
    assert cloud.processes() == {} and cloud.endpoints() is None


def test_the_next_up_ends_children_that_outlived_their_supervisor(
    cloud: LocalCloud, monkeypatch: pytest.MonkeyPatch, wait: Callable[..., Any]
) -> None:
    monkeypatch.setenv("STUBBORN", "one")
    monkeypatch.setattr("local_cloud.control._STOP_S", 1.0)
    pids = cloud.up()["pids"]
    os.kill(pids["supervisor"], signal.SIGKILL)
    wait(lambda: not _alive(pids["two"]))
    assert _alive(pids["one"])
    again = cloud.up()
    assert not _alive(pids["one"])
    assert _pid_at(again["one"]) == again["pids"]["one"]


def test_a_service_that_cannot_start_is_named_and_nothing_is_left(
    cloud: LocalCloud, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("BROKEN", "two")
    with pytest.raises(StartFailed, match=r"the two keeps ending:\n(.*\n)*.*two cannot start"):
        cloud.up()
    assert not cloud.paths.processes.exists()
    assert not [p for p in psutil.process_iter(["cmdline"]) if str(cloud.paths.state_dir) in (p.info["cmdline"] or [])]


def test_a_taken_port_is_reported(cloud: LocalCloud) -> None:
    endpoints = cloud.up()
    cloud.down()
    port = int(endpoints["one"].rpartition(":")[2])
    with (
        socket.create_server(("127.0.0.1", port)),
        pytest.raises(StartFailed, match=f"port {port} of the one is in use"),
    ):
        cloud.up()


def test_reset_forgets_everything_but_never_a_foreign_folder(cloud: LocalCloud, tmp_path: Path) -> None:
    pids = cloud.up()["pids"]
    cloud.reset()
    assert not cloud.paths.state_dir.exists()
    assert not any(_alive(pid) for pid in pids.values())
    foreign = tmp_path / "foreign"
    foreign.mkdir()
    (foreign / "thesis.txt").write_text("years of work")
    with pytest.raises(NotALocalCloud):
        LocalCloud(foreign).reset()
    assert (foreign / "thesis.txt").exists()


def test_the_command_line_shows_what_runs(cloud: LocalCloud, capsys: pytest.CaptureFixture[str]) -> None:
    def run(*arguments: str) -> tuple[int, str]:
        status = main(["--state-dir", str(cloud.paths.state_dir), *arguments])
        return status, capsys.readouterr().out

    assert run("status") == (3, "not running\n")
    assert run("url")[0] == 3
    endpoints = cloud.up()
    status, shown = run("status")
    assert status == 0 and endpoints["one"] in shown and shown.count("healthy") == 2
    status, shown = run("logs", "supervisor")
    assert status == 0 and "supervisor | one is healthy" in shown
    assert run("down") == (0, "ended\n")


def _pid_at(url: str) -> int:
    with urllib.request.urlopen(url, timeout=5) as answer:
        return int(answer.read())


def _alive(pid: int) -> bool:
    try:
        return psutil.Process(pid).status() != psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return False
