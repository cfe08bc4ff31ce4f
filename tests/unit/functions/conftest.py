"""The functions, with stores in memory behind their doors."""

import pytest

from functions.branches import handler as branches
from functions.commands import handler as commands
from functions.history import handler as history
from functions.npcs import handler as npcs
from functions.projector import handler as projector
from functions.rebuild import handler as rebuild
from functions.worlds import handler as worlds
from tests.fakes.event_store import MemoryEventStore
from tests.fakes.locations import MemoryLocations
from tests.fakes.projections import MemoryProjections


@pytest.fixture
def store(monkeypatch) -> MemoryEventStore:
    store = MemoryEventStore()
    for module in (worlds, branches, history, npcs, commands, projector, rebuild):
        monkeypatch.setattr(module, "event_store", lambda: store)
    commands.desk.cache_clear()
    yield store
    commands.desk.cache_clear()


@pytest.fixture(autouse=True)
def locations(monkeypatch) -> MemoryLocations:
    locations = MemoryLocations()
    monkeypatch.setattr(projector, "locations", lambda: locations)
    return locations


@pytest.fixture
def projections(monkeypatch) -> MemoryProjections:
    projections = MemoryProjections()
    for module in (worlds, projector, rebuild):
        monkeypatch.setattr(module, "projections", lambda: projections)
    return projections
