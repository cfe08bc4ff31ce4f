"""At dusk debts are paid and bonds fade."""

from bodybroker.kernel.ids import EntityId
from bodybroker.world.base import PLAYER
from bodybroker.world.bonds import events
from bodybroker.world.bonds.changes import change
from bodybroker.world.bonds.state import Shift, members
from bodybroker.world.city.events import PhaseChanged, TimeSkipped
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
    if not draft.state.bonds.player and not draft.state.bonds.others:
        return
    dusks, points = today(draft.state) + 1, {}
    before = dusks - 1 - _skipped(draft)
    for race, temper in sorted(draft.rules.bonds.races.items()):
        rule = temper.fading
        times = dusks // rule.every_days - before // rule.every_days
        if times:
            scores = (rule.trust, rule.fear, rule.respect, rule.desire)
            points[race] = Shift(*(score * times for score in scores))
    if points:
        draft.add(events.BondsFaded(points))


def _skipped(draft: Draft) -> int:
    """The dusks between this one and the last that was lived through: those of days that the player was away."""
    days, dusks = 0, 0
    for event in reversed(draft.events):
        dusks += isinstance(event, PhaseChanged) and event.phase == "night"
        if dusks > 1:
            break
        if isinstance(event, TimeSkipped):
            days += event.days
    return days
