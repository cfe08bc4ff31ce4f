"""Where the local cloud keeps its files, and the interpreters it runs."""

import json
import os
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[1]
DEFAULT_STATE_DIR = ROOT / ".local_cloud"
DEVELOPER_PYTHON = ROOT / ".venv/bin/python"
EMULATOR_PYTHON = ROOT / ".build/envs/emulator/bin/python"
MODEL_PYTHON = ROOT / ".build/envs/model/bin/python"


@dataclass(frozen=True)
class Paths:
    """The files under one state directory."""

    state_dir: Path

    @property
    def ports(self) -> Path:
        """The port of every service, kept across restarts."""
        return self.state_dir / "ports.json"

    @property
    def endpoints(self) -> Path:
        """The URLs of a running local cloud; absent while it is down or starting."""
        return self.state_dir / "endpoints.json"

    @property
    def processes(self) -> Path:
        """The supervisor and its children, by pid and start time."""
        return self.state_dir / "processes.json"

    @property
    def lock(self) -> Path:
        """Held by whoever brings the local cloud up or down."""
        return self.state_dir / "control.lock"

    @property
    def logs(self) -> Path:
        """One file per service, and `lambda/` with one per function."""
        return self.state_dir / "logs"

    @property
    def faults(self) -> Path:
        """The faults that endpoints are ordered to have."""
        return self.state_dir / "faults.json"

    def log(self, name: str) -> Path:
        """The log of a service."""
        return self.logs / f"{name}.log"


def read_json(path: Path) -> Any:
    """The document, or None when there is none."""
    try:
        return json.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        return None


def write_json(path: Path, document: Any) -> None:
    """Replace the file in one step: readers see the old document or the new one."""
    descriptor, scratch = tempfile.mkstemp(dir=path.parent, prefix=path.name)
    with os.fdopen(descriptor, "w", encoding="utf-8") as file:
        json.dump(document, file, indent=2)
        file.write("\n")
    Path(scratch).replace(path)
