"""Threats, and NPCs that turn on the player in the middle of a talk."""

import pytest
from bodybroker.world.commands import RecordTurn
from bodybroker.world.proposals import Leave, Proposal, SetMood
from bodybroker.world.talk.violence import cowed_per_mille

ATTACK, THREATEN = {"type": "attack"}, {"type": "threaten"}


@pytest.fixture
def sure(ghoul, change):
    """A ghoul under rules by which a threat always works, or never."""

    def always(per_mille, **threat):
        bounds = {"low_per_mille": per_mille, "high_per_mille": per_mille}
        ghoul.world.rules = change(talk={"threat": bounds | threat})
        return ghoul

    return always


def test_who_gives_way_fears_more_and_trusts_less(sure):
    ghoul = sure(1000)
    ghoul.holds(trust=50, fear=10)
    made = ghoul.turn(intent=THREATEN)
    assert made[1].outcome == "cowed"
    cowed = ghoul.world.rules.talk.threat.cowed
    assert (ghoul.bond.fear, ghoul.bond.trust) == (10 + cowed.fear, 50 + cowed.trust)
    assert ghoul.npc.mood == "calm"


def test_who_is_provoked_is_insulted_and_may_strike(sure):
    ghoul = sure(0, attack_per_aggression=0)
    ghoul.holds(trust=50)
    made = ghoul.turn(intent=THREATEN)
    assert made[1].outcome == "provoked" and ghoul.world.state.conflict.danger is None
    assert ghoul.bond.trust == 50 + ghoul.world.rules.talk.threat.provoked.trust
    assert ghoul.npc.mood == ghoul.world.rules.market.moods["calm"].insulted


def test_the_aggressive_strike_when_provoked(sure):
    ghoul = sure(0, attack_per_aggression=1000)
    ghoul.guide(aggression=90)
    ghoul.turn(intent=THREATEN)
    (foe,) = ghoul.world.state.conflict.danger.foes
    assert foe.npc_id == ghoul.npc_id
    assert ghoul.refusals(intent={"type": "bribe", "cents": 5000}) == ["in_danger"]


def test_fear_and_a_weak_nerve_give_way_more_often(ghoul):
    def chance():
        return cowed_per_mille(ghoul.world.state, ghoul.npc, ghoul.world.rules)

    ghoul.guide(aggression=60)
    ghoul.holds(fear=0, respect=0)
    least = chance()
    ghoul.holds(fear=30, respect=0)
    afraid = chance()
    ghoul.holds(fear=30, respect=40)
    impressed = chance()
    ghoul.guide(aggression=20)
    assert least < afraid < impressed < chance()


def test_the_furious_and_the_aggressive_attack(ghoul):
    aggression = ghoul.world.rules.talk.attack.aggression
    ghoul.guide(aggression=aggression - 1)
    assert ghoul.refusals(ATTACK) == ["too_calm"]
    ghoul.npc_is(mood="furious")
    ghoul.turn(ATTACK)
    (foe,) = ghoul.world.state.conflict.danger.foes
    assert foe.npc_id == ghoul.npc_id
    assert ghoul.refusals(ATTACK) == ["already_in_danger"]


def test_the_aggressive_need_no_fury_but_courage(ghoul):
    rules = ghoul.world.rules.talk.attack
    ghoul.guide(aggression=rules.aggression)
    ghoul.holds(fear=rules.most_fear + 1)
    assert ghoul.refusals(ATTACK) == ["too_afraid"]
    ghoul.holds(fear=rules.most_fear)
    assert ghoul.refusals(ATTACK) == []


def test_what_the_npc_spoke_against_is_on_record_and_not_done(ghoul):
    proposal = Proposal((SetMood(ghoul.npc_id, "pleased"),), disowned=(Leave(ghoul.npc_id),))
    made = ghoul.world.play(RecordTurn(ghoul.npc_id, "?", "Stay.", "model", "m", proposal))
    assert [(refused.index, refused.code) for refused in made[0].refused] == [(1, "disagrees")]
    assert ghoul.npc.mood == "pleased" and ghoul.npc.away_until <= ghoul.world.state.minute
