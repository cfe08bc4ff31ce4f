"""Every generator of layer 1 behind one face: its kinds, how to make one, to verify it, to draw it, to measure it."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from functools import partial
from typing import Any

from bodybroker.generation import bestiary, buildings, city, monsters, terrain

from scripts.generate import building_map, city_map, figures, monster_card, terrain_map
from scripts.generate.shapes import Sheet

Figures = Mapping[str, float]


@dataclass(frozen=True)
class Generator:
    """One generator: `make(kind, seed)`, `draw(made, brief)`; `faults` names what is broken in one."""

    kinds: tuple[str, ...]
    layout: type
    make: Callable[[str, int], Any]
    faults: Callable[[Any], Iterable[str]]
    draw: Callable[..., Sheet]
    measure: Callable[[Any], Figures]


def load() -> dict[str, Generator]:
    """By name, with the shipped rules; raises what the rules' own loaders raise, which name every fault."""
    return {
        "building": Generator(
            buildings.KINDS,
            buildings.BuildingLayout,
            partial(_building, buildings.load()),
            buildings.faults,
            building_map.building,
            figures.building,
        ),
        "terrain": Generator(
            terrain.KINDS,
            terrain.TerrainLayout,
            partial(_terrain, terrain.load()),
            terrain.faults,
            terrain_map.terrain,
            figures.terrain,
        ),
        "city": Generator(
            city.KINDS,
            city.CityLayout,
            partial(_city, city.load()),
            city.faults,
            city_map.city,
            figures.city,
        ),
        "monster": Generator(
            monsters.KINDS,
            monsters.Monster,
            partial(_monster, bestiary.load()),
            lambda made: monsters.faults(made, bestiary.load()),
            monster_card.monster,
            figures.monster,
        ),
    }


def _building(rules: Any, kind: str, seed: int, width_cm: int | None = None, depth_cm: int | None = None) -> Any:
    return buildings.generate(kind, seed, rules, width_cm, depth_cm)


def _terrain(rules: Any, kind: Any, seed: int, size_cells: int | None = None) -> Any:
    return terrain.generate(kind, seed, rules, None if size_cells is None else (size_cells, size_cells))


def _city(rules: Any, _kind: str, seed: int) -> Any:
    return city.generate(seed, rules)


def _monster(rules: Any, kind: str, seed: int) -> Any:
    return monsters.generate(kind, seed, rules)
