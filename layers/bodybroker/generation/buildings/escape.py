"""How many ways lead out of a space that share no other space, counted on a finished layout."""

from collections import deque
from itertools import pairwise

from bodybroker.generation.buildings.layout import BuildingLayout
from bodybroker.generation.layouts import OUTSIDE, LocalId

Node = tuple[LocalId, bool]
"""A space on its way in (False) or out (True): a way uses each space once, so both are joined by one place."""


def routes_out(layout: BuildingLayout, start: LocalId, most: int = 2) -> int:
    """How many of at most `most` such ways there are for who holds the keys that lead to `start`.

    The augmenting paths of Ford and Fulkerson on spaces split in two; an opening carries one way.
    """
    capacity = _capacity(layout, start)
    for found in range(most):
        path = _path(capacity, (start, True), (OUTSIDE, False))
        if path is None:
            return found
        for one, two in pairwise(path):
            capacity[one][two] -= 1
            capacity.setdefault(two, {}).setdefault(one, 0)
            capacity[two][one] += 1
    return most


def _capacity(layout: BuildingLayout, start: LocalId) -> dict[Node, dict[Node, int]]:
    held = next(space.locks for space in layout.spaces if space.id == start)
    capacity: dict[Node, dict[Node, int]] = {(space.id, False): {(space.id, True): 1} for space in layout.spaces}
    for opening in layout.openings:
        if not opening.passable or (opening.lock is not None and opening.lock not in held):
            continue
        one, two = opening.joins
        for here, there in ((one, two), (two, one)):
            if here != OUTSIDE and opening.opens_from in (None, here):
                onward = capacity.setdefault((here, True), {})
                onward[there, False] = onward.get((there, False), 0) + 1
    return capacity


def _path(capacity: dict[Node, dict[Node, int]], start: Node, end: Node) -> list[Node] | None:
    came_from: dict[Node, Node] = {start: start}
    waiting = deque([start])
    while waiting:
        node = waiting.popleft()
        if node == end:
            path = [node]
            while path[-1] != start:
                path.append(came_from[path[-1]])
            return path[::-1]
        for other, left in capacity.get(node, {}).items():
            if left > 0 and other not in came_from:
                came_from[other] = node
                waiting.append(other)
    return None
