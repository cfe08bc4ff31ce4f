"""What the API tells of the history: every event, none of the secrets."""

import msgspec
from bodybroker.world import events
from bodybroker.world.events import Event
from bodybroker.world.known import KnownEvents, as_known, known
from bodybroker.world.lab.state import Growth

SECRETS = {"purse_cents", "city_cents", "npcs", "places", "amounts", "alarm", "refused", "away_until"}


def tag(kind: type) -> str:
    return str(kind.__struct_config__.tag)


def fields(value: object) -> set[str]:
    """The names of all fields at any depth of plain data."""
    match value:
        case dict():
            return {str(name) for name in value} | {name for inner in value.values() for name in fields(inner)}
        case list():
            return {name for inner in value for name in fields(inner)}
        case _:
            return set()


def test_every_event_has_a_known_form():
    assert {tag(kind) for kind in KnownEvents.__args__} == {tag(kind) for kind in Event.__args__}


def test_a_night_is_told_without_its_secrets(golden_night):
    for _, made, _ in golden_night:
        for event in made:
            told, whole = msgspec.to_builtins(known(event)), msgspec.to_builtins(event)
            assert told["type"] == whole["type"]
            assert not SECRETS & fields(told), told
            shared = {name: value for name, value in told.items() if name != "growth"}
            assert shared.items() <= whole.items()


def test_a_growth_hides_its_quality_until_it_is_collected():
    growth = Growth("g", "e", "skin", 88, 600, 780, None)
    told = msgspec.to_builtins(known(events.GrowthStarted(growth, 500)))
    assert told["growth"] == {
        "growth_id": "g",
        "equipment_id": "e",
        "part": "skin",
        "started_minute": 600,
        "ready_minute": 780,
    }


def test_a_seal_is_told_without_its_reference():
    told = msgspec.to_builtins(known(events.WorldSealed("purchase", "order-1")))
    assert told == {"type": "world_sealed", "kind": "purchase"}


def test_an_event_keeps_its_place():
    recorded = events.Recorded(7, "event", "2026-11-23T00:00:00Z", "command", events.NpcLeft("n", 3))
    told = as_known(recorded)
    assert (told.seq, told.event_id, told.recorded_at, told.command_id) == (7, "event", recorded.recorded_at, "command")
    assert msgspec.to_builtins(told.event) == {"type": "npc_left", "npc_id": "n"}
