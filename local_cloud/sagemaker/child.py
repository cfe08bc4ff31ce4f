"""Started as `python child.py PARENT COMMAND...`: become COMMAND, tied to the life of the process PARENT.

The kernel's parent-death signal survives exec, so not even SIGKILL on the emulator leaves a model server behind. A
`preexec_fn` would do the same but runs Python between fork and exec of a process with many threads, where it can hang.
"""

from __future__ import annotations

import ctypes
import os
import signal
import sys

PR_SET_PDEATHSIG = 1


def main(parent: int, command: list[str]) -> None:
    """Ask for the signal, make sure that the parent did not die before that, become the command."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGKILL)
    if os.getppid() != parent:
        raise SystemExit("the parent is gone")
    os.execvp(command[0], command)  # noqa: S606 - the command is the caller's


if __name__ == "__main__":
    main(int(sys.argv[1]), sys.argv[2:])
