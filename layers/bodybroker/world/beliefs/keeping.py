"""What a mind keeps: how a new reason to believe changes what is held. Pure arithmetic on what an event says."""

from msgspec.structs import replace

from bodybroker.kernel.ids import EntityId
from bodybroker.world.beliefs.events import THIS, Learned
from bodybroker.world.beliefs.state import Belief, BeliefsState, Claim, Evidence


def find(minds: BeliefsState, holder: EntityId, claim: Claim) -> Belief | None:
    """The belief of `holder` in `claim`, however faded."""
    return next((belief for belief in minds.held.get(holder, ()) if belief.claim == claim), None)


def absorbed(minds: BeliefsState, learned: Learned, version: int) -> BeliefsState:
    """The minds once that was learned by the event of that version."""
    mind = [belief for belief in minds.held.get(learned.holder, ()) if belief.claim != learned.forgets]
    at = next((i for i, belief in enumerate(mind) if belief.claim == learned.claim), len(mind))
    known = list(mind[at].evidence) if at < len(mind) else []
    where = len(known) if learned.replaces is None else learned.replaces
    known[where : where + 1] = [_dated(learned.evidence, version)]
    mind[at : at + 1] = [Belief(learned.claim, learned.strength, tuple(known))]
    return BeliefsState(minds.held | {learned.holder: tuple(mind)})


def _dated(evidence: Evidence, version: int) -> Evidence:
    """With the version of the event that holds it, which it could not know while it was decided."""
    origin = evidence.origin
    if origin is not None and origin.version == THIS:
        origin = replace(origin, version=version)
    return replace(evidence, version=version if evidence.version == THIS else evidence.version, origin=origin)
