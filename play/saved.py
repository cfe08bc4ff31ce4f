"""Where the player stopped: tokens and world, in a file only this user can read."""

import json
import os
from pathlib import Path
from typing import Any


class SavedGame:
    """A small JSON file, replaced as a whole so that a crash never leaves half of it."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self.data: dict[str, Any] = json.loads(path.read_text()) if path.exists() else {}

    def put(self, **values: Any) -> None:
        self.data |= values
        self._path.parent.mkdir(parents=True, exist_ok=True)
        temporary = self._path.with_suffix(".new")
        temporary.touch(mode=0o600)
        temporary.write_text(json.dumps(self.data))
        os.replace(temporary, self._path)  # noqa: PTH105 - atomic on every platform
