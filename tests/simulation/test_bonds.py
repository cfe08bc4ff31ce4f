"""The second sum of the history of bonds finds what the world's own fold gets wrong."""

import pytest
from bodybroker.kernel.ids import EventId
from bodybroker.world import decide, rules
from bodybroker.world.apply import fold
from bodybroker.world.base import PLAYER
from bodybroker.world.bonds.changes import change
from bodybroker.world.draft import Draft
from bodybroker.world.events import Recorded
from bodybroker.world.passage import pass_time
from msgspec.structs import replace

from tests.simulation.bonds import check_bonds
from tests.simulation.network import Violation
from tests.simulation.planting import mutant, planted

BUGS = (
    mutant("a bond forgets what was before", ("world.bonds.apply:_moved", "before.trust + by.trust", "by.trust")),
    mutant("a bond fades beyond its rest", ("world.bonds.apply:_nearer", "max(0, shift - points)", "shift - points")),
    mutant("nobody owes", ("world.bonds.apply:_moved", "before.debt_cents + by.debt_cents", "0")),
)


def lived():
    """A world in which some change their minds and owe money, over two dusks; and its log."""
    made = decide.create(7, rules.load())
    draft = Draft(fold(made), rules.load())
    one, other = sorted(draft.state.npcs)[:2]
    for of, towards in ((one, other), (one, PLAYER), (PLAYER, one)):
        change(draft, of, towards, "tried", trust=1, debt_cents=900)
        change(draft, of, towards, "tried", trust=1, fear=1)
    pass_time(draft, 2000)
    log = [*made, *draft.events]
    return draft.state, [Recorded(seq, EventId(str(seq)), "", "c", event) for seq, event in enumerate(log, start=1)]


def test_what_was_lived_adds_up():
    now, log = lived()
    assert {"BondChanged", "BondsFaded", "DebtsPaid"} <= {type(recorded.event).__name__ for recorded in log}
    check_bonds(now, log)


@pytest.mark.parametrize("bug", BUGS, ids=lambda bug: bug.name)
def test_a_planted_bug_is_found(bug):
    with planted(bug):
        now, log = lived()
    with pytest.raises(Violation):
        check_bonds(now, log)


def test_an_effect_before_its_cause_is_found():
    now, log = lived()
    index = next(i for i, recorded in enumerate(log) if type(recorded.event).__name__ == "BondChanged")
    wrong = replace(log[index], event=replace(log[index].event, cause_version=log[index].seq))
    with pytest.raises(Violation, match="cause comes later"):
        check_bonds(now, [*log[:index], wrong, *log[index + 1 :]])
