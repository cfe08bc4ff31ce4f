"""What the emulator process gives to the planes that live inside it."""

from dataclasses import dataclass
from pathlib import Path

from local_cloud.emulator.journal import Journal


@dataclass(frozen=True)
class EmulatorContext:
    """The surroundings of one emulator process.

    `base_url` is the loopback URL of the AWS port; `lambda_python` and `model_python` are the interpreters
    that functions and model servers run under.
    """

    state_dir: Path
    base_url: str
    lambda_python: Path
    model_python: Path
    journal: Journal
