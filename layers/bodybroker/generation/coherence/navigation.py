"""Whether everything can still be reached with all props in place. It asks the layout anew, not who placed them."""

from collections.abc import Iterator

from bodybroker.generation import grounds
from bodybroker.generation.coherence.facts import Contradiction
from bodybroker.generation.coherence.subject import Subject
from bodybroker.generation.grounds import Ground


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


def _cut_off(subject: Subject, before: set[int]) -> Iterator[Contradiction]:
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


def _reaches(ground: Ground, before: set[int]) -> bool:
    """Whether every spot to be kept that could be reached still can, and no free floor was cut off."""
    free = {cell for cell in before if ground.free[cell]}
    return free <= _component(ground)


def _component(ground: Ground) -> set[int]:
    """All cells that can be reached from the first spot that must stay free."""
    starts = sorted(cell for cell in ground.kept if ground.free[cell])
    seen = set(starts[:1])
    todo = starts[:1]
    while todo:
        cell = todo.pop()
        for neighbour in ground.neighbours(cell):
            if neighbour not in seen and ground.free[neighbour]:
                seen.add(neighbour)
                todo.append(neighbour)
    return seen
