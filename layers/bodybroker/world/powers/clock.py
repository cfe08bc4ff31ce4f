"""How it lives on."""

from bodybroker.world.draft import Draft
from bodybroker.world.state import State


def due(state: State) -> list[int]:
    """When something is due."""
    return []


def step(draft: Draft) -> None:
    """What is due, happens."""


def turn_phase(draft: Draft) -> None:
    """At dawn and at dusk."""
