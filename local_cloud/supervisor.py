"""The supervisor: one detached process that starts the services, watches them and starts again those that die."""

import argparse
import os
import signal
import socket
import subprocess
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from types import FrameType
from typing import Any

from local_cloud.paths import Paths, read_json, write_json
from local_cloud.processes import Identity, die_with_parent
from local_cloud.services import NAMES, Service, services, url

ServiceList = Callable[[Paths, Mapping[str, int]], list[Service]]

_POLL_S = 0.1
_FIRST_BACK_OFF_S = 0.5
_LONGEST_BACK_OFF_S = 30.0
_STABLE_S = 60.0  # a child that lived this long starts again without delay


class PortTaken(RuntimeError):
    """A kept port is in use; the URLs of a deployed product depend on it, so no other is chosen."""


@dataclass
class Child:
    """A service and its current process."""

    service: Service
    port: int
    process: subprocess.Popen[bytes] | None = None
    identity: Identity | None = None
    healthy: bool = False
    started_at: float = 0.0
    start_again_at: float = 0.0
    deaths: int = 0
    back_off_s: float = _FIRST_BACK_OFF_S

    def record(self) -> dict[str, Any]:
        """What processes.json says of it."""
        return {
            "pid": self.identity.pid if self.identity else None,
            "started": self.identity.started if self.identity else None,
            "state": "healthy" if self.healthy else "starting" if self.process else "restarting",
            "deaths": self.deaths,
            "url": url(self.port),
        }


class Supervisor:
    """Runs the services of one state directory until SIGTERM or SIGINT."""

    def __init__(self, paths: Paths, service_list: ServiceList = services, names: tuple[str, ...] = NAMES) -> None:
        self._paths = paths
        self._stopping = False
        ports = allocate_ports(paths, names)
        self._children = [Child(service, ports[service.name]) for service in service_list(paths, ports)]
        self._self = Identity.of(os.getpid())
        self._die_with_parent = die_with_parent()

    def run(self) -> None:
        """Supervise until told to stop; every child has ended on return."""
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, self._stop)
        self._paths.logs.mkdir(parents=True, exist_ok=True)
        try:
            while not self._stopping:
                changed = [self._step(child) for child in self._children]
                if any(changed):
                    self._publish()
                time.sleep(_POLL_S)
        finally:
            self._end_children()

    def _stop(self, number: int, frame: FrameType | None) -> None:
        self._stopping = True

    def _step(self, child: Child) -> bool:
        """Start, check or bury a child; true when its record changed."""
        if child.process is None:
            if time.monotonic() < child.start_again_at:
                return False
            self._start(child)
            return True
        if child.process.poll() is not None:
            self._bury(child)
            return True
        if not child.healthy and _answers(url(child.port) + child.service.health_path):
            child.healthy = True
            print(f"{child.service.name} is healthy after {time.monotonic() - child.started_at:.1f} s", flush=True)
            return True
        return False

    def _start(self, child: Child) -> None:
        with self._paths.log(child.service.name).open("ab") as log:
            child.process = subprocess.Popen(
                child.service.command,
                env=dict(child.service.environment),
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                preexec_fn=self._die_with_parent,  # this process has one thread
            )
        child.identity = Identity.of(child.process.pid)
        child.started_at = time.monotonic()

    def _bury(self, child: Child) -> None:
        assert child.process is not None
        if time.monotonic() - child.started_at > _STABLE_S:
            child.back_off_s = _FIRST_BACK_OFF_S
        status = child.process.returncode
        print(f"{child.service.name} ended with status {status}, again in {child.back_off_s:.1f} s", flush=True)
        child.start_again_at = time.monotonic() + child.back_off_s
        child.back_off_s = min(child.back_off_s * 2, _LONGEST_BACK_OFF_S)
        child.process, child.identity, child.healthy = None, None, False
        child.deaths += 1

    def _publish(self) -> None:
        children = {child.service.name: child.record() for child in self._children}
        supervisor = {"pid": self._self.pid, "started": self._self.started}
        if all(child.healthy for child in self._children):
            urls = {child.service.endpoint: url(child.port) for child in self._children}
            pids = {name: record["pid"] for name, record in children.items()}
            write_json(self._paths.endpoints, {**urls, "pids": {"supervisor": self._self.pid, **pids}})
        # Last, so that whoever sees a service healthy finds it where `endpoints` says.
        write_json(self._paths.processes, {"supervisor": supervisor, "children": children})

    def _end_children(self) -> None:
        """End them in reverse order: the gateway answers nobody before its emulator is gone."""
        for child in reversed(self._children):
            if child.process is None:
                continue
            child.process.terminate()
            try:
                child.process.wait(timeout=child.service.grace_s)
            except subprocess.TimeoutExpired:
                child.process.kill()
                child.process.wait()
        self._paths.endpoints.unlink(missing_ok=True)
        self._paths.processes.unlink(missing_ok=True)


def allocate_ports(paths: Paths, names: tuple[str, ...]) -> dict[str, int]:
    """The kept port of every service, or a free one. Raises PortTaken."""
    ports: dict[str, int] = read_json(paths.ports) or {}
    probes = []
    for name in names:
        probe = socket.socket()
        probes.append(probe)  # all stay open until the last is chosen, so that no two are equal
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", ports.get(name, 0)))
        except OSError as error:
            raise PortTaken(f"port {ports[name]} of the {name} is in use by another program") from error
        ports[name] = probe.getsockname()[1]
    for probe in probes:
        probe.close()
    write_json(paths.ports, ports)
    return ports


def _answers(health_url: str) -> bool:
    try:
        with urllib.request.urlopen(health_url, timeout=2):  # noqa: S310  # our own loopback URL
            return True
    except urllib.error.HTTPError as answer:
        return answer.code < 500
    except OSError:
        return False


def main() -> None:
    """`python -m local_cloud.supervisor --state-dir D`."""
    parser = argparse.ArgumentParser(prog="python -m local_cloud.supervisor", description=__doc__)
    parser.add_argument("--state-dir", type=Path, required=True)
    Supervisor(Paths(parser.parse_args().state_dir)).run()


if __name__ == "__main__":
    main()
