"""At dawn new bodies come in and the police go through their files; a raid comes at its minute."""

from bodybroker.world.crime.investigation import dawn
from bodybroker.world.crime.raid import raid
from bodybroker.world.crime.stores import restock
from bodybroker.world.draft import Draft
from bodybroker.world.state import State


def due(state: State) -> list[int]:
    """When a raid comes."""
    case = state.crime.case
    return [] if case is None or case.raid_minute is None else [case.raid_minute]


def step(draft: Draft) -> None:
    """A raid whose minute has come, unless the player is in danger: then it waits."""
    state = draft.state
    if state.conflict.danger is None and any(minute <= state.minute for minute in due(state)):
        raid(draft)


def turn_phase(draft: Draft) -> None:
    """At dawn."""
    if draft.state.phase == "day":
        restock(draft)
        dawn(draft)
