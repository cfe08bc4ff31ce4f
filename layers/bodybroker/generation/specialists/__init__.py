"""Specialists: small models with one job each, which add meaning to what layer 1 made.

`ask` says what a specialist is asked about an entity, `read` makes an addition of its answer, and `fallback` makes one
without any model. Which variant of a specialist's answers a world gets is dealt by `deal`. All of it is pure.
"""

from bodybroker.generation.specialists.asking import Ask, ask
from bodybroker.generation.specialists.fallback import fallback
from bodybroker.generation.specialists.guides import NAMES, VERSION, InvalidSpecialists, Specialist, Specialists, load
from bodybroker.generation.specialists.reading import Unfit, read
from bodybroker.generation.specialists.variants import Variant, deal

__all__ = [
    "NAMES",
    "VERSION",
    "Ask",
    "InvalidSpecialists",
    "Specialist",
    "Specialists",
    "Unfit",
    "Variant",
    "ask",
    "deal",
    "fallback",
    "load",
    "read",
]
