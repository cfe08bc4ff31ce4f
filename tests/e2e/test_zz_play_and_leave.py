"""A person at a terminal: plays, leaves, comes back to where they stopped; Ctrl-C leaves nothing running."""

import os
import signal
import sys
from collections.abc import Iterator
from pathlib import Path

import pexpect
import psutil
import pytest

ROOT = Path(__file__).parents[2]


@pytest.fixture
def at_rest(cloud) -> Iterator[Path]:
    """The deployed local cloud, ended, with no game to go on with; it is up again afterwards."""
    cloud.run("down")
    (cloud.state_dir / "player.json").unlink(missing_ok=True)
    yield cloud.state_dir
    cloud.run("up")


def play(state_dir: Path, *arguments: str) -> pexpect.spawn:
    command = ["-m", "play", "--state-dir", str(state_dir), *arguments]
    plain = {**os.environ, "TERM": "dumb"}
    return pexpect.spawn(
        sys.executable, command, cwd=str(ROOT), env=plain, timeout=120, dimensions=(50, 140), encoding="utf-8"
    )


def running(state_dir: Path) -> list[str]:
    """Command lines of processes that belong to this local cloud."""
    found = []
    for process in psutil.process_iter(["cmdline"]):
        line = " ".join(process.info["cmdline"] or [])
        if str(state_dir) in line and process.pid != psutil.Process().pid:
            found.append(line)
    return found


def test_a_player_comes_back_to_where_they_stopped(at_rest: Path) -> None:
    first = play(at_rest)
    first.expect(r" 1 city +Go to ([^(\r\n]+) \(")
    street = first.match.group(1)
    first.expect(">: ")
    first.sendline("1")
    first.expect("travelled")
    first.expect(">: ")
    first.sendline("q")
    first.expect(pexpect.EOF)
    first.close()
    assert first.exitstatus == 0
    assert running(at_rest) == []

    second = play(at_rest)
    second.expect(street)
    second.expect("Day 1, 13:")
    second.expect(">: ")
    second.sendline("h")
    second.expect("world created")
    second.expect("travelled")
    second.sendline("q")
    second.expect(pexpect.EOF)
    second.close()
    assert second.exitstatus == 0


def test_ctrl_c_leaves_nothing_running(at_rest: Path) -> None:
    night = play(at_rest, "--script", "first_night")
    night.expect("rob_morgue")
    night.kill(signal.SIGINT)
    night.expect("leaving")
    night.expect(pexpect.EOF)
    night.close()
    assert night.exitstatus == 1
    assert running(at_rest) == []
