"""The phases before a night: each runs a command, shows a bar with its latest line, and is timed."""

import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

from rich.console import Console
from rich.progress import BarColumn, Progress, SpinnerColumn, TextColumn, TimeElapsedColumn

KEPT_LINES = 40


class PhaseFailed(Exception):
    """A command of a phase failed; the message holds its last lines."""


class Phases:
    """Runs phases one after another; `seconds` maps each phase's name to its duration."""

    def __init__(self, console: Console, seconds: dict[str, float]) -> None:
        self._console = console
        self.seconds = seconds

    def run(self, name: str, command: Sequence[str], expected_lines: int) -> None:
        """Run `command`; every line it prints moves the bar, whose length is the number of lines a good run prints."""
        columns = (
            SpinnerColumn(),
            TextColumn("{task.fields[phase]:<12}"),
            BarColumn(30),
            TimeElapsedColumn(),
            TextColumn("{task.description}"),
        )
        with Progress(*columns, console=self._console, transient=self._console.is_terminal) as progress:
            task = progress.add_task("", total=expected_lines, phase=name)
            kept = list[str]()
            with subprocess.Popen(  # noqa: S603 - our own modules, no shell
                command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, cwd=Path(__file__).parents[1]
            ) as process:
                for line in process.stdout or ():
                    kept = [*kept[-KEPT_LINES:], line.rstrip()]
                    if line.strip():
                        progress.update(task, advance=1, description=line.strip()[:70])
            self.seconds[name] = progress.tasks[0].elapsed or 0.0
            if process.returncode:
                raise PhaseFailed(f"{name} failed ({process.returncode}):\n" + "\n".join(kept))
            progress.update(task, completed=expected_lines, description="")
        if self._console.is_terminal:
            self._console.print(f"  {name:<12} {self.seconds[name]:6.1f} s")


def module(name: str, *arguments: str) -> list[str]:
    """The command line of one of the project's own modules."""
    return [sys.executable, "-m", name, *arguments]
