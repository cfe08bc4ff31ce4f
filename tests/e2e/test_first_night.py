"""`make play SCRIPT=first_night`, without the install: the command that a newcomer runs, on the deployed cloud."""

import json
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[2]


def test_the_written_night_is_played_to_its_end(cloud) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "play", "--script", "first_night", "--state-dir", str(cloud.state_dir)],
        cwd=ROOT, capture_output=True, text=True, timeout=300,
    )  # fmt: skip
    assert done.returncode == 0, done.stdout + done.stderr
    summary = json.loads((ROOT / "build" / "play.json").read_text())
    assert summary["ok"]
    assert summary["steps_done"] == summary["steps_total"] > 30
    assert summary["turns_spoken"] >= 3
    assert summary["model_turns"] >= summary["turns_spoken"] - 1  # a busy machine may miss one deadline
    assert summary["first_token_ms_median"] > 0
    assert summary["per_token_ms_median"] > 0
    assert summary["completion_tokens"] > 0
    assert summary["cost_nanodollars"] > 0
    assert summary["events"] == summary["version"]
    assert len(summary["hash"]) == 64
    assert summary["asked_ahead"] > 0
    for place in summary["places"]:
        assert place["title"] and sum(place["told"].values()) > 1, place["name"]


def test_an_unknown_night_names_the_written_ones(cloud) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "play", "--script", "no_such_night", "--state-dir", str(cloud.state_dir)],
        cwd=ROOT, capture_output=True, text=True, timeout=300,
    )  # fmt: skip
    assert done.returncode == 1
    assert "first_night" in done.stdout
