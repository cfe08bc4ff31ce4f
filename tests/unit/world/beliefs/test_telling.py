"""Words, honest and not."""

import pytest
from bodybroker.world.base import PLAYER
from bodybroker.world.beliefs.reading import known_to
from bodybroker.world.bonds.between import bond
from bodybroker.world.events import BeliefsFormed


def test_a_word_convinces_by_trust(minds):
    claim, (low, high) = minds.of("carries", "heart"), minds.people("ghoul")[:2]
    minds.told(low, claim, trust=10)
    minds.told(high, claim, trust=90)
    telling = minds.rules.telling
    assert minds.strength(low, claim) == telling.heard(telling.asserted, 10) < minds.strength(high, claim)


def test_who_believes_it_tells_it_as_surely_as_he_does(minds):
    teller, holder = minds.people("ghoul")[:2]
    claim = minds.of("beat", minds.people("vampire")[0])
    minds.sees(teller, claim, 50, version=3)
    minds.told(holder, claim, teller, trust=100)
    reason = minds.belief(holder, claim).evidence[0]
    assert reason.strength == minds.rules.telling.heard(50, 100)
    assert (reason.source, reason.origin.kind, reason.origin.by, reason.origin.version) == (teller, "seen", teller, 3)


def test_evidence_names_the_event_that_it_came_by(minds):
    holder, claim = minds.people("ghoul")[0], minds.of("carries", "heart")
    minds.told(holder, claim)
    (formed,) = [event for event in minds.world.log if isinstance(event, BeliefsFormed)]
    assert minds.belief(holder, claim).evidence[0].version == minds.world.log.index(formed) + 1


def test_a_lie_that_holds_is_believed_like_the_truth_and_on_record_as_a_lie(minds):
    holder = minds.people("vampire")[0]
    claim = minds.of("killed", minds.people("ghoul")[0], minds.people("werewolf")[0])
    minds.wit(holder, intelligence=0)
    minds.told(holder, claim, trust=100, is_lie=True)
    (reason,) = minds.belief(holder, claim).evidence
    assert (reason.kind, reason.source) == ("lied", PLAYER)
    assert reason.strength == minds.rules.telling.heard(minds.rules.telling.asserted, 100)


def test_who_sees_through_a_lie_thinks_less_of_the_liar(minds_of, change):
    sure = {"base": 1000, "per_trust": 0, "per_charm": 0, "high": 1000}
    minds = minds_of(rules=change(beliefs={"lying": sure}))
    holder, claim = minds.people("vampire")[0], minds.of("carries", "heart")
    minds.told(holder, claim, is_lie=True)
    assert minds.belief(holder, claim) is None
    assert minds.strength(holder, minds.of("lies")) == minds.rules.lying.strength


def test_nobody_is_lied_to_about_himself_or_about_what_he_saw_otherwise(minds_of, change):
    minds = minds_of(rules=change(beliefs={"lying": {"high": 0}}))
    holder, other = minds.people("ghoul")[:2]
    places = sorted(minds.world.state.places)
    minds.sees(holder, minds.of("hides_at", places[0], other), 20)
    for claim in (minds.of("cheats", subject=holder), minds.of("hides_at", places[1], other)):
        before = minds.world.state
        minds.told(holder, claim, trust=100, is_lie=True)
        assert minds.belief(holder, claim) is None and minds.belief(holder, minds.of("lies"))
        minds.world.state = before
    minds.told(other, minds.of("hides_at", places[1], holder), trust=100, is_lie=True)
    assert minds.belief(other, minds.of("hides_at", places[1], holder))


def test_the_clever_and_the_wary_see_through_more_lies(minds):
    lying = minds.rules.lying
    assert lying.seen_through(90, 20, 0) > lying.seen_through(10, 20, 0) > lying.seen_through(10, 20, 50)
    assert lying.seen_through(50, 80, 0) < lying.seen_through(50, 20, 0)


@pytest.mark.parametrize(
    ("claim", "code"),
    [
        ({"predicate": "flies"}, "unknown_predicate"),
        ({"predicate": "cheats", "subject": "nobody"}, "unknown_npc"),
        ({"predicate": "cheats", "object": "heart"}, "wrong_object"),
        ({"predicate": "carries", "object": "moon"}, "wrong_object"),
        ({"predicate": "loves", "object": PLAYER}, "wrong_object"),
    ],
)
def test_what_says_nothing_cannot_be_claimed(minds, refused, claim, code):
    with refused(code):
        minds.told(minds.people("ghoul")[0], minds.of(**claim))


def test_hearsay_moves_bonds_and_moods_once(minds, names):
    holder = minds.people("vampire")[0]
    predicate = minds.rules.predicates["informs_police"].believed
    before = bond(minds.world.state, holder, PLAYER, minds.world.rules)
    made = minds.told(holder, minds.of("informs_police"), minds.people("vampire")[1], trust=90)
    after = bond(minds.world.state, holder, PLAYER, minds.world.rules)
    assert names(made) == ["BeliefsFormed", "BondChanged", "MoodChanged"]
    assert made[1].cause_version == minds.belief(holder, minds.of("informs_police")).evidence[0].version
    assert after.trust == max(0, before.trust + predicate.bond.trust)
    assert minds.world.state.npcs[holder].mood == predicate.mood
    again = minds.told(holder, minds.of("informs_police"), minds.people("vampire")[2], trust=90)
    assert names(again) == ["BeliefsFormed"]


def test_doubt_moves_nothing(minds, names):
    holder = minds.people("vampire")[0]
    made = minds.told(holder, minds.of("informs_police"), minds.people("ghoul")[1], trust=0)
    assert names(made) == ["BeliefsFormed"]
    assert known_to(minds.world.state, minds.world.rules, holder)


def test_the_clever_conclude(minds):
    clever, dull = minds.people("ghoul")[:2]
    minds.wit(clever, intelligence=90)
    minds.wit(dull, intelligence=0)
    for holder in (clever, dull):
        minds.sees(holder, minds.of("sold_foul_part", "heart"), 80, version=2)
        assert minds.belief(holder, minds.of("cheats")) is None
        minds.sees(holder, minds.of("sold_foul_part", "liver"), 90, version=3)
    (reason,) = minds.belief(clever, minds.of("cheats")).evidence
    rule = next(rule for rule in minds.rules.inferences if rule.premise == "sold_foul_part")
    assert reason.kind == "inferred" and reason.strength == 90 * rule.per_mille // 1000
    assert reason.premise == minds.of("sold_foul_part", "liver")
    assert minds.belief(dull, minds.of("cheats")) is None


def test_one_deed_heard_twice_is_no_habit(minds):
    one, other, clever = *minds.people("ghoul")[:2], minds.people("vampire")[0]
    minds.wit(clever, intelligence=100)
    for seer, part in ((one, "heart"), (other, "liver")):
        minds.sees(seer, minds.of("sold_foul_part", part), 90, version=7)
        minds.told(clever, minds.of("sold_foul_part", part), seer, trust=90)
    assert minds.belief(clever, minds.of("cheats")) is None
