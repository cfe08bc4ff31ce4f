"""How bonds change: for every system that has a reason."""

from bodybroker.kernel.ids import EntityId
from bodybroker.world.bonds.between import SCORES, bounded, moved, resting
from bodybroker.world.bonds.events import BondChanged
from bodybroker.world.draft import Draft
from bodybroker.world.rules import Rules
from bodybroker.world.state import State


def changed(
    state: State,
    of: EntityId,
    towards: EntityId,
    rules: Rules,
    cause: str,
    cause_version: int,
    *,
    trust: int = 0,
    fear: int = 0,
    respect: int = 0,
    desire: int = 0,
    debt_cents: int = 0,
) -> BondChanged | None:
    """What `of` then holds of `towards`, within the bounds of scores and never owing less than nothing.

    `cause` is a word of docs/game/bonds.md, `cause_version` the version of the event that is to blame. None where
    nothing would change; KeyError for an id that is neither an NPC's nor PLAYER.
    """
    rest, shift = resting(state, of, towards, rules), moved(state, of, towards)
    points = {"trust": trust, "fear": fear, "respect": respect, "desire": desire}
    deltas = {name: _delta(getattr(rest, name) + getattr(shift, name), points[name]) for name in SCORES}
    deltas["debt_cents"] = max(debt_cents, -shift.debt_cents)
    if not any(deltas.values()):
        return None
    return BondChanged(of, towards, cause, cause_version, state.minute, **deltas)


def _delta(raw: int, points: int) -> int:
    """Where a bond rests may have moved, so that what has happened leads beyond the bounds: no more once it changes."""
    return bounded(bounded(raw) + points) - raw if points else 0


def change(
    draft: Draft, of: EntityId, towards: EntityId, cause: str, version: int | None = None, **points: int
) -> None:
    """Adds the change, if there is one, to the draft; the last event is to blame unless a version is given."""
    to_blame = draft.state.version if version is None else version
    event = changed(draft.state, of, towards, draft.rules, cause, to_blame, **points)
    if event is not None:
        draft.add(event)
