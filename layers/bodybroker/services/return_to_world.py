"""Use case: the player comes back. The city lived on meanwhile; one step catches up, whatever the absence was."""

from datetime import datetime

from bodybroker.kernel.clock import Clock
from bodybroker.kernel.ids import WorldKey
from bodybroker.kernel.json import digest
from bodybroker.services.handle_command import CommandDesk, Submission
from bodybroker.services.read_world import read_outcome, read_world
from bodybroker.services.recording import Outcome, same_payload
from bodybroker.world.city.commands import CatchUp
from bodybroker.world.rules import Rules

SECONDS_PER_HOUR = 3600
PAYLOAD_HASH = digest({"return_to_world": {}})


def return_to_world(desk: CommandDesk, clock: Clock, key: WorldKey, command_id: str) -> Outcome:
    """Let the time pass that the player was away; nothing happens after a short absence or while in danger.

    Raises NotFound, or Conflict when the world moves meanwhile.
    """
    loaded = read_world(desk.store, key)
    receipt = desk.store.receipt(key, command_id)
    if receipt is not None:
        return read_outcome(desk.store, key, same_payload(receipt, PAYLOAD_HASH))
    minutes = _game_minutes(loaded.head.updated_at, clock.now(), desk.rules)
    if minutes == 0 or loaded.state.conflict.danger is not None:
        return Outcome(loaded.head, loaded.state, ())
    return desk.handle(key, Submission(command_id, PAYLOAD_HASH, CatchUp(minutes), loaded.head.version))


def _game_minutes(updated_at: str, now: datetime, rules: Rules) -> int:
    """Game minutes of an absence that began with the last event; 0 for a short one and for clocks that disagree."""
    seconds = int((now - datetime.fromisoformat(updated_at)).total_seconds())
    absence = rules.absence
    if seconds < absence.after_hours * SECONDS_PER_HOUR:
        return 0
    return seconds * absence.minutes_per_hour // SECONDS_PER_HOUR
