"""What an NPC has in mind, in words for its prompt."""

from bodybroker.minds.memory.calendar import night_of
from bodybroker.minds.memory.queries import Query, Recollection
from bodybroker.world.city.rules import Clock

BLANK = "You remember nothing of what you were asked about; if it comes up, say so."


def lines(query: Query, recollection: Recollection, clock: Clock) -> tuple[str, ...]:
    """Which night it is and what is remembered, the best first; that nothing is, where something was asked for."""
    if recollection.answers:
        tonight = f"Tonight is night {night_of(query.now, clock)}. You remember:"
        return (tonight, *(hit.record.text for hit in recollection.hits))
    return (BLANK,) if query.asked != "open" else ()
