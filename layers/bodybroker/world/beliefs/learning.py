"""Taking in: what minds learn from news, what they conclude from it, and what that does to bonds and moods."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from bodybroker.kernel.ids import EntityId
from bodybroker.world.base import PLAYER
from bodybroker.world.beliefs.events import THIS, BeliefsFormed, Learned
from bodybroker.world.beliefs.keeping import absorbed, find
from bodybroker.world.beliefs.rules import BeliefsRules, Inference
from bodybroker.world.beliefs.state import BeliefsState, Claim, Evidence
from bodybroker.world.beliefs.weighing import faded, root, strength, weighed
from bodybroker.world.bonds.changes import changed
from bodybroker.world.draft import Draft
from bodybroker.world.state import State
from bodybroker.world.talk.events import MoodChanged

CAUSE = "belief"
"""Why bonds change here; the event that is to blame tells which."""


@dataclass(frozen=True, slots=True)
class News:
    """A reason to believe that reaches somebody."""

    holder: EntityId
    claim: Claim
    reason: Evidence


def learn(draft: Draft, news: Iterable[News]) -> None:
    """What comes of news, in their order: nothing where they are none to those whom they reach."""
    minds, learned, convinced = draft.state.beliefs, list[Learned](), list[Learned]()
    for piece in news:
        for lesson in _lessons(draft, minds, piece):
            if _convinces(minds, lesson, draft.rules.beliefs):
                convinced.append(lesson)
            minds = absorbed(minds, lesson, draft.state.version + 1)
            learned.append(lesson)
    if learned:
        draft.add(BeliefsFormed(tuple(learned)))
        version = draft.state.version
        for lesson in convinced:
            _take_effect(draft, lesson, version)


def _lessons(draft: Draft, minds: BeliefsState, news: News) -> Iterator[Learned]:
    """What the news teach, and what can be concluded now that it is known."""
    rules = draft.rules.beliefs
    lesson = weighed(minds, news.holder, news.claim, news.reason, rules)
    if lesson is None:
        return
    yield lesson
    minds = absorbed(minds, lesson, draft.state.version + 1)
    for rule in rules.inferences:
        conclusion = _concluded(draft.state, minds, lesson, rule, rules)
        if conclusion is not None:
            yield conclusion
            minds = absorbed(minds, conclusion, draft.state.version + 1)


def _concluded(
    state: State, minds: BeliefsState, lesson: Learned, rule: Inference, rules: BeliefsRules
) -> Learned | None:
    """What somebody clever enough concludes from enough reasons."""
    if rule.premise != lesson.claim.predicate or _wit(state, lesson.holder) < rule.intelligence:
        return None
    minute, subject = lesson.evidence.minute, lesson.claim.subject
    held = [
        belief
        for belief in minds.held[lesson.holder]
        if belief.claim.predicate == rule.premise and belief.claim.subject == subject
    ]
    roots = {root(reason) for belief in held for reason in belief.evidence if faded(reason, minute, rules)}
    if len({version or by for by, version in roots}) < rule.times:  # what two saw of one deed is one reason
        return None
    sure = max(strength(belief, minute, rules) for belief in held) * rule.per_mille // 1000
    reason = Evidence("inferred", THIS, minute, sure, premise=lesson.claim)
    return weighed(minds, lesson.holder, Claim(subject, rule.conclusion), reason, rules)


def _wit(state: State, holder: EntityId) -> int:
    npc = state.npcs.get(holder)
    return 0 if npc is None else npc.character.guide.intelligence


def _convinces(minds: BeliefsState, lesson: Learned, rules: BeliefsRules) -> bool:
    """Whether it is now that the holder believes enough to act on it."""
    believed = rules.predicates[lesson.claim.predicate].believed
    if believed is None:
        return False
    before = strength(find(minds, lesson.holder, lesson.claim), lesson.evidence.minute, rules)
    return before < believed.least <= lesson.strength


def _take_effect(draft: Draft, lesson: Learned, version: int) -> None:
    """Bonds and moods follow; of what one saw oneself the systems that brought it about have seen to that."""
    believed = draft.rules.beliefs.predicates[lesson.claim.predicate].believed
    if lesson.holder == PLAYER or believed is None or lesson.evidence.kind == "seen":
        return
    points = believed.bond.model_dump()
    event = changed(draft.state, lesson.holder, lesson.claim.subject, draft.rules, CAUSE, version, **points)
    if event is not None:
        draft.add(event)
    mood = believed.mood
    if mood is not None and lesson.claim.subject == PLAYER and draft.state.npcs[lesson.holder].mood != mood:
        draft.add(MoodChanged(lesson.holder, mood))
