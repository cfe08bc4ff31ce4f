"""The crew: who works for the player."""

from typing import Literal

from bodybroker.world.state import State

Role = Literal["runner", "muscle", "lookout", "chemist", "accountant"]


def count(state: State, role: Role) -> int:
    """How many of the crew are in this role and at liberty."""
    return 0
