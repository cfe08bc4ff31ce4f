"""Open ground: forests, cemeteries, industrial yards, river banks, from a seed."""

from bodybroker.generation.terrain.layout import KINDS, TerrainLayout
from bodybroker.generation.terrain.making import VERSION, generate
from bodybroker.generation.terrain.reach import faults
from bodybroker.generation.terrain.rules import InvalidTerrain, TerrainRules, load

__all__ = [
    "KINDS",
    "VERSION",
    "InvalidTerrain",
    "TerrainLayout",
    "TerrainRules",
    "faults",
    "generate",
    "load",
]
