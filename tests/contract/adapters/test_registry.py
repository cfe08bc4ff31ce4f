"""What every registry of adapters does."""

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from itertools import pairwise

import pytest
from bodybroker.adapters.lora_table import CachedLineups, LoraTable
from bodybroker.kernel.clock import FixedClock
from bodybroker.kernel.errors import Unavailable
from bodybroker.models.lora import begin_canary, choose, go_live, retire
from bodybroker.ports.lora import AdapterContended, AdapterTaken

from tests.fakes.adapters import BASE, OTHER_BASE, MemoryRegistry, candidate

NOW = "2026-11-23T12:00:00+00:00"


@pytest.fixture(params=["memory", "dynamodb"])
def registry(request):
    if request.param == "memory":
        return MemoryRegistry()
    return LoraTable(request.getfixturevalue("aws_client")("dynamodb"), request.getfixturevalue("table"))


def begin(registry, name="ghoul-1", per_mille=100):
    change = begin_canary(registry.lineup("ghoul", BASE), registry.find(name), per_mille, NOW)
    registry.commit(change, "promote", "ann")
    return change


def live(registry, name="ghoul-1"):
    lineup = begin(registry, name).lineup
    replaced = registry.find(lineup.live) if lineup.live else None
    change = go_live(lineup, registry.find(name), replaced, NOW)
    registry.commit(change, "promote", "ann")
    return change


def test_an_adapter_is_found_as_it_was_added(registry):
    assert registry.find("ghoul-1") is None
    registry.add(candidate(), "ann")
    assert registry.find("ghoul-1") == candidate()
    with pytest.raises(AdapterTaken):
        registry.add(candidate(subject="lich"), "ben")
    assert registry.find("ghoul-1").subject == "ghoul"


def test_a_change_moves_the_lineup_and_its_adapters_together(registry):
    for name in ("ghoul-1", "ghoul-2"):
        registry.add(candidate(name), "ann")
        live(registry, name)
    lineup = registry.lineup("ghoul", BASE)
    assert (lineup.live, lineup.previous) == ("ghoul-2", "ghoul-1")
    assert {one.name: one.state for one in registry.all()} == {"ghoul-1": "retired", "ghoul-2": "live"}
    assert registry.lineup("ghoul", OTHER_BASE).version == 0
    assert choose(registry.lineups(), ["ghoul"], BASE, "p") == "ghoul-2"


def test_history_tells_who_did_what(registry):
    registry.add(candidate(), "ann")
    begin(registry)
    registry.commit(retire(registry.lineup("ghoul", BASE), registry.find("ghoul-1"), NOW), "rollback", "ben")
    told = [(entry["by"], entry["operation"], entry["state"]) for entry in registry.history("ghoul-1")]
    assert told == [("ann", "register", "candidate"), ("ann", "promote", "canary"), ("ben", "rollback", "retired")]
    assert registry.history("ghoul-2") == []


def test_what_was_decided_on_an_old_state_is_not_written(registry):
    registry.add(candidate(), "ann")
    change = begin(registry)
    stale = begin_canary(registry.lineup("ghoul", BASE), registry.find("ghoul-1"), 500, NOW)
    registry.commit(go_live(change.lineup, change.adapters[0], None, NOW), "promote", "ann")
    with pytest.raises(AdapterContended):
        registry.commit(stale, "promote", "ben")
    assert registry.find("ghoul-1").state == "live"
    assert registry.lineup("ghoul", BASE).live == "ghoul-1"


def test_of_operators_at_once_one_wins_and_exactly_one_adapter_is_live(registry):
    names = [f"ghoul-{number}" for number in range(6)]
    for name in names:
        registry.add(candidate(name), name)

    lineup = registry.lineup("ghoul", BASE)
    changes = [begin_canary(lineup, registry.find(name), 100, NOW) for name in names]

    def commit(change):
        try:
            registry.commit(change, "promote", "any")
        except AdapterContended:
            return None
        return change.lineup.canary

    with ThreadPoolExecutor(6) as pool:
        won = [name for name in pool.map(commit, changes) if name]
    assert len(won) == 1
    assert registry.lineup("ghoul", BASE).canary == won[0]
    assert [one.name for one in registry.all() if one.state == "canary"] == won


def test_every_change_has_its_own_version(registry):
    registry.add(candidate(), "ann")
    versions = [begin(registry, per_mille=share).lineup.version for share in (10, 20, 30)]
    assert all(later == earlier + 1 for earlier, later in pairwise(versions))
    assert registry.lineup("ghoul", BASE).per_mille == 30


class Away:
    def lineups(self):
        raise Unavailable("away")


def test_callers_read_a_cache_that_is_half_a_minute_old_at_most(registry):
    clock = FixedClock(datetime(2026, 11, 23, tzinfo=UTC))
    cached = CachedLineups(registry, clock, 30)
    assert choose(cached.lineups(), ["ghoul"], BASE, "p") is None
    registry.add(candidate(), "ann")
    live(registry)
    clock.instant += timedelta(seconds=29)
    assert choose(cached.lineups(), ["ghoul"], BASE, "p") is None
    clock.instant += timedelta(seconds=1)
    assert choose(cached.lineups(), ["ghoul"], BASE, "p") == "ghoul-1"
    cached._table = Away()
    clock.instant += timedelta(seconds=60)
    assert choose(cached.lineups(), ["ghoul"], BASE, "p") == "ghoul-1"
    with pytest.raises(Unavailable):
        CachedLineups(Away(), clock, 30).lineups()
