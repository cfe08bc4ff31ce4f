"""Show the logs of the local cloud: the last lines of each, then new ones as they come."""

import time
from collections.abc import Iterator
from pathlib import Path

_POLL_S = 0.2


def names(folder: Path) -> list[str]:
    """The logs there are: services by name, functions as `lambda/<function>`."""
    return sorted(str(path.relative_to(folder).with_suffix("")) for path in folder.rglob("*.log"))


def last_lines(path: Path, count: int) -> tuple[list[str], int]:
    """The last lines of a log and the position after them."""
    data = path.read_bytes()
    return data.decode(errors="replace").splitlines()[-count:], len(data)


def follow(positions: dict[Path, int]) -> Iterator[tuple[Path, str]]:
    """New whole lines of the logs, from the given positions on, forever."""
    while True:
        for path, position in positions.items():
            with path.open("rb") as file:
                file.seek(position)
                data = file.read()
            whole = data[: data.rfind(b"\n") + 1]
            positions[path] = position + len(whole)
            for line in whole.decode(errors="replace").splitlines():
                yield path, line
        time.sleep(_POLL_S)
