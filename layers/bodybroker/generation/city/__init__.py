"""The city from a seed: streets, blocks, lots, districts, and which house holds what."""

from bodybroker.generation.city.checks import faults
from bodybroker.generation.city.layout import CityLayout
from bodybroker.generation.city.making import VERSION, generate
from bodybroker.generation.city.rules import CityRules, InvalidCity, load

KINDS = ("city",)

__all__ = ["KINDS", "VERSION", "CityLayout", "CityRules", "InvalidCity", "faults", "generate", "load"]
