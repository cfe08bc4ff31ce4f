"""Buildings: a mission graph first, then rooms on the grid in which every edge of it becomes a door."""

from bodybroker.generation.buildings.dungeon import Dungeon, rooms_and_corridors
from bodybroker.generation.buildings.faults import faults
from bodybroker.generation.buildings.generator import VERSION, InvalidRequest, fit, generate
from bodybroker.generation.buildings.layout import KINDS, BuildingKind, BuildingLayout, Sight, Space
from bodybroker.generation.buildings.plans import InvalidPlans, load
from bodybroker.generation.buildings.rules import BuildingRules

__all__ = [
    "KINDS",
    "VERSION",
    "BuildingKind",
    "BuildingLayout",
    "BuildingRules",
    "Dungeon",
    "InvalidPlans",
    "InvalidRequest",
    "Sight",
    "Space",
    "faults",
    "fit",
    "generate",
    "load",
    "rooms_and_corridors",
]
