"""What somebody believes now, and how he would put it: for turns, behaviour and whoever explains."""

from msgspec.structs import replace

from bodybroker.kernel.ids import EntityId
from bodybroker.world.base import PLAYER
from bodybroker.world.beliefs.state import Belief, Claim
from bodybroker.world.beliefs.weighing import best, strength
from bodybroker.world.rules import Rules
from bodybroker.world.state import State
from bodybroker.world.wording import a


def known_to(state: State, rules: Rules, holder: EntityId, about: EntityId | None = None) -> tuple[Belief, ...]:
    """What `holder` believes now, surest first, each as strong as it is now; only what names `about`, if given."""
    found = [
        replace(belief, strength=sure)
        for belief in state.beliefs.held.get(holder, ())
        if about is None or about in (belief.claim.subject, belief.claim.object)
        if belief.claim.predicate in rules.beliefs.predicates
        and (sure := strength(belief, state.minute, rules.beliefs)) >= rules.beliefs.limits.least
    ]
    return tuple(sorted(found, key=lambda belief: -belief.strength))


def said(state: State, rules: Rules, claim: Claim, listener: EntityId | None = None) -> str:
    """A claim as a sentence without its full stop; to the player's face where the player is the `listener`."""
    predicate = rules.beliefs.predicates[claim.predicate]
    subject, about = name(state, rules, claim.subject), _object(state, rules, claim.object, listener)
    if listener == claim.subject == PLAYER and predicate.says_you is not None:
        return predicate.says_you.format(object=about)
    return predicate.says.format(subject=subject, object=about)


def put(state: State, rules: Rules, belief: Belief) -> str:
    """A belief as one short sentence: what, whence, and whether it is doubted."""
    words = rules.beliefs.words
    reason, _ = best(belief, state.minute, rules.beliefs)
    whence = words.source[reason.kind].format(source=name(state, rules, reason.source or PLAYER))
    sure = words.sure if belief.strength >= words.sure_from else words.unsure
    return sure.format(claim=said(state, rules, belief.claim), whence=whence)


def name(state: State, rules: Rules, who: EntityId) -> str:
    """What somebody is called; the player has no name of his own."""
    return rules.beliefs.words.player if who == PLAYER else state.npcs[who].character.name


def _object(state: State, rules: Rules, of: str, listener: EntityId | None) -> str:
    """The object of a claim by its name."""
    if of == PLAYER:
        return "you" if listener == PLAYER else rules.beliefs.words.player
    who = EntityId(of)
    if who in state.npcs:
        return state.npcs[who].character.name
    if who in state.places:
        return state.places[who].site.name
    if who in state.houses.houses:
        return state.houses.houses[who].name
    return a(of) if of else ""
