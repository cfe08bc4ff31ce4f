"""Why somebody believes something, from mouth to mouth, and how it is put in words."""

from bodybroker.world.base import PLAYER
from bodybroker.world.beliefs.reading import known_to, put, said
from bodybroker.world.beliefs.tracing import held
from msgspec.structs import replace


def trace(minds, holder, why=True):
    return held(minds.world.state, minds.world.rules, holder, why=why)


def test_a_chain_leads_to_who_saw_it(minds):
    seer, middle, last = minds.people("ghoul")[:3]
    claim = minds.of("beat", minds.people("vampire")[0])
    minds.sees(seer, claim, 95, version=1)
    minds.told(middle, claim, seer, trust=100)
    minds.told(last, claim, middle, trust=100)
    (belief,) = trace(minds, last)
    (reason,) = belief.why
    (step,) = reason.because
    (sight,) = step.because
    assert (reason.source, step.source, sight.source) == (middle, seer, None)
    assert (reason.kind, step.kind, sight.kind) == ("told", "told", "seen")
    assert {(start.by, start.version, start.kind) for start in (reason.began, step.began, sight.began)} == {
        (seer, 1, "seen")
    }
    assert sight.because == () and not reason.forgotten


def test_a_lie_is_traced_to_the_liar(minds):
    one, other = minds.people("ghoul")[:2]
    minds.wit(one, intelligence=0)
    claim = minds.of("killed", minds.people("vampire")[0], minds.people("werewolf")[0])
    minds.told(one, claim, trust=100, is_lie=True)
    minds.told(other, claim, one, trust=100)
    (belief,) = trace(minds, other)
    (reason,) = belief.why
    assert (reason.began.kind, reason.began.by) == ("lied", PLAYER)
    assert reason.began.version == minds.belief(one, claim).evidence[0].version


def test_the_start_is_known_when_the_middle_has_forgotten(minds):
    seer, last = minds.people("ghoul")[:2]
    claim = minds.of("was_arrested")
    minds.sees(seer, claim, 95)
    minds.told(last, claim, seer, trust=100)
    beliefs = minds.world.state.beliefs
    left = {holder: mind for holder, mind in beliefs.held.items() if holder != seer}
    minds.world.state = replace(minds.world.state, beliefs=replace(beliefs, held=left))
    (reason,) = trace(minds, last)[0].why
    assert reason.forgotten and reason.because == () and reason.began.by == seer


def test_two_who_have_it_from_each_other_end_the_trace(minds):
    one, other = minds.people("ghoul")[:2]
    claim = minds.of("carries", "heart")
    minds.told(one, claim, PLAYER, trust=100)
    minds.told(other, claim, one, trust=100)
    minds.told(one, claim, other, trust=100)
    minds.told(other, claim, PLAYER, trust=90)
    found = str(trace(minds, one)) + str(trace(minds, other))
    assert found.count("TracedReason(") < 20


def test_a_conclusion_names_its_premise(minds):
    npc_id = minds.people("vampire")[0]
    minds.wit(npc_id, intelligence=100)
    for version, part in ((2, "heart"), (3, "liver")):
        minds.sees(npc_id, minds.of("sold_foul_part", part), 90, version=version)
    (cheats,) = [belief for belief in trace(minds, npc_id) if belief.predicate == "cheats"]
    (reason,) = cheats.why
    assert reason.kind == "inferred" and "liver" in reason.premise and reason.because[0].kind == "seen"


def test_without_why_there_is_none(minds):
    npc_id = minds.people("vampire")[0]
    minds.sees(npc_id, minds.of("lies"), 90)
    assert [belief.why for belief in trace(minds, npc_id, why=False)] == [None]


def test_beliefs_are_put_in_words(minds):
    npc_id, other, teller = minds.people("ghoul")[:3]
    names = {who: minds.world.state.npcs[who].character.name for who in (other, teller)}
    state, rules = minds.world.state, minds.world.rules
    claim = minds.of("broke_promise", other)
    assert said(state, rules, claim) == f"the broker broke a promise to {names[other]}"
    assert said(state, rules, claim, PLAYER) == f"you broke a promise to {names[other]}"
    assert said(state, rules, minds.of("owes", PLAYER, other), PLAYER) == f"{names[other]} owes you money"
    minds.told(npc_id, claim, teller, trust=100)
    (belief,) = known_to(minds.world.state, rules, npc_id)
    assert (
        put(minds.world.state, rules, belief)
        == f"the broker broke a promise to {names[other]}; {names[teller]} told you."
    )
    minds.pass_minutes(1440 * 9)
    (belief,) = known_to(minds.world.state, rules, npc_id)
    assert put(minds.world.state, rules, belief).startswith("Perhaps the broker broke")


def test_what_is_known_is_surest_first_and_about_whom_one_asks(minds):
    npc_id, other = minds.people("ghoul")[:2]
    minds.sees(npc_id, minds.of("lies"), 40)
    minds.sees(npc_id, minds.of("cheats", subject=other), 90)
    minds.sees(npc_id, minds.of("owes", other), 60)
    state, rules = minds.world.state, minds.world.rules
    assert [belief.strength for belief in known_to(state, rules, npc_id)] == [90, 60, 40]
    assert [belief.strength for belief in known_to(state, rules, npc_id, about=PLAYER)] == [60, 40]
    assert [belief.strength for belief in known_to(state, rules, npc_id, about=other)] == [90, 60]
