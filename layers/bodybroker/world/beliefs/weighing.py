"""How strong beliefs are: evidence fades by its kind, and reasons that begin elsewhere strengthen each other."""

from collections.abc import Sequence

from bodybroker.kernel.ids import EntityId
from bodybroker.world.base import MINUTES_PER_DAY
from bodybroker.world.beliefs.events import Learned
from bodybroker.world.beliefs.keeping import find
from bodybroker.world.beliefs.rules import MOST, BeliefsRules
from bodybroker.world.beliefs.state import Belief, BeliefsState, Claim, Evidence, EvidenceKind

SAID: frozenset[EvidenceKind] = frozenset({"told", "lied", "distorted"})
Root = tuple[EntityId | None, int]


def faded(evidence: Evidence, minute: int, rules: BeliefsRules) -> int:
    """What is left of evidence at a minute."""
    left = evidence.strength - rules.fades[evidence.kind] * (minute - evidence.minute) // MINUTES_PER_DAY
    return left if left > 0 else 0


def root(evidence: Evidence) -> Root:
    """Where it begins: two reasons with one root are one reason, however they came.

    What somebody only says begins with him, however often he says it; what somebody saw, with what he saw.
    """
    origin = evidence.origin
    if origin is not None:
        return origin.by, 0 if origin.kind in SAID else origin.version
    if evidence.source is not None or evidence.kind == "inferred":
        return evidence.source, 0
    return None, evidence.version


def combined(evidence: Sequence[Evidence], minute: int, rules: BeliefsRules) -> int:
    """The strength of a belief on that evidence: that of the best, and more for each other root."""
    if len(evidence) == 1:
        return faded(evidence[0], minute, rules)
    best_left, roots = 0, set[Root]()
    for reason in evidence:
        left = faded(reason, minute, rules)
        if left:
            roots.add(root(reason))
            if left > best_left:
                best_left = left
    return min(MOST, best_left + (len(roots) - 1) * rules.telling.corroborated) if roots else 0


def strength(belief: Belief | None, minute: int, rules: BeliefsRules) -> int:
    """How strong a belief is at a minute; 0 for none."""
    return 0 if belief is None else combined(belief.evidence, minute, rules)


def best(belief: Belief, minute: int, rules: BeliefsRules) -> tuple[Evidence, int]:
    """The best reason of a belief, and what is left of it: what its holder can tell others."""
    return max(((reason, faded(reason, minute, rules)) for reason in belief.evidence), key=lambda pair: pair[1])


def weighed(
    minds: BeliefsState, holder: EntityId, claim: Claim, reason: Evidence, rules: BeliefsRules
) -> Learned | None:
    """What `holder` learns by that reason at its minute; None where it tells nothing new or does not convince.

    Nobody believes what is said of himself, what comes back from himself, or two things that exclude each other.
    """
    if holder == claim.subject or (reason.origin is not None and reason.origin.by == holder):
        return None
    if reason.strength < rules.limits.least:
        return None
    belief = find(minds, holder, claim)
    if belief is None:
        return _new(minds, holder, claim, reason, rules)
    at = _place(belief, reason, rules)
    if at is None:
        return None
    known = list(belief.evidence)
    known[at : at + 1] = [reason]
    replaces = at if at < len(belief.evidence) else None
    return Learned(holder, claim, reason, combined(known, reason.minute, rules), replaces)


def _new(minds: BeliefsState, holder: EntityId, claim: Claim, reason: Evidence, rules: BeliefsRules) -> Learned | None:
    """A claim that is new to him, where it outweighs what it contradicts and whatever has to make room for it."""
    minute, mind = reason.minute, minds.held.get(holder, ())
    rivals = [belief for belief in mind if _excludes(belief.claim, claim, rules)]
    if not rivals and len(mind) >= rules.limits.beliefs:
        rivals = [min(mind, key=lambda belief: strength(belief, minute, rules))]
    if any(strength(belief, minute, rules) >= reason.strength for belief in rivals):
        return None
    forgets = rivals[0].claim if rivals else None
    return Learned(holder, claim, reason, reason.strength, forgets=forgets)


def _excludes(held: Claim, claim: Claim, rules: BeliefsRules) -> bool:
    same = held.subject == claim.subject and held.predicate == claim.predicate
    return same and rules.predicates[claim.predicate].exclusive


def _place(belief: Belief, reason: Evidence, rules: BeliefsRules) -> int | None:
    """Where the reason goes: in the place of a weaker one of its root, behind the others, or where there is no room in
    that of the weakest but the first. None where it is too weak for that."""
    left = [faded(known, reason.minute, rules) for known in belief.evidence]
    at = next((i for i, known in enumerate(belief.evidence) if root(known) == root(reason)), None)
    if at is None and len(left) < rules.limits.evidence:
        return len(left)
    if at is None:
        at = min(range(1, len(left)), key=left.__getitem__)
    return at if left[at] < reason.strength else None
