"""Child processes: their group ends as a whole, and they never outlive their parent."""

import asyncio
import os
import signal
import subprocess
import sys
import textwrap
import time
from pathlib import Path

from local_cloud.sagemaker import process

STUBBORN = """
    import os, signal, subprocess, sys, time
    signal.signal(signal.SIGTERM, signal.SIG_IGN)
    child = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(60)"])
    print(child.pid, flush=True)
    time.sleep(60)
"""


def lives(pid):
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except OSError:
        return False


def wait_until(condition):
    deadline = time.monotonic() + 30
    while not condition():
        assert time.monotonic() < deadline, "the condition did not become true"
        time.sleep(0.02)


def test_a_group_that_ignores_sigterm_is_killed_as_a_whole(tmp_path):
    async def scenario():
        command = [sys.executable, "-c", textwrap.dedent(STUBBORN)]
        started = await process.spawn(
            command, directory=tmp_path, environment=process.container_environment(), output=subprocess.PIPE
        )
        grandchild = int(await started.stdout.readline())
        await process.end(started, 0.1)
        return started.returncode, grandchild

    code, grandchild = asyncio.run(scenario())
    assert code == -signal.SIGKILL
    wait_until(lambda: not lives(grandchild))


def test_a_child_dies_with_a_parent_that_is_killed(tmp_path):
    parent = f"""
        import asyncio, pathlib, subprocess, sys
        sys.path.insert(0, {str(Path(__file__).parents[3])!r})
        from local_cloud.sagemaker import process
        async def main():
            child = await process.spawn([sys.executable, "-c", "import os, time; print(os.getpid(), flush=True); "
                "time.sleep(60)"], directory=pathlib.Path("."), environment={{}}, output=subprocess.PIPE)
            print((await child.stdout.readline()).decode(), flush=True)
            await asyncio.sleep(60)
        asyncio.run(main())
    """
    running = subprocess.Popen(
        [sys.executable, "-c", textwrap.dedent(parent)], cwd=tmp_path, stdout=subprocess.PIPE, text=True
    )
    child = int(running.stdout.readline())
    assert lives(child)
    running.kill()
    running.wait()
    running.stdout.close()
    wait_until(lambda: not lives(child))


def test_a_child_whose_parent_is_gone_already_does_not_start(tmp_path):
    child = Path(process.__file__).with_name("child.py")
    ended = subprocess.run([sys.executable, child, "1", "touch", tmp_path / "ran"], capture_output=True, check=False)
    assert ended.returncode == 1
    assert not (tmp_path / "ran").exists()


def test_a_container_sees_nothing_of_the_host_but_where_things_lie(monkeypatch):
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "real")
    monkeypatch.setenv("PYTHONPATH", "/somewhere")
    monkeypatch.setenv("BODYBROKER_MODEL", "ollama/any")
    environment = process.container_environment()
    assert environment["PATH"] == os.environ["PATH"]
    assert environment["BODYBROKER_MODEL"] == "ollama/any"
    assert not environment.keys() & {"AWS_SECRET_ACCESS_KEY", "PYTHONPATH"}
