"""Use case: record in a world what cannot be undone, such as a purchase for real money, so that no rewind crosses it.

Only the services that know of such things call this; no player can.
"""

from bodybroker.kernel.ids import WorldKey
from bodybroker.kernel.json import digest
from bodybroker.services.handle_command import CommandDesk, Submission
from bodybroker.services.recording import Outcome
from bodybroker.world.city.commands import SealWorld
from bodybroker.world.state import SealKind


def seal_world(desk: CommandDesk, key: WorldKey, kind: SealKind, reference: str) -> Outcome:
    """Seal the active branch as it stands. The same `reference` seals once (within the lifetime of a receipt).

    Raises NotFound, or Conflict when the world does not stand still for long.
    """
    # With blanks, which no player's Idempotency-Key can have: nobody takes this id first.
    command_id = f"seal {kind} {reference}"
    return desk.handle(key, Submission(command_id, digest({"seal": [kind, reference]}), SealWorld(kind, reference)))
