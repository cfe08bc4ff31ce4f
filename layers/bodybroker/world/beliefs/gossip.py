"""Gossip: by night those who are awake meet, and one tells the other what it believes, or what it understood."""

from collections.abc import Iterator

from msgspec.structs import replace

from bodybroker.kernel.ids import EntityId
from bodybroker.kernel.random import Stream
from bodybroker.world.base import PLAYER
from bodybroker.world.beliefs.events import THIS
from bodybroker.world.beliefs.learning import News, learn
from bodybroker.world.beliefs.rules import BeliefsRules
from bodybroker.world.beliefs.state import Belief, Claim, Evidence
from bodybroker.world.beliefs.telling import objects, origin_of
from bodybroker.world.beliefs.weighing import best, strength, weighed
from bodybroker.world.bonds.between import bond
from bodybroker.world.draft import Draft
from bodybroker.world.rules import Rules
from bodybroker.world.state import Npc, State
from bodybroker.world.talk.state import is_silent


def gossip(draft: Draft, minute: int) -> None:
    """A round of meetings at that minute, which is not past."""
    dice = Stream(draft.state.seed, "gossip", str(minute))
    learn(draft, list(_round(draft.state, draft.rules, minute, dice)))


def _round(state: State, rules: Rules, minute: int, dice: Stream) -> Iterator[News]:
    awake = [npc for npc in _people(state) if state.phase in npc.character.awake and minute >= npc.away_until]
    tellers = [npc for npc in awake if npc.character.npc_id in state.beliefs.held]
    for teller in dice.sample(tellers, min(len(tellers), rules.beliefs.gossip.meetings)):
        own = dice.substream(teller.character.npc_id)
        listener = _met(state, rules, teller, awake, own)
        if listener is not None:
            yield from _said(state, rules, minute, teller, listener, own)


def _people(state: State) -> list[Npc]:
    return [state.npcs[npc_id] for npc_id in sorted(state.npcs)]


def _met(state: State, rules: Rules, teller: Npc, awake: list[Npc], dice: Stream) -> Npc | None:
    """Somebody of the same haunt, or now and then of another: rather one whom it trusts."""
    across = dice.chance(rules.beliefs.gossip.across_per_mille)
    me = teller.character
    there = [npc for npc in awake if npc is not teller and (npc.character.haunt_id != me.haunt_id) == across]
    near = dice.sample(there, min(len(there), rules.beliefs.gossip.near))
    weights = [
        (npc, 1 + bond(state, me.npc_id, npc.character.npc_id, rules).trust * rules.beliefs.gossip.per_trust)
        for npc in near
    ]
    return dice.weighted(weights) if weights else None


def _said(state: State, rules: Rules, minute: int, teller: Npc, listener: Npc, dice: Stream) -> Iterator[News]:
    """What the teller most likes to tell of what would be news to the listener."""
    me, you = teller.character.npc_id, listener.character.npc_id
    trust, silent = bond(state, you, me, rules).trust, is_silent(state.talk, me)
    choices = []
    for belief in state.beliefs.held[me]:
        predicate = rules.beliefs.predicates.get(belief.claim.predicate)
        if (
            predicate is None
            or not predicate.spice
            or (silent and PLAYER in (belief.claim.subject, belief.claim.object))
        ):
            continue
        reason = _word(belief, me, minute, trust, rules.beliefs)
        if weighed(state.beliefs, you, belief.claim, reason, rules.beliefs) is None:
            continue
        if _tells(state, rules, minute, belief, me):
            choices.append(((belief.claim, reason), predicate.spice * reason.strength))
    if choices:
        claim, reason = dice.weighted(choices)
        yield _understood(state, rules, claim, reason, listener, dice)


def _word(belief: Belief, teller: EntityId, minute: int, trust: int, rules: BeliefsRules) -> Evidence:
    """What a listener of that trust makes of the teller's word: always less than the teller's own best reason."""
    said = best(belief, minute, rules)[1] * rules.gossip.kept_per_mille // 1000
    origin = origin_of(belief, teller, minute, rules)
    return Evidence("told", THIS, minute, rules.telling.heard(said, trust), teller, origin)


def _tells(state: State, rules: Rules, minute: int, belief: Belief, teller: EntityId) -> bool:
    """Who doubts it keeps it to himself; so does who trusts the one whom it harms."""
    book, claim = rules.beliefs, belief.claim
    if strength(belief, minute, book) < book.gossip.tell_from:
        return False
    return not book.predicates[claim.predicate].harms or (
        bond(state, teller, claim.subject, rules).trust < book.gossip.silent_trust
    )


def _understood(state: State, rules: Rules, claim: Claim, reason: Evidence, listener: Npc, dice: Stream) -> News:
    """What was said, or something like it: the duller the listener, the likelier."""
    hears = listener.character
    if dice.chance(rules.beliefs.gossip.distorts(hears.guide.intelligence)):
        likely = [other for other in _similar(state, rules, claim) if hears.npc_id not in (other.subject, other.object)]
        if likely:
            strength = reason.strength * rules.beliefs.gossip.distorted_per_mille // 1000
            garbled = replace(reason, kind="distorted", strength=strength, premise=claim)
            return News(hears.npc_id, dice.choice(likely), garbled)
    return News(hears.npc_id, claim, reason)


def _similar(state: State, rules: Rules, claim: Claim) -> list[Claim]:
    """The same of somebody else, and of the same one with something else of the same kind."""
    predicate = rules.beliefs.predicates[claim.predicate]
    subjects = [npc_id for npc_id in sorted(state.npcs) if "npc" in predicate.subjects]
    if "player" in predicate.subjects:
        subjects.append(PLAYER)
    others = [replace(claim, subject=subject) for subject in subjects]
    for kind in predicate.objects:
        alike = objects(state, rules, claim.predicate, kind)
        if claim.object in alike:
            others += [replace(claim, object=other) for other in alike]
    return [other for other in others if other != claim and other.subject != other.object]
