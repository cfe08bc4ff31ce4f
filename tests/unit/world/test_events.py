import json
from pathlib import Path

import msgspec
import pytest
from bodybroker.world import events
from bodybroker.world.events import WorldRewound
from bodybroker.world.upcast import UnknownEvent

LOG = Path(__file__).parent / "golden" / "events.jsonl"


def test_golden_events_are_read_and_written_unchanged(golden_night):
    """The bytes of every event of the written night: whoever changes an event's fields must raise its version."""
    lines = LOG.read_bytes().splitlines()
    made = [event for _, events_of_step, _ in golden_night for event in events_of_step]
    assert [events.decode(line) for line in lines[:-1]] == made
    assert [events.encode(events.decode(line)) for line in lines] == lines
    assert isinstance(events.decode(lines[-1]), WorldRewound)


def test_an_event_says_its_type_and_version():
    wire = json.loads(events.encode(events.NpcLeft("n", 3)))
    assert wire == {"v": 1, "type": "npc_left", "npc_id": "n", "away_until": 3}


@pytest.mark.parametrize(("kind", "version"), [("npc_left", 2), ("npc_left", 0), ("npc_vanished", 1)])
def test_unknown_types_and_versions_are_named(kind, version):
    wire = json.dumps({"v": version, "type": kind, "npc_id": "n", "away_until": 3}).encode()
    with pytest.raises(UnknownEvent, match=f"'{kind}' of version {version}"):
        events.decode(wire)


@pytest.mark.parametrize("wire", [b"{}", b"[]", b"null", b"{", b'{"v":1,"type":"npc_left","npc_id":"n"}'])
def test_what_is_no_event_is_refused(wire):
    with pytest.raises(msgspec.DecodeError):
        events.decode(wire)
