"""Powers end; at dawn humanity comes back to those who abstain, and people talk of those who have lost it."""

from bodybroker.world.draft import Draft
from bodybroker.world.powers import events
from bodybroker.world.powers.humanity import stage
from bodybroker.world.state import State, heated


def due(state: State) -> list[int]:
    """When powers end."""
    return [power.active_until for power in state.powers.owned.values() if power.active_until]


def step(draft: Draft) -> None:
    """Powers whose time has come end."""
    for name, power in sorted(draft.state.powers.owned.items()):
        if 0 < power.active_until <= draft.state.minute:
            draft.add(events.PowerEnded(name))


def turn_phase(draft: Draft) -> None:
    """Dawn stirs what is left of the human."""
    state, rules = draft.state, draft.rules
    if state.phase != "day":
        return
    player, recovery = state.player, rules.powers.recovery
    humanity = player.humanity
    if state.minute - state.powers.last_minute >= recovery.abstain_minutes:
        humanity = max(humanity, min(humanity + recovery.points, recovery.recovers_to))
    heat = heated(state, stage(state, rules).heat_per_dawn)
    if (humanity, heat) != (player.humanity, player.heat):
        draft.add(events.HumanityStirred(humanity, heat))
