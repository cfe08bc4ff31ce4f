"""What its events do to a state."""

from typing import TypeVar

from msgspec.structs import replace

from bodybroker.world.base import PLAYER, Applier, Changes
from bodybroker.world.bonds import events
from bodybroker.world.bonds.state import STILL, Shift, members, pair
from bodybroker.world.state import State

K = TypeVar("K", bound=str)


def _bond_changed(state: State, event: events.BondChanged) -> Changes:
    if event.towards == PLAYER:
        return {"bonds": replace(state.bonds, player=_moved(state.bonds.player, event.of, event))}
    key = pair(event.of, event.towards)
    return {"bonds": replace(state.bonds, others=_moved(state.bonds.others, key, event))}


def _moved(shifts: dict[K, Shift], key: K, by: events.BondChanged | Shift) -> dict[K, Shift]:
    before = shifts.get(key, STILL)
    after = Shift(
        trust=before.trust + by.trust,
        fear=before.fear + by.fear,
        respect=before.respect + by.respect,
        desire=before.desire + by.desire,
        debt_cents=before.debt_cents + by.debt_cents,
    )
    return _with(shifts, {key: after})


def _with(shifts: dict[K, Shift], changed: dict[K, Shift]) -> dict[K, Shift]:
    """Nothing is kept of a bond that is back where it rests."""
    return {key: shift for key, shift in (shifts | changed).items() if shift != STILL}


def _bonds_faded(state: State, event: events.BondsFaded) -> Changes:
    bonds = state.bonds
    player, others = _faded(state, bonds.player, event), _faded(state, bonds.others, event)
    return {"bonds": replace(bonds, player=player, others=others)}


def _faded(state: State, shifts: dict[K, Shift], event: events.BondsFaded) -> dict[K, Shift]:
    left = {}
    for key, shift in shifts.items():
        npc = state.npcs.get(members(key)[0])
        points = event.points.get(npc.character.race) if npc is not None else None
        if points is not None:
            left[key] = _fade(shift, points)
    return _with(shifts, left)


def _fade(shift: Shift, points: Shift) -> Shift:
    return replace(
        shift,
        trust=_nearer(shift.trust, points.trust),
        fear=_nearer(shift.fear, points.fear),
        respect=_nearer(shift.respect, points.respect),
        desire=_nearer(shift.desire, points.desire),
    )


def _nearer(shift: int, points: int) -> int:
    return max(0, shift - points) if shift > 0 else min(0, shift + points)


def _debts_paid(state: State, event: events.DebtsPaid) -> Changes:
    npcs, player = dict(state.npcs), dict(state.bonds.player)
    for npc_id, cents in event.cents.items():
        npcs[npc_id] = replace(npcs[npc_id], purse_cents=npcs[npc_id].purse_cents - cents)
        player = _moved(player, npc_id, Shift(debt_cents=-cents))
    money = state.player.money_cents + sum(event.cents.values())
    return {
        "npcs": npcs,
        "player": replace(state.player, money_cents=money),
        "bonds": replace(state.bonds, player=player),
    }


APPLIERS: dict[type, Applier] = {
    events.BondChanged: _bond_changed,
    events.BondsFaded: _bonds_faded,
    events.DebtsPaid: _debts_paid,
}
