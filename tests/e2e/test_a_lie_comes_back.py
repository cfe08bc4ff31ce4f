"""`make play SCRIPT=a_lie_comes_back`, without the install: a lie goes from mouth to mouth, and a rewind unsays it."""

import json
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[2]


def test_a_lie_comes_back_and_is_forgotten_after_a_rewind(cloud) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "play", "--script", "a_lie_comes_back", "--state-dir", str(cloud.state_dir)],
        cwd=ROOT, capture_output=True, text=True, timeout=300,
    )  # fmt: skip
    assert done.returncode == 0, done.stdout + done.stderr
    assert "bribe" in done.stdout and "believes:" in done.stdout and "lied by the broker" in done.stdout
    assert "nobody has ever heard of it" in done.stdout
    summary = json.loads((ROOT / "build" / "play.json").read_text())
    assert summary["ok"]
    assert summary["steps_done"] == summary["steps_total"]
    assert any(turn["source"] == "model" for turn in summary["turns"])
