"""Points of interest: each on a bend that suits it, with room for what stands there, apart from all others."""

from dataclasses import dataclass, replace
from math import isqrt

import numpy as np

from bodybroker.generation import noise
from bodybroker.generation.entities import Rectangle
from bodybroker.generation.layouts import Spot
from bodybroker.generation.terrain.bends import Bends, cell_of, distance
from bodybroker.generation.terrain.canvas import Array, Canvas, cut
from bodybroker.generation.terrain.layout import PointOfInterest
from bodybroker.generation.terrain.rules import Poi, Prefers, Thing
from bodybroker.kernel.random import Stream

_NEVER = -1_000_000
_LOOKED_AT = 10  # bends, before a point is given up


@dataclass(frozen=True)
class Structure:
    """Something large that stands beside a point of interest."""

    point: PointOfInterest
    thing: Thing
    size: tuple[int, int, int, int]


def choose(canvas: Canvas, bends: Bends, stream: Stream) -> list[tuple[Structure, Rectangle]]:
    """The points, whose ground becomes `free`, and where their structures are `planned`: ways will run around them."""
    wanted = [poi for poi in canvas.ground.points for _ in range(poi.count.draw(stream))]
    wanted.sort(key=lambda poi: (poi.structure is None, not poi.landmark))
    rules, count = canvas.rules, bends.across * bends.up
    spots = bends.x[:count], bends.y[:count]
    open_ = ~canvas.wet[cell_of(canvas, spots)]
    apart = min(canvas.ground.poi_spacing_cm, isqrt(canvas.width_cm * canvas.depth_cm) // rules.points_per_side)
    for gate in bends.gates:
        open_ &= distance(spots, int(bends.x[gate]), int(bends.y[gate])) > apart
    whim = noise.scatter(noise.key(canvas.seed, "points"), count, 1)[0]
    x, y = spots
    inset = np.minimum(np.minimum(x, canvas.width_cm - x), np.minimum(y, canvas.depth_cm - y))
    suits = {prefers: _suits(canvas, spots, prefers) for prefers in {poi.prefers for poi in wanted}}
    plans = []
    for turn, poi in enumerate(wanted):
        radius = poi.radius_cm.draw(stream)
        fits = open_ & (inset > radius + rules.cell_cm)  # its free ground keeps off the edge
        score = np.where(fits, suits[poi.prefers] * 4 + (whim >> 4 * turn & 0xFFF), _NEVER)
        for node in np.argsort(-score, kind="stable")[:_LOOKED_AT].tolist():
            if score[node] == _NEVER:
                break  # no room left for it
            at = Spot(int(spots[0][node]), int(spots[1][node]))
            point = PointOfInterest(f"p{len(bends.points) + 1}", poi.kind, at, radius, poi.landmark)
            plan = _plan(canvas, point, poi, stream)
            if plan is None:
                continue
            plans += plan
            bends.points[node] = point
            open_ &= distance(spots, at.x_cm, at.y_cm) > apart
            break
    return plans


def beside(canvas: Canvas, structure: Structure, stream: Stream) -> Rectangle | None:
    """A place at the rim of the point's free ground, on any of its sides."""
    width, depth, _, _ = structure.size
    at, away = structure.point.at, structure.point.radius_cm
    sides = []
    for shift in (0, 1, -1):
        x, y = at.x_cm - width // 2 + shift * width // 3, at.y_cm - depth // 2 + shift * depth // 3
        sides += [(x, at.y_cm + away), (x, at.y_cm - away - depth), (at.x_cm + away, y), (at.x_cm - away - width, y)]
    for x, y in stream.sample(sides, len(sides)):
        area = Rectangle(x, y, width, depth)
        if canvas.fits(area) and not canvas.planned[canvas.cells(area)].any():
            return area
    return None


def smallest(structure: Structure) -> Structure:
    """The same, with as little ground as its kind may have."""
    _, _, height, yaw = structure.size
    thing = structure.thing
    return replace(structure, size=(thing.width_cm.low, thing.depth_cm.low, height, yaw))


def _plan(canvas: Canvas, point: PointOfInterest, poi: Poi, stream: Stream) -> list[tuple[Structure, Rectangle]] | None:
    """Take the ground of a point and of its structure, where it has one; None when there is no room for them."""
    around = _square(canvas, point)
    if canvas.planned[around].any():
        return None
    x, y = canvas.middles()
    before = canvas.free[around].copy()
    away = (x[around[1]] - point.at.x_cm) ** 2 + (y[around[0]] - point.at.y_cm) ** 2
    canvas.free[around] |= away <= point.radius_cm**2
    if poi.structure is None:
        return []
    structure = Structure(point, poi.structure, cut(poi.structure, stream))
    area = beside(canvas, structure, stream)
    if area is None:
        canvas.free[around] = before
        return None
    rows, columns = canvas.cells(area)  # and a cell around them: ways keep off their walls
    canvas.planned[max(0, rows.start - 1) : rows.stop + 1, max(0, columns.start - 1) : columns.stop + 1] = True
    return [(structure, area)]


def _square(canvas: Canvas, point: PointOfInterest) -> tuple[slice, slice]:
    """The cells around a point that its free ground touches."""
    at, radius = point.at, point.radius_cm
    return canvas.cells(Rectangle(at.x_cm - radius, at.y_cm - radius, 2 * radius, 2 * radius))


def _suits(canvas: Canvas, spots: tuple[Array, Array], prefers: Prefers) -> Array:
    """How well each spot suits, -2000..1000."""
    height = canvas.height[cell_of(canvas, spots)] * 1000 // max(1, int(canvas.height.max()))
    inward = np.minimum(
        np.minimum(spots[0], canvas.width_cm - spots[0]) * 2000 // canvas.width_cm,
        np.minimum(spots[1], canvas.depth_cm - spots[1]) * 2000 // canvas.depth_cm,
    )
    if prefers == "high":
        return height
    if prefers == "low":
        return 1000 - height
    if prefers == "water":
        return 1000 - 3 * np.abs(canvas.moisture[cell_of(canvas, spots)] - canvas.rules.bank_moisture)
    if prefers == "middle":
        return inward
    return 1000 - inward if prefers == "remote" else np.full(len(height), 500)
