"""Layer 1 and the checks for doors that need them: with them come the generators and what these compute with."""

from functools import cache

from bodybroker.doors.locations import machine, outbox, workshop
from bodybroker.generation import assembly
from bodybroker.generation.coherence import rules as coherence
from bodybroker.services.check_location import Checker
from bodybroker.services.generate_location import LocationGenerator
from bodybroker.services.read_location import LocationReader


@cache
def checker() -> Checker:
    """Who judges what was said of places."""
    return Checker(workshop(), assembly.load(), coherence.load())


@cache
def generator() -> LocationGenerator:
    """Who begins places and gives them up."""
    return LocationGenerator(workshop(), assembly.load(), machine(), outbox())


@cache
def reader() -> LocationReader:
    """Who looks at them."""
    return LocationReader(workshop(), assembly.load())
