"""How strong beliefs are, how they fade, and how little of them is kept."""

from bodybroker.world.base import MINUTES_PER_DAY, PLAYER
from bodybroker.world.beliefs.state import Claim, Evidence, Origin
from bodybroker.world.beliefs.weighing import weighed
from msgspec.structs import replace

FOUL = Claim(PLAYER, "sold_foul_part", "heart")


def test_what_was_seen_fades_slower_than_what_was_said(minds):
    seer, hearer = minds.people("ghoul")[:2]
    minds.sees(seer, FOUL, 80)
    minds.told(hearer, FOUL, trust=100)
    begun = minds.strength(hearer, FOUL)
    minds.pass_minutes(3 * MINUTES_PER_DAY)
    assert minds.strength(seer, FOUL) == 80 - 3 * minds.rules.fades["seen"]
    assert minds.strength(hearer, FOUL) == begun - 3 * minds.rules.fades["told"]
    assert minds.rules.fades["seen"] < minds.rules.fades["told"]


def test_other_roots_corroborate_and_the_same_one_does_not(minds):
    holder, one, other = minds.people("ghoul")[:3]
    minds.told(holder, FOUL, one, trust=60)
    first = minds.strength(holder, FOUL)
    assert minds.told(holder, FOUL, one, trust=60) == []
    assert minds.strength(holder, FOUL) == first
    assert minds.told(holder, FOUL, other, trust=60)
    assert minds.strength(holder, FOUL) == first + minds.rules.telling.corroborated


def test_the_same_deed_through_two_mouths_is_one_reason(minds):
    holder, one, other = minds.people("ghoul")[:3]
    witness = minds.people("vampire")[0]
    for mouth in (one, other):
        heard = Evidence("told", 9, minds.world.state.minute, 40, mouth, Origin("seen", witness, 4))
        lesson = weighed(minds.world.state.beliefs, holder, FOUL, heard, minds.rules)
        assert (lesson is None) == (mouth == other)
        if lesson is not None:
            minds.told(holder, FOUL, one)
            held = replace(minds.belief(holder, FOUL), evidence=(heard,))
            beliefs = replace(minds.world.state.beliefs, held={holder: (held,)})
            minds.world.state = replace(minds.world.state, beliefs=beliefs)


def test_nobody_keeps_more_than_so_much(minds):
    holder, limits = minds.people("ghoul")[0], minds.rules.limits
    parts = sorted(minds.world.rules.parts.parts)
    claims = [minds.of(kind, part) for kind in ("sold_foul_part", "carries", "sold_fine_part") for part in parts]
    assert len(claims) > limits.beliefs
    for i, claim in enumerate(claims):
        minds.sees(holder, claim, 50 + i)
    held = minds.world.state.beliefs.held[holder]
    assert len(held) <= limits.beliefs and claims[-1] in [belief.claim for belief in held]
    assert claims[0] not in [belief.claim for belief in held]
    assert minds.sees(holder, minds.of("dangerous"), limits.least) == []


def test_the_first_reason_is_kept_when_the_weakest_goes(minds):
    holder, *others = minds.people("ghoul")
    others += minds.people("vampire")
    for i in range(minds.rules.limits.evidence + 2):
        minds.told(holder, FOUL, others[i], trust=30 + 10 * i)
    reasons = minds.belief(holder, FOUL).evidence
    assert len(reasons) == minds.rules.limits.evidence
    assert reasons[0].source == others[0] and others[1] not in [reason.source for reason in reasons]


def test_of_two_claims_that_exclude_each_other_the_stronger_is_believed(minds):
    holder, houses = minds.people("ghoul")[0], sorted(minds.world.state.houses.houses)
    one, other = (minds.of("serves_house", house) for house in houses[:2])
    minds.sees(holder, one, 50)
    assert minds.sees(holder, other, 50) == []
    minds.sees(holder, other, 51)
    assert minds.belief(holder, one) is None and minds.belief(holder, other) is not None


def test_at_dawn_what_has_faded_is_forgotten(minds, names):
    weak, strong = minds.people("ghoul")[:2]
    minds.sees(weak, FOUL, minds.rules.limits.least + minds.rules.fades["seen"])
    minds.sees(strong, minds.of("carries", "heart"), 90)
    for _ in range(2):
        minds.world.wait_for("night")
        minds.world.wait_for("day")
    assert minds.belief(weak, FOUL) is None and minds.belief(strong, minds.of("carries", "heart"))
    assert "BeliefsForgotten" in names(minds.world.log)
