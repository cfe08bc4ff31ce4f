"""What an NPC has in mind, in words for its prompt."""

from bodybroker.minds.memory.calendar import night_of
from bodybroker.minds.memory.queries import Recollection
from bodybroker.world.city.rules import Clock

BLANK = "You remember nothing of what you were asked about."


def lines(recollection: Recollection, minute: int, clock: Clock, most: int) -> tuple[str, ...]:
    """What is remembered, `most` of it, the best first, with the night that it is at `minute`; that nothing is, where
    something was asked for."""
    if recollection.asked != "open" and not recollection.answers:
        return (BLANK,)
    if not recollection.hits:
        return ()
    best, *more = [hit.record.text for hit in recollection.hits[:most]]
    return (f"Tonight is night {night_of(minute, clock)}, and you remember: {best}", *more)
