"""Open ground: forests, cemeteries, industrial yards, river banks, from a seed."""

from bodybroker.generation.terrain.layout import KINDS, TerrainLayout
from bodybroker.generation.terrain.making import VERSION, InvalidRequest, generate

__all__ = ["KINDS", "VERSION", "InvalidRequest", "TerrainLayout", "generate"]
