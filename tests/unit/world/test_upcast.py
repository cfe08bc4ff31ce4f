"""Old events: brought up to date step by step when they are read, and never touched where they are stored."""

import json
from pathlib import Path

import msgspec
import pytest
from bodybroker.world import events, upcast
from bodybroker.world.apply import fold
from bodybroker.world.events import NpcLeft, WorldRewound
from bodybroker.world.ledger import money_cents
from bodybroker.world.upcast import UnknownEvent

GOLDEN = Path(__file__).parent / "golden"
OLD_LOGS = sorted(GOLDEN.glob("v*.jsonl"))
"""Logs as they were written once, by versions of this code that are gone. Never edit them; add one per change."""


def hours_to_minutes(event):
    return {"npc_id": event["npc_id"], "away_until": event["hours"] * 60}


def name_to_id(event):
    return {"npc_id": f"id of {event['npc']}", "hours": event["hours"]}


STEPS = {("npc_left", -1): name_to_id, ("npc_left", 0): hours_to_minutes}


@pytest.fixture
def steps(monkeypatch):
    for old, step in STEPS.items():
        monkeypatch.setitem(upcast.STEPS, old, step)


def wire(**fields):
    return json.dumps(fields).encode()


def test_an_old_event_climbs_every_step_to_the_version_of_today(steps):
    assert events.decode(wire(type="npc_left", v=-1, npc="Walt", hours=2)) == NpcLeft("id of Walt", 120)
    assert events.decode(wire(type="npc_left", v=0, npc_id="n", hours=2)) == NpcLeft("n", 120)
    assert events.decode(wire(type="npc_left", v=1, npc_id="n", away_until=3)) == NpcLeft("n", 3)


def test_what_a_step_says_of_type_and_version_does_not_count():
    steps = {("a", 1): lambda event: {**event, "type": "b", "v": 7, "x": 1}}
    assert upcast.upcast({"type": "a", "v": 1}, 2, steps) == {"type": "a", "v": 2, "x": 1}


def test_an_unknown_type_is_unknown_in_every_version():
    for version in (-1, 0, 1):
        with pytest.raises(UnknownEvent, match=f"'npc_vanished' of version {version}"):
            events.decode(wire(type="npc_vanished", v=version))


@pytest.mark.parametrize("version", [-2, 2])
def test_a_missing_step_and_the_future_are_unknown(steps, version):
    with pytest.raises(UnknownEvent, match=f"'npc_left' of version {version}"):
        events.decode(wire(type="npc_left", v=version, npc_id="n", away_until=3))


def test_the_fields_after_the_last_step_are_checked(steps, monkeypatch):
    monkeypatch.setitem(upcast.STEPS, ("npc_left", 0), lambda event: {"npc_id": "n", "away_until": "soon"})
    with pytest.raises(msgspec.ValidationError):
        events.decode(wire(type="npc_left", v=0, npc_id="n", hours=2))


def test_every_step_ends_at_a_version_that_is_written():
    for kind, version in upcast.STEPS:
        assert version < events.VERSIONS[kind], kind


@pytest.mark.parametrize("log", OLD_LOGS, ids=lambda log: log.stem)
def test_a_log_of_old_is_read_folded_and_keeps_its_money(log):
    read = [events.decode(line) for line in log.read_bytes().splitlines()]
    story = [event for event in read if not isinstance(event, WorldRewound)]
    reached = fold(story)
    assert reached.version == len(story)
    assert money_cents(reached) == money_cents(fold(story[:1]))
    for event in read:
        assert events.decode(events.encode(event)) == event


def test_there_is_an_old_log():
    assert OLD_LOGS
