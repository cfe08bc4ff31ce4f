"""At dusk debts are paid and bonds fade."""

from bodybroker.kernel.ids import EntityId
from bodybroker.world.base import PLAYER
from bodybroker.world.bonds import events
from bodybroker.world.bonds.changes import change
from bodybroker.world.bonds.state import Shift, members
from bodybroker.world.draft import Draft
from bodybroker.world.state import State, today


def due(state: State) -> list[int]:
    """Nothing but what dusk brings."""
    return []


def step(draft: Draft) -> None:
    """Nothing but what dusk brings."""


def turn_phase(draft: Draft) -> None:
    """A dusk: money is owed, and most of what was felt fades."""
    if draft.state.phase == "night":
        _pay(draft)
        _resent(draft)
        _fade(draft)


def _pay(draft: Draft) -> None:
    """Debtors pay the player out of their purses, as far as these go."""
    share, cents = draft.rules.bonds.debts.purse_per_mille, {}
    for npc_id, shift in sorted(draft.state.bonds.player.items()):
        paid = min(shift.debt_cents, draft.state.npcs[npc_id].purse_cents * share // 1000)
        if paid > 0:
            cents[npc_id] = paid
    if cents:
        draft.add(events.DebtsPaid(cents))


def _resent(draft: Draft) -> None:
    """Nobody trusts a debtor more by the day."""
    points = draft.rules.bonds.debts.resentment
    for debtor, creditor in sorted(_owing(draft.state)):
        change(draft, creditor, debtor, "unpaid", trust=-points)


def _owing(state: State) -> list[tuple[EntityId, EntityId]]:
    pairs = [(key, shift) for key, shift in state.bonds.others.items() if shift.debt_cents > 0]
    return [members(key) for key, _ in pairs if members(key)[1] != PLAYER]


def _fade(draft: Draft) -> None:
    dusks, points = today(draft.state) + 1, {}
    if not draft.state.bonds.player and not draft.state.bonds.others:
        return
    for race, temper in sorted(draft.rules.bonds.races.items()):
        rule = temper.fading
        if dusks % rule.every_days == 0:
            points[race] = Shift(rule.trust, rule.fear, rule.respect, rule.desire)
    if points:
        draft.add(events.BondsFaded(points))
