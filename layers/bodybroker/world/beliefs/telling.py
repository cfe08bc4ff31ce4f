"""Words: what somebody who is told a claim makes of it, honest or not."""

from bodybroker.kernel.errors import Refused
from bodybroker.kernel.ids import EntityId
from bodybroker.kernel.random import Stream
from bodybroker.world.base import PLAYER
from bodybroker.world.beliefs.events import THIS
from bodybroker.world.beliefs.keeping import find
from bodybroker.world.beliefs.learning import News, learn
from bodybroker.world.beliefs.rules import BeliefsRules, Kind
from bodybroker.world.beliefs.state import Belief, Claim, Evidence, EvidenceKind, Origin
from bodybroker.world.beliefs.weighing import SAID, best, faded
from bodybroker.world.draft import Draft
from bodybroker.world.events import Event
from bodybroker.world.powers.effects import bonus
from bodybroker.world.rules import Rules
from bodybroker.world.state import State


def check_claim(state: State, rules: Rules, claim: Claim) -> None:
    """Raises Refused unless the claim says something that can be true or false in this world."""
    predicate = rules.beliefs.predicates.get(claim.predicate)
    if predicate is None:
        raise Refused("unknown_predicate", "Nothing of that kind can be claimed.")
    kind = "player" if claim.subject == PLAYER else "npc" if claim.subject in state.npcs else None
    if kind is None:
        raise Refused("unknown_npc", "Nobody of that id lives in this district.")
    if kind not in predicate.subjects:
        raise Refused("wrong_subject", "That cannot be said of this one.")
    if claim.object == claim.subject:
        raise Refused("wrong_object", "That cannot be said of one and the same.")
    if not predicate.objects:
        known = claim.object == ""
    else:
        known = any(claim.object in objects(state, rules, claim.predicate, kind) for kind in predicate.objects)
    if not known:
        raise Refused("wrong_object", "That is not what such a claim is about.")


def objects(state: State, rules: Rules, predicate: str, kind: Kind) -> list[str]:
    """Everything of that kind that claims of the predicate can be about, in order."""
    match kind:
        case "person":
            return [*sorted(state.npcs), PLAYER]
        case "place":
            return sorted(state.places)
        case "house":
            return sorted(state.houses.houses)
        case "part":
            return sorted(rules.parts.parts)
        case "word":
            return list(rules.beliefs.predicates[predicate].words)


def told(
    state: State, rules: Rules, holder: EntityId, claim: Claim, source: EntityId, trust: int, is_lie: bool
) -> list[Event]:
    """The events of `source` telling `holder` a claim; `trust` (0..100) is the holder's in the source.

    Raises Refused as `check_claim` does. A lie may be seen through: then the holder learns that about the liar instead.
    """
    check_claim(state, rules, claim)
    draft = Draft(state, rules)
    learn(draft, [heard(state, rules, holder, claim, source, trust, is_lie)])
    return draft.events


def heard(
    state: State, rules: Rules, holder: EntityId, claim: Claim, source: EntityId, trust: int, is_lie: bool
) -> News:
    book, minute = rules.beliefs, state.minute
    if is_lie and _sees_through(state, rules, holder, claim, source, trust):
        return News(holder, Claim(source, book.lying.shows), Evidence("seen", THIS, minute, book.lying.strength))
    belief = None if is_lie else find(state.beliefs, source, claim)
    sure = book.telling.asserted if belief is None else best(belief, minute, book)[1]
    kind: EvidenceKind = "lied" if is_lie else "told"
    origin = None if belief is None else origin_of(belief, source, minute, book)
    return News(holder, claim, Evidence(kind, THIS, minute, book.telling.heard(sure, trust), source, origin))


def origin_of(belief: Belief, holder: EntityId, minute: int, rules: BeliefsRules) -> Origin:
    """Where what `holder` passes on began: with the best of its own reasons."""
    reason, _ = best(belief, minute, rules)
    if reason.origin is not None:
        return reason.origin
    return Origin(reason.kind, reason.source if reason.kind in SAID else holder, reason.version)


def _sees_through(state: State, rules: Rules, holder: EntityId, claim: Claim, source: EntityId, trust: int) -> bool:
    """Nobody can be lied to about himself, or about what he saw otherwise; else it takes wit."""
    if claim.subject == holder or _saw_otherwise(state, rules.beliefs, holder, claim):
        return True
    npc = state.npcs.get(holder)
    if npc is None:
        return False
    liar = state.npcs.get(source)
    charm = bonus(state, rules, "charm") if liar is None else liar.character.guide.charisma
    dice = Stream(state.seed, "lie", str(state.moment), holder, claim.subject, claim.predicate, claim.object)
    return dice.chance(rules.beliefs.lying.seen_through(npc.character.guide.intelligence, trust, charm))


def _saw_otherwise(state: State, rules: BeliefsRules, holder: EntityId, claim: Claim) -> bool:
    return rules.predicates[claim.predicate].exclusive and any(
        belief.claim.subject == claim.subject
        and belief.claim.predicate == claim.predicate
        and belief.claim.object != claim.object
        and any(reason.kind == "seen" and faded(reason, state.minute, rules) for reason in belief.evidence)
        for belief in state.beliefs.held.get(holder, ())
    )
