"""`python -m local_cloud`: the commands that a developer types."""

import argparse
import sys
import time
from collections.abc import Callable
from pathlib import Path

from local_cloud import faults, logs
from local_cloud.control import LocalCloud, NotALocalCloud, StartFailed
from local_cloud.paths import DEFAULT_STATE_DIR
from local_cloud.services import NAMES

Arguments = argparse.Namespace

_NOT_RUNNING = 3


def main(arguments: list[str] | None = None) -> int:
    """Run one command; the exit status: 0, 1 when it failed, 3 when the local cloud is not (wholly) up."""
    parsed = _parser().parse_args(arguments)
    try:
        return int(parsed.run(LocalCloud(parsed.state_dir), parsed))
    except (StartFailed, NotALocalCloud) as error:
        print(error, file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        return 130


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m local_cloud", description=__doc__)
    parser.add_argument("--state-dir", type=Path, default=DEFAULT_STATE_DIR, help="default: %(default)s")
    commands = parser.add_subparsers(required=True, metavar="command")

    def command(name: str, run: Callable[[LocalCloud, Arguments], int], about: str) -> argparse.ArgumentParser:
        added = commands.add_parser(name, help=about, description=about)
        added.set_defaults(run=run)
        return added

    command("up", _up, "start every service and wait until all are healthy")
    command("down", _down, "end every service; state is kept")
    command("status", _status, "show the services; status 3 when not all are healthy")
    command("reset", _reset, "bring it down and forget all state")
    command("prepare", _prepare, "build and synthesise what `deploy` will deploy, so that it need not")
    command("deploy", _deploy, "deploy the CDK app to the running local cloud")
    faulty = command("fault", _fault, "make a SageMaker endpoint fail, until it is told otherwise")
    faulty.add_argument("endpoint", help="such as bodybroker-gold")
    faulty.add_argument("kind", choices=[*faults.KINDS, "none"], help=_kinds())
    shown = command("logs", _logs, "show logs of services, or of functions as lambda/<function>")
    shown.add_argument("name", nargs="*", help="default: every service")
    shown.add_argument("-f", "--follow", action="store_true", help="go on with new lines")
    shown.add_argument("-n", "--lines", type=int, default=20)
    printed = command("url", _url, "print the URL of the gateway, or of another endpoint")
    printed.add_argument("endpoint", nargs="?", default="api", choices=["api", "aws", "search", "steam", "providers"])
    return parser


def _up(cloud: LocalCloud, _: Arguments) -> int:
    cloud.up(say=lambda line: print(line, flush=True))
    return 0


def _down(cloud: LocalCloud, _: Arguments) -> int:
    print("ended" if cloud.down() else "was not running")
    return 0


def _status(cloud: LocalCloud, _: Arguments) -> int:
    children = cloud.processes()
    for name, child in children.items():
        age = f"{time.time() - child['started']:.0f} s" if child["started"] else "-"
        print(f"{name:<9} {child['state']:<10} pid {child['pid']}  up {age}  {child['url']}  deaths {child['deaths']}")
    if not children:
        print("not running")
    healthy = bool(children) and all(child["state"] == "healthy" for child in children.values())
    return 0 if healthy else _NOT_RUNNING


def _reset(cloud: LocalCloud, _: Arguments) -> int:
    cloud.reset()
    return 0


def _prepare(_: LocalCloud, __: Arguments) -> int:
    from local_cloud.deploy import DeploymentFailed, prepare

    try:
        prepare()
    except DeploymentFailed as failure:
        print(failure, file=sys.stderr)
        return 1
    return 0


def _deploy(cloud: LocalCloud, _: Arguments) -> int:
    from local_cloud.deploy import deploy

    return deploy(cloud.paths.state_dir)


def _kinds() -> str:
    return "; ".join(f"{kind}: {what}" for kind, what in faults.KINDS.items())


def _fault(cloud: LocalCloud, arguments: Arguments) -> int:
    faults.order(cloud.paths.faults, arguments.endpoint, None if arguments.kind == "none" else arguments.kind)
    return 0


def _logs(cloud: LocalCloud, arguments: Arguments) -> int:
    folder = cloud.paths.logs
    chosen = arguments.name or [name for name in ("supervisor", *NAMES) if cloud.paths.log(name).exists()]
    unknown = [name for name in chosen if not cloud.paths.log(name).exists()]
    if unknown:
        print(f"no log of {', '.join(unknown)}; there are: {', '.join(logs.names(folder))}", file=sys.stderr)
        return 1
    positions = {}
    for name in chosen:
        path = cloud.paths.log(name)
        lines, positions[path] = logs.last_lines(path, arguments.lines)
        for line in lines:
            print(f"{name} | {line}")
    if arguments.follow:
        for path, line in logs.follow(positions):
            print(f"{path.relative_to(folder).with_suffix('')} | {line}", flush=True)
    return 0


def _url(cloud: LocalCloud, arguments: Arguments) -> int:
    endpoints = cloud.endpoints()
    if endpoints is None:
        print("not running; start it with: python -m local_cloud up", file=sys.stderr)
        return _NOT_RUNNING
    print(endpoints[arguments.endpoint])
    return 0
