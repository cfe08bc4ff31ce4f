"""Why somebody believes something: each reason followed from mouth to mouth, back to where it began."""

from collections.abc import Collection

from msgspec import Struct

from bodybroker.kernel.ids import EntityId
from bodybroker.world.beliefs.keeping import find
from bodybroker.world.beliefs.reading import known_to, name, put, said
from bodybroker.world.beliefs.state import Belief, Claim, Evidence, EvidenceKind
from bodybroker.world.beliefs.weighing import faded
from bodybroker.world.rules import Rules
from bodybroker.world.state import State


class Beginning(Struct, frozen=True, omit_defaults=True):
    """Where a reason began: who saw, said or made it up, and by which event."""

    kind: EvidenceKind
    by: EntityId | None
    by_name: str | None
    version: int


class TracedReason(Struct, frozen=True, omit_defaults=True):
    """A reason to believe, and why its source believes it; `forgotten` where that one no longer does.

    `version` is that of the event by which it came, `minute` when that was, `strength` what is left of it now.
    """

    kind: EvidenceKind
    version: int
    minute: int
    strength: int
    began: Beginning
    source: EntityId | None = None
    source_name: str | None = None
    premise: str | None = None
    forgotten: bool = False
    because: tuple["TracedReason", ...] = ()


class HeldBelief(Struct, frozen=True, omit_defaults=True):
    """What somebody holds to be true, in words as well; `why` only where that was asked for."""

    subject: EntityId
    predicate: str
    object: str
    text: str
    strength: int
    why: tuple[TracedReason, ...] | None = None


def held(state: State, rules: Rules, holder: EntityId, *, why: bool) -> list[HeldBelief]:
    """All that `holder` believes now, surest first."""
    return [_held(state, rules, holder, belief, why) for belief in known_to(state, rules, holder)]


def _held(state: State, rules: Rules, holder: EntityId, belief: Belief, why: bool) -> HeldBelief:
    claim = belief.claim
    reasons = _reasons(state, rules, holder, claim, ()) if why else None
    text = put(state, rules, belief)
    return HeldBelief(claim.subject, claim.predicate, claim.object, text, belief.strength, reasons)


def _reasons(
    state: State, rules: Rules, holder: EntityId, claim: Claim, asked: Collection[tuple[EntityId, Claim]]
) -> tuple[TracedReason, ...]:
    """Nobody is asked twice for the same: two who have it from each other end the trace."""
    belief = find(state.beliefs, holder, claim)
    if belief is None or (holder, claim) in asked:
        return ()
    asked = (*asked, (holder, claim))
    return tuple(_reason(state, rules, holder, claim, evidence, asked) for evidence in belief.evidence)


def _reason(
    state: State,
    rules: Rules,
    holder: EntityId,
    claim: Claim,
    evidence: Evidence,
    asked: Collection[tuple[EntityId, Claim]],
) -> TracedReason:
    source, before = evidence.source, evidence.premise or claim
    if evidence.kind == "inferred":
        because = _reasons(state, rules, holder, before, asked)
        forgotten = find(state.beliefs, holder, before) is None
    else:
        because = () if source is None else _reasons(state, rules, source, before, asked)
        forgotten = evidence.origin is not None and source is not None and find(state.beliefs, source, before) is None
    return TracedReason(
        kind=evidence.kind,
        version=evidence.version,
        minute=evidence.minute,
        strength=faded(evidence, state.minute, rules.beliefs),
        began=_start(state, rules, holder, evidence),
        source=source,
        source_name=None if source is None else name(state, rules, source),
        premise=None if evidence.premise is None else said(state, rules, evidence.premise),
        forgotten=forgotten,
        because=because,
    )


def _start(state: State, rules: Rules, holder: EntityId, evidence: Evidence) -> Beginning:
    origin = evidence.origin
    if origin is None:
        by = evidence.source or holder
        return Beginning(evidence.kind, by, name(state, rules, by), evidence.version)
    return Beginning(
        origin.kind, origin.by, None if origin.by is None else name(state, rules, origin.by), origin.version
    )
