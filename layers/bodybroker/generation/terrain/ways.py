"""Ways: from each gate and point of interest to what is already joined, along the cheapest bends; then some loops.

All of them hang together, because each begins where the others are. Cells under them stay free, whatever else is made;
where they cross deep water they are planked. So everything can be reached, by construction.
"""

from collections import Counter
from dataclasses import dataclass
from heapq import heappop, heappush
from itertools import pairwise

import numpy as np

from bodybroker.generation import noise
from bodybroker.generation.entities import Point
from bodybroker.generation.layouts import LocalId
from bodybroker.generation.terrain.bends import Bends
from bodybroker.generation.terrain.canvas import Array, Canvas
from bodybroker.generation.terrain.layout import Path
from bodybroker.kernel.random import Stream

_SAMPLES = 9  # along each stretch between two bends
_METRE = 100
_ROUND = 1 << 20  # nobody walks through what will be built, while there is a way around it


@dataclass(frozen=True)
class Link:
    """A route between two ends (gates or points of interest), bend by bend, and what it costs to walk it."""

    cost: int
    ends: tuple[int, int]
    route: tuple[int, ...]


def join(canvas: Canvas, bends: Bends, stream: Stream) -> list[Path]:
    """The ways of a ground: a tree that joins all ends, and some loops."""
    ends = [*bends.gates, *bends.points]
    links = _links(_graph(canvas, bends, stream.substream("crossings")), ends)
    tree = _tree(links)
    main = _between(tree, list(bends.gates))
    wanted = canvas.ground.network.loops.draw(stream)
    walked: dict[tuple[int, int], bool] = {}
    for link in (*tree, *_loops(links, tree, wanted)):
        for a, b in pairwise(link.route):
            stretch = (min(a, b), max(a, b))
            walked[stretch] = walked.get(stretch, False) or link in main
    return _paths(canvas, walked, bends, stream.substream("widths"))


def _graph(canvas: Canvas, bends: Bends, stream: Stream) -> list[list[tuple[int, int]]]:
    """Per bend: its neighbours, and what it costs to walk there."""
    first, second = _stretches(bends)
    cost = _costs(canvas, bends, (first, second), stream)
    graph: list[list[tuple[int, int]]] = [[] for _ in range(len(bends.x))]
    for a, b, price in zip(first.tolist(), second.tolist(), cost.tolist(), strict=True):
        graph[a].append((b, price))
        graph[b].append((a, price))
    return graph


def _links(graph: list[list[tuple[int, int]]], ends: list[int]) -> list[Link]:
    """The cheapest link of each pair of ends whose surroundings touch, cheapest first.

    One search from all ends at once, as in Mehlhorn, "A faster approximation algorithm for the Steiner problem in
    graphs", 1988: the cheapest tree of these links is one of the cheapest trees of all routes.
    """
    price = [-1] * len(graph)
    owner, came = [-1] * len(graph), [-1] * len(graph)
    queue = [(0, end, end, -1) for end in ends]
    offers: dict[int, tuple[int, int, int, int]] = {}
    while queue:
        cost, node, end, before = heappop(queue)
        if price[node] >= 0:
            continue
        price[node], owner[node], came[node] = cost, end, before
        for other, step in graph[node]:
            if price[other] < 0:
                offer = (cost + step, other, end, node)
                if other not in offers or offer < offers[other]:
                    offers[other] = offer
                    heappush(queue, offer)
    best: dict[tuple[int, int], tuple[int, int, int]] = {}
    for a, near in enumerate(graph):
        for b, step in near:
            if owner[a] < owner[b]:
                pair, cost = (owner[a], owner[b]), price[a] + step + price[b]
                best[pair] = min(best.get(pair, (cost, a, b)), (cost, a, b))

    def back(node: int) -> list[int]:
        route = [node]
        while came[route[-1]] >= 0:
            route.append(came[route[-1]])
        return route

    links = [Link(cost, pair, (*reversed(back(a)), *back(b))) for pair, (cost, a, b) in best.items()]
    return sorted(links, key=lambda link: (link.cost, link.ends))


def _tree(links: list[Link]) -> list[Link]:
    """The cheapest links that join all ends (Kruskal)."""
    group: dict[int, set[int]] = {end: {end} for link in links for end in link.ends}
    tree = []
    for link in links:
        a, b = link.ends
        if group[a] is not group[b]:
            tree.append(link)
            group[a] |= group[b]
            for end in group[b]:
                group[end] = group[a]
    return tree


def _between(tree: list[Link], gates: list[int]) -> list[Link]:
    """The links of the tree on which one walks from gate to gate: what is left when its loose twigs are cut off."""
    kept = list(tree)
    while True:
        count = Counter(end for link in kept for end in link.ends)
        twigs = [link for link in kept if any(count[end] == 1 and end not in gates for end in link.ends)]
        if not twigs:
            return kept
        kept = [link for link in kept if link not in twigs]


def _loops(links: list[Link], tree: list[Link], count: int) -> list[Link]:
    """Second ways between neighbours who have a long way round, compared with what a new way costs: ways to flee."""

    def around(link: Link) -> int:
        return _along(tree, *link.ends) * _METRE // max(1, link.cost)

    rest = [link for link in links if link not in tree]
    return sorted(rest, key=lambda link: (-around(link), link.ends))[:count]


def _along(tree: list[Link], begin: int, end: int) -> int:
    """What it costs to walk from end to end along a tree."""
    costs = {begin: 0}
    while end not in costs:
        for link in tree:
            for a, b in (link.ends, link.ends[::-1]):
                if a in costs and b not in costs:
                    costs[b] = costs[a] + link.cost
    return costs[end]


def _stretches(bends: Bends) -> tuple[Array, Array]:
    """Pairs of bends side by side, also diagonally; and each gate with the bends nearest to it."""
    number = np.arange(bends.across * bends.up).reshape(bends.up, bends.across)
    sides = (
        (number[:, :-1], number[:, 1:]),
        (number[:-1], number[1:]),
        (number[:-1, :-1], number[1:, 1:]),
        (number[:-1, 1:], number[1:, :-1]),
    )
    first, second = ([side[end].ravel() for side in sides] for end in (0, 1))
    for gate in bends.gates:
        away = (bends.x[: number.size] - bends.x[gate]) ** 2 + (bends.y[: number.size] - bends.y[gate]) ** 2
        near = np.argsort(away, kind="stable")[:3]
        first.append(near)
        second.append(np.full(3, gate))
    return np.concatenate(first), np.concatenate(second)


def _costs(canvas: Canvas, bends: Bends, pairs: tuple[Array, Array], stream: Stream) -> Array:
    network, cell = canvas.ground.network, canvas.rules.cell_cm
    (x0, x1), (y0, y1) = ((values[pairs[0]], values[pairs[1]]) for values in (bends.x, bends.y))
    t = np.arange(_SAMPLES)
    columns = np.minimum(
        (x0[:, None] * (_SAMPLES - 1 - t) + x1[:, None] * t) // ((_SAMPLES - 1) * cell), canvas.columns - 1
    )
    rows = np.minimum((y0[:, None] * (_SAMPLES - 1 - t) + y1[:, None] * t) // ((_SAMPLES - 1) * cell), canvas.rows - 1)
    climb = np.abs(np.diff(canvas.height[rows, columns], axis=1)).sum(axis=1)
    wet = canvas.wet[rows, columns].sum(axis=1)
    built = canvas.planned[rows, columns].any(axis=1)
    dx, dy = np.abs(x0 - x1), np.abs(y0 - y1)
    length = np.maximum(dx, dy) + 3 * np.minimum(dx, dy) // 8
    whim = noise.scatter(noise.key(canvas.seed, "whims"), len(length), 1)[0] >> 31
    whim = whim * network.whim_cost >> 32
    water = wet * network.water_cost
    if canvas.ground.water is not None:
        for i in _crossings(canvas, wet, x0 + x1, y0 + y1, stream):
            water[i] = 0
    return length * (_METRE + whim) // _METRE + climb * network.slope_cost // 10 + water + built * _ROUND


def _crossings(canvas: Canvas, wet: Array, x: Array, y: Array, stream: Stream) -> list[int]:
    """Stretches where people have crossed the water: short ones, far from each other. `x`, `y`: twice their middles."""
    assert canvas.ground.water is not None
    chosen: list[int] = []
    spots = np.flatnonzero((wet > 0) & (wet <= _SAMPLES - 2))
    away = np.full(len(spots), 1 << 40)
    for _ in range(min(len(spots), canvas.ground.water.crossings.draw(stream))):
        far = np.flatnonzero(away * 3 >= away.max() * 2)
        chosen.append(int(spots[far[stream.below(len(far))]]))
        away = np.minimum(away, np.abs(x[spots] - x[chosen[-1]]) + np.abs(y[spots] - y[chosen[-1]]))
    return chosen


def _paths(canvas: Canvas, walked: dict[tuple[int, int], bool], bends: Bends, stream: Stream) -> list[Path]:
    """Stretches strung together, between the places where ways end, meet, or turn from side way to main way (True)."""
    network = canvas.ground.network
    neighbours: dict[int, list[int]] = {}
    for a, b in sorted(walked):
        neighbours.setdefault(a, []).append(b)
        neighbours.setdefault(b, []).append(a)

    def is_main(a: int, b: int) -> bool:
        return walked[(min(a, b), max(a, b))]

    def stops(node: int) -> bool:
        near = neighbours[node]
        return len(near) != 2 or bends.owner(node) is not None or is_main(node, near[0]) != is_main(node, near[1])

    stopping = [node for node in sorted(neighbours) if stops(node)]
    forks = [node for node in stopping if bends.owner(node) is None]
    names: dict[int, LocalId] = {node: f"f{i}" for i, node in enumerate(forks, 1)}
    names |= {node: owner for node in stopping if (owner := bends.owner(node)) is not None}
    paths: list[Path] = []
    for node in stopping:
        for first in neighbours[node]:
            route = [node, first]
            while not stops(route[-1]):
                route.append(next(other for other in neighbours[route[-1]] if other != route[-2]))
            if (route[0], route[1]) > (route[-1], route[-2]):
                continue  # strung together from its other end
            main = is_main(node, first)
            paths.append(
                Path(
                    id=f"w{len(paths) + 1}",
                    kind=network.main if main else network.side,
                    joins=(names[route[0]], names[route[-1]]),
                    points=_rounded([(int(bends.x[i]), int(bends.y[i])) for i in route], network.rounds),
                    width_cm=(network.main_width_cm if main else network.side_width_cm).draw(stream),
                )
            )
    return paths


def _rounded(line: list[tuple[int, int]], rounds: int) -> tuple[Point, ...]:
    """Corners cut off, both ends kept (Chaikin, "An algorithm for high speed curve generation", 1974)."""
    for _ in range(rounds):
        cut = [line[0]]
        for (ax, ay), (bx, by) in pairwise(line):
            cut += [((3 * ax + bx) // 4, (3 * ay + by) // 4), ((ax + 3 * bx) // 4, (ay + 3 * by) // 4)]
        line = [*cut, line[-1]]
    return tuple(Point(x, y) for x, y in line)


def covered(canvas: Canvas, paths: list[Path]) -> Array:
    """The cells through which the middles of some ways run."""
    mask = np.zeros((canvas.rows, canvas.columns), np.bool_)
    if not paths:
        return mask
    cell = canvas.rules.cell_cm
    pieces = [(a.x_cm, a.y_cm, b.x_cm, b.y_cm) for path in paths for a, b in pairwise(path.points)]
    ax, ay, bx, by = (column[:, None] for column in np.array(pieces).T)
    steps = int(max(np.abs(ax - bx).max(), np.abs(ay - by).max())) * 2 // cell + 1  # at least two in each cell
    t = np.arange(steps + 1)
    columns, rows = ((a * (steps - t) + b * t) // (steps * cell) for a, b in ((ax, bx), (ay, by)))
    mask[np.minimum(rows, canvas.rows - 1), np.minimum(columns, canvas.columns - 1)] = True
    return mask
