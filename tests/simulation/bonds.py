"""What anybody holds of anybody is what the history says: summed up here once more, without the world's own fold."""

from collections import defaultdict
from collections.abc import Iterator

from bodybroker.kernel.ids import EntityId
from bodybroker.world.base import PLAYER
from bodybroker.world.bonds.events import BondChanged, BondsFaded, DebtsPaid
from bodybroker.world.events import Recorded
from bodybroker.world.state import State

from tests.simulation.network import Violation

SCORES = ("trust", "fear", "respect", "desire")
Sums = dict[tuple[EntityId, EntityId], dict[str, int]]


def check_bonds(now: State, log: list[Recorded]) -> None:
    """The log leads to `now`. Raises Violation where a bond has moved without a reason, or otherwise than it says."""
    sums: Sums = defaultdict(lambda: dict.fromkeys((*SCORES, "debt_cents"), 0))
    for recorded in log:
        match recorded.event:
            case BondChanged() as event:
                if not 0 < event.cause_version < recorded.seq:
                    raise Violation(f"{event} is version {recorded.seq}: its cause comes later")
                held = sums[event.of, event.towards]
                for name in held:
                    held[name] += getattr(event, name)
            case BondsFaded() as event:
                _fade(sums, event, now)
            case DebtsPaid() as event:
                for npc_id, cents in event.cents.items():
                    sums[npc_id, PLAYER]["debt_cents"] -= cents
    told = {pair: held for pair, held in sums.items() if any(held.values())}
    kept = {pair: dict(zip(held, values, strict=True)) for pair, values in _kept(now) for held in [sums[pair]]}
    if told != kept:
        raise Violation(f"the history tells of bonds {told}, kept are {kept}")
    if any(held["debt_cents"] < 0 for held in told.values()):
        raise Violation(f"somebody owes less than nothing: {told}")


def _fade(sums: Sums, event: BondsFaded, now: State) -> None:
    for (of, _), held in sums.items():
        if of in now.npcs and now.npcs[of].character.race in event.points:
            for name in SCORES:
                points = getattr(event.points[now.npcs[of].character.race], name)
                held[name] -= min(max(held[name], -points), points)


def _kept(now: State) -> Iterator[tuple[tuple[EntityId, EntityId], tuple[int, ...]]]:
    for npc_id, shift in now.bonds.player.items():
        yield (npc_id, PLAYER), (*(getattr(shift, name) for name in SCORES), shift.debt_cents)
    for key, shift in now.bonds.others.items():
        of, towards = key.split(">")
        yield (EntityId(of), EntityId(towards)), (*(getattr(shift, name) for name in SCORES), shift.debt_cents)
