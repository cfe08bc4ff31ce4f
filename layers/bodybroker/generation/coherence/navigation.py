"""Whether everything can still be reached with all props in place. It asks the layout anew, not who placed them."""

from collections.abc import Iterator

from bodybroker.generation import grounds
from bodybroker.generation.buildings.navigation import Grid, Rows
from bodybroker.generation.coherence.facts import Contradiction
from bodybroker.generation.coherence.subject import Subject
from bodybroker.generation.grounds import Ground
from bodybroker.generation.layouts import CELL_CM, Spot


def contradictions(subject: Subject) -> Iterator[Contradiction]:
    """Props that stand where nothing may, or that cut something off: the first that does is named."""
    ground = grounds.of(subject.draft.layout, subject.assembly.placing.reach_cm)
    before = _component(ground)
    blocked = False
    for each in subject.described:
        for prop in each.placed:
            cells = list(ground.cells(prop.area))
            if not ground.holds(prop.area) or prop.area.width_cm < 1 or prop.area.depth_cm < 1:
                detail = "outside the layout"
            elif any(not ground.free[cell] or cell in ground.taken for cell in cells):
                detail = "where something stands"
            elif any(cell in ground.kept for cell in cells):
                detail = "in a doorway or on a spot that must stay free"
            else:
                ground.block([prop])
                blocked = blocked or prop.blocks
                continue
            yield Contradiction("navigation", each.entity.id, f"{prop.kind} {prop.id} is {detail}", part="placed")
    if blocked:
        yield from _cut_off(subject, before)


def _cut_off(subject: Subject, before: Rows) -> Iterator[Contradiction]:
    """Who cut something off, found by putting the props back one entity at a time."""
    ground = grounds.of(subject.draft.layout, subject.assembly.placing.reach_cm)
    final = grounds.of(subject.draft.layout, subject.assembly.placing.reach_cm)
    for each in subject.described:
        final.block(each.placed)
    if _reaches(final, before):
        return
    for each in subject.described:
        ground.block(each.placed)
        if each.placed and not _reaches(ground, before):
            yield Contradiction("navigation", each.entity.id, "its props cut off a part of the place", part="placed")
            return


def _reaches(ground: Ground, before: Rows) -> bool:
    """Whether every free cell that could be reached still can."""
    free = grounds.rows(ground)
    return all(was & now == found for was, now, found in zip(before, free, _component(ground), strict=True))


def _component(ground: Ground) -> Rows:
    """All cells that can be reached from the first spot that must stay free."""
    start = min((cell for cell in ground.kept if ground.free[cell]), default=None)
    if start is None:
        return [0] * ground.rows
    row, column = divmod(start, ground.columns)
    return Grid(ground.columns, grounds.rows(ground)).flood([Spot(column * CELL_CM, row * CELL_CM)])
