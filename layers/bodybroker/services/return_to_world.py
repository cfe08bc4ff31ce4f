"""Use case: the player comes back. The city lived on meanwhile; one step catches up, whatever the absence was."""

from datetime import datetime

from bodybroker.kernel.clock import Clock
from bodybroker.kernel.ids import WorldKey
from bodybroker.kernel.json import digest
from bodybroker.ports import EventStore
from bodybroker.services.handle_command import CommandDesk, Submission
from bodybroker.services.read_world import read_world
from bodybroker.services.recording import Outcome
from bodybroker.world.city.commands import CatchUp
from bodybroker.world.rules import Rules

SECONDS_PER_HOUR = 3600


def return_to_world(
    store: EventStore, rules: Rules, desk: CommandDesk, clock: Clock, key: WorldKey, command_id: str
) -> Outcome:
    """Let the time pass that the player was away; nothing happens after a short absence or while in danger.

    Raises NotFound, or Conflict when the world moves meanwhile.
    """
    loaded = read_world(store, key)
    minutes = _game_minutes(loaded.head.updated_at, clock.now(), rules)
    if minutes == 0 or loaded.state.conflict.danger is not None:
        return Outcome(loaded.head, loaded.state, ())
    payload_hash = digest({"return_to_world": {}})
    return desk.handle(key, Submission(command_id, payload_hash, CatchUp(minutes), loaded.head.version))


def _game_minutes(updated_at: str, now: datetime, rules: Rules) -> int:
    """Game minutes of an absence that began with the last event; 0 for a short one and for clocks that disagree."""
    seconds = int((now - datetime.fromisoformat(updated_at)).total_seconds())
    absence = rules.absence
    if seconds < absence.after_hours * SECONDS_PER_HOUR:
        return 0
    return seconds * absence.minutes_per_hour // SECONDS_PER_HOUR
