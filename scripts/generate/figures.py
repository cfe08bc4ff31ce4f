"""Figures of what was made, by which one sees how much it varies. One place: a handful of numbers."""

import math
from collections import deque
from collections.abc import Iterable, Sequence
from itertools import pairwise

from bodybroker.generation.buildings.layout import BuildingLayout
from bodybroker.generation.city.layout import CityLayout
from bodybroker.generation.entities import Point
from bodybroker.generation.layouts import OUTSIDE, LocalId, Prop
from bodybroker.generation.monsters import Monster
from bodybroker.generation.terrain.layout import TerrainLayout

Figures = dict[str, float]

PLOTS: dict[str, tuple[tuple[str, str], ...]] = {
    "building": (("rooms", "doors_in"), ("openness", "cover")),
    "terrain": (("relief_m", "walkable"), ("ways_m", "cover")),
    "city": (("blocks", "street_m_per_lot"), ("houses", "largest_share")),
    "monster": (("strength", "reach"), ("mass_kg", "speed_m_s")),
}
"""The pairs of figures that are plotted against each other. Shares are per cent."""


def building(layout: BuildingLayout) -> Figures:
    """`doors_in`: how many doors lie between the street and a room, in the mean; openness: free floor, per cent."""
    floor = sum(space.area.width_cm * space.area.depth_cm for space in layout.spaces)
    blocked = _ground(prop for prop in layout.props if prop.blocks)
    return {
        "rooms": len(layout.spaces),
        "doors_in": _doors_in(layout),
        "loops": _loops(layout),
        "locks": sum(opening.lock is not None for opening in layout.openings),
        "openness": 100 * (floor - blocked) / floor,
        "cover": 100 * sum(prop.cover != "none" for prop in layout.props) / max(1, len(layout.props)),
        "props": len(layout.props),
        "sights": len(layout.sights),
    }


def terrain(layout: TerrainLayout) -> Figures:
    """Relief in metres, what of the ground one can walk on, ways in metres, cover per 100 square metres."""
    cells = layout.columns * layout.rows
    letters = [letter for letter, kind in layout.legend.items() if {letter, kind} & set(layout.impassable)]
    impassable = sum(row.count(letter) for row in layout.surface for letter in letters)
    area_m2 = layout.width_cm * layout.depth_cm / 10_000
    return {
        "relief_m": (max(layout.height_cm) - min(layout.height_cm)) / 100,
        "walkable": 100 * (cells - impassable) / cells
        - 100 * _ground(p for p in layout.props if p.blocks) / (area_m2 * 10_000),
        "damp": sum(layout.moisture) / cells / 10,
        "ways_m": sum(_length(path.points) for path in layout.paths) / 100,
        "points": len(layout.points),
        "cover": 100 * sum(prop.cover != "none" for prop in layout.props) / area_m2,
        "props": len(layout.props),
        "surfaces": len(set("".join(layout.surface))),
    }


def city(layout: CityLayout) -> Figures:
    """Blocks, metres of street per lot, houses, and how much of the blocks the largest house holds."""
    at = {junction.id: junction.at for junction in layout.junctions}
    length = sum(_length((at[street.joins[0]], at[street.joins[1]])) for street in layout.streets) / 100
    districts = {district.id: district.house for district in layout.districts}
    held: dict[str, int] = {}
    for block in layout.blocks:
        house = districts[block.district]
        held[house] = held.get(house, 0) + 1
    return {
        "blocks": len(layout.blocks),
        "lots": len(layout.lots),
        "street_m_per_lot": length / max(1, len(layout.lots)),
        "houses": len(layout.territories),
        "largest_share": 100 * max(held.values(), default=0) / max(1, len(layout.blocks)),
        "junctions": len(layout.junctions),
        "fronts": sum(len(territory.fronts) for territory in layout.territories),
    }


def monster(made: Monster) -> Figures:
    """Strength: what all it can do adds up to; reach: how far the farthest of it goes, in metres."""
    return {
        "strength": made.body.health + sum(ability.power for ability in made.abilities),
        "reach": max(ability.range_cm for ability in made.abilities) / 100,
        "mass_kg": made.body.mass_kg,
        "speed_m_s": made.body.speed_cm_per_s / 100,
        "health": made.body.health,
        "abilities": len(made.abilities),
        "aggression": made.guide.aggression,
        "intelligence": made.guide.intelligence,
    }


def _doors_in(layout: BuildingLayout) -> float:
    """Doors on the shortest way from outside to a room, in the mean over its rooms."""
    beside: dict[LocalId, list[LocalId]] = {}
    for opening in layout.openings:
        if opening.passable:
            one, other = opening.joins
            beside.setdefault(one, []).append(other)
            beside.setdefault(other, []).append(one)
    entrance = next(opening for opening in layout.openings if opening.id == layout.entrance)
    first = next(space for space in entrance.joins if space != OUTSIDE)
    steps, waiting = {OUTSIDE: 0, first: 1}, deque([first])
    while waiting:
        here = waiting.popleft()
        for there in beside.get(here, ()):
            if there not in steps:
                steps[there] = steps[here] + 1
                waiting.append(there)
    return sum(steps.values()) / len(layout.spaces)


def _loops(layout: BuildingLayout) -> int:
    """How many doors one could wall up without parting any rooms."""
    inner = {
        frozenset(opening.joins) for opening in layout.openings if opening.passable and OUTSIDE not in opening.joins
    }
    return len(inner) - len(layout.spaces) + 1


def _ground(props: Iterable[Prop]) -> int:
    return sum(prop.area.width_cm * prop.area.depth_cm for prop in props)


def _length(points: Sequence[Point]) -> float:
    """Of the way through the points, in cm."""
    return sum(math.hypot(b.x_cm - a.x_cm, b.y_cm - a.y_cm) for a, b in pairwise(points))
