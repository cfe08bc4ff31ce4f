"""Ways: from each gate and point of interest to what is already joined, along the cheapest bends; then some loops.

All of them hang together, because each begins where the others are. Cells under them stay free, whatever else is made;
where they cross deep water they are planked. So everything can be reached, by construction.
"""

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

_SAMPLES = 6  # along each stretch between two bends
_METRE = 100
_ROUND = 1 << 20  # nobody walks through what will be built, while there is a way around it


@dataclass
class Graph:
    """Stretches between bends: per bend, its neighbours and what it costs to walk there; and those that are ways."""

    costs: list[dict[int, int]]
    walked: dict[tuple[int, int], bool]
    """Stretches (lower number first); whether they belong to a main way."""

    def walk(self, route: list[int], *, main: bool) -> None:
        """Make a route, and walked stretches cheaper than others."""
        for a, b in pairwise(route):
            stretch = (min(a, b), max(a, b))
            self.walked[stretch] = self.walked.get(stretch, False) or main


def join(canvas: Canvas, bends: Bends, stream: Stream) -> list[Path]:
    """The ways of a ground, which its `free` cells and surfaces take up."""
    graph = _graph(canvas, bends, stream.substream("crossings"))
    gates, points = list(bends.gates), list(bends.points)
    joined = {gates[0]}
    for open_, main in ((gates[1:], True), (points, False)):
        rest = set(open_)
        while rest:
            route = _cheapest(graph, canvas, joined, rest)
            graph.walk(route, main=main)
            joined.update(route)
            rest -= joined
    _loops(canvas, graph, bends, stream.substream("loops"))
    return _paths(canvas, graph, bends, stream.substream("widths"))


def _graph(canvas: Canvas, bends: Bends, stream: Stream) -> Graph:
    pairs = _stretches(bends)
    cost = _costs(canvas, bends, pairs, stream)
    graph = Graph([{} for _ in range(len(bends.x))], {})
    for a, b, price in zip(pairs[0].tolist(), pairs[1].tolist(), cost.tolist(), strict=True):
        graph.costs[a][b] = graph.costs[b][a] = price
    return graph


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
    wet = (canvas.depth[rows, columns] > 0).sum(axis=1)
    built = canvas.planned[rows, columns].any(axis=1)
    dx, dy = np.abs(x0 - x1), np.abs(y0 - y1)
    length = np.maximum(dx, dy) + 3 * np.minimum(dx, dy) // 8
    whim = noise.scatter(noise.key(canvas.seed, "whims"), len(length), 1)[0].astype(np.int64) * network.whim_cost >> 32
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


def _cheapest(graph: Graph, canvas: Canvas, begin: set[int], end: set[int]) -> list[int]:
    """The cheapest route from one of `begin` to one of `end` (Dijkstra); walked stretches cost less."""
    used = canvas.ground.network.used_per_mille
    costs, walked = graph.costs, graph.walked
    came: dict[int, int] = {}
    best = dict.fromkeys(begin, 0)
    queue = [(0, node) for node in sorted(begin)]
    while queue:
        price, node = heappop(queue)
        if node in end:
            route = [node]
            while route[-1] not in begin:
                route.append(came[route[-1]])
            return route[::-1]
        if price > best[node]:
            continue
        for other, cost in costs[node].items():
            stretch = (node, other) if node < other else (other, node)
            total = price + (cost * used // 1000 if stretch in walked else cost)
            if total < best.get(other, total + 1):
                best[other], came[other] = total, node
                heappush(queue, (total, other))
    raise AssertionError("bends hang together")


def _loops(canvas: Canvas, graph: Graph, bends: Bends, stream: Stream) -> None:
    """Second ways between ends that lie close by, but far along the ways that there are: ways to get away."""
    ends = [*bends.gates, *bends.points]
    wanted = canvas.ground.network.loops.draw(stream)
    for node in stream.sample(ends, min(len(ends), wanted)):
        stretches = [stretch for stretch in graph.walked if node in stretch]
        held = {}
        for a, b in stretches:  # another way out than the one it has
            held[(a, b)] = graph.costs[a][b]
            graph.costs[a][b] = graph.costs[b][a] = graph.costs[a][b] * 8
        others = [end for end in ends if end != node]
        target = min(others, key=lambda end: (_square(bends, node, end), end))
        kept, graph.walked = graph.walked, {}
        route = _cheapest(graph, canvas, {node}, {target})
        graph.walked = kept
        for (a, b), cost in held.items():
            graph.costs[a][b] = graph.costs[b][a] = cost
        graph.walk(route, main=False)


def _square(bends: Bends, a: int, b: int) -> int:
    return int((bends.x[a] - bends.x[b]) ** 2 + (bends.y[a] - bends.y[b]) ** 2)


def _paths(canvas: Canvas, graph: Graph, bends: Bends, stream: Stream) -> list[Path]:
    """Walked stretches strung together, between the places where ways end, meet, or turn from side to main way."""
    network = canvas.ground.network
    neighbours: dict[int, list[int]] = {}
    for a, b in sorted(graph.walked):
        neighbours.setdefault(a, []).append(b)
        neighbours.setdefault(b, []).append(a)

    def is_main(a: int, b: int) -> bool:
        return graph.walked[(min(a, b), max(a, b))]

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
    cell = canvas.rules.cell_cm
    columns, rows = [], []
    for path in paths:
        for a, b in pairwise(path.points):
            steps = max(abs(a.x_cm - b.x_cm), abs(a.y_cm - b.y_cm)) * 2 // cell + 1
            t = np.arange(steps + 1)
            columns.append((a.x_cm * (steps - t) + b.x_cm * t) // (steps * cell))
            rows.append((a.y_cm * (steps - t) + b.y_cm * t) // (steps * cell))
    mask = np.zeros((canvas.rows, canvas.columns), np.bool_)
    if columns:
        where = np.concatenate(rows), np.concatenate(columns)
        mask[np.minimum(where[0], canvas.rows - 1), np.minimum(where[1], canvas.columns - 1)] = True
    return mask
