"""Claims: the player's, honest or not, and what NPCs tell the player."""

import pytest
from bodybroker.world.base import PLAYER
from bodybroker.world.beliefs.gossip import gossip
from bodybroker.world.beliefs.keeping import find
from bodybroker.world.beliefs.learning import News, learn
from bodybroker.world.beliefs.state import Claim, Evidence
from bodybroker.world.bonds.state import Shift
from bodybroker.world.draft import Draft
from bodybroker.world.known import known
from bodybroker.world.talk.telling import slander, tellable
from msgspec.structs import replace


@pytest.fixture
def other(ghoul):
    """Somebody to talk about."""
    return next(npc_id for npc_id in sorted(ghoul.world.state.npcs) if npc_id != ghoul.npc_id)


def claimed(type, subject, predicate="cheats", object=""):
    return {"type": type, "claim": {"subject": subject, "predicate": predicate, "object": object}}


def told(npc_id, claim, is_lie=False):
    fields = {"subject": claim.subject, "predicate": claim.predicate, "object": claim.object}
    return {"type": "tell", "npc_id": npc_id, "claim": fields, "is_lie": is_lie}


def believes(ghoul, claim, strength=90):
    draft = Draft(ghoul.world.state, ghoul.world.rules)
    learn(draft, [News(ghoul.npc_id, claim, Evidence("seen", 1, draft.state.minute, strength))])
    ghoul.world.state = draft.state


def loves(ghoul, of, towards, trust):
    """Makes an NPC trust another that much more."""
    bonds = ghoul.world.state.bonds
    ghoul.put(bonds=replace(bonds, others=bonds.others | {f"{of}>{towards}": Shift(trust=trust)}))


def evidence(ghoul, holder, claim):
    belief = find(ghoul.world.state.beliefs, holder, claim)
    return None if belief is None else belief.evidence[-1]


def test_what_the_player_tells_is_believed_by_trust(ghoul, other):
    ghoul.holds(trust=90)
    made = ghoul.turn(intent=claimed("tell", other))
    assert (made[1].by, made[1].to, made[1].is_lie) == (PLAYER, ghoul.npc_id, False)
    reason = evidence(ghoul, ghoul.npc_id, Claim(other, "cheats"))
    formed = next(n for n, event in enumerate(made, start=1) if type(event).__name__ == "BeliefsFormed")
    assert (reason.kind, reason.source) == ("told", PLAYER)
    assert reason.version == ghoul.world.state.version - len(made) + formed
    believed = reason.strength
    ghoul.put(beliefs=replace(ghoul.world.state.beliefs, held={}))
    ghoul.holds(trust=20)
    ghoul.turn(intent=claimed("tell", other))
    assert evidence(ghoul, ghoul.npc_id, Claim(other, "cheats")).strength < believed


def test_a_lie_is_on_record_as_one_and_may_be_seen_through(ghoul, other, change):
    blind = change(beliefs={"lying": {"high": 0}})
    wise = change(beliefs={"lying": {"base": 1000, "high": 1000}})
    before = ghoul.world.state
    ghoul.world.rules = blind
    made = ghoul.turn(intent=claimed("lie", other))
    assert made[1].is_lie and evidence(ghoul, ghoul.npc_id, Claim(other, "cheats")).kind == "lied"
    ghoul.world.state, ghoul.world.rules = before, wise
    ghoul.turn(intent=claimed("lie", other))
    assert evidence(ghoul, ghoul.npc_id, Claim(other, "cheats")) is None
    assert evidence(ghoul, ghoul.npc_id, Claim(PLAYER, "lies")).kind == "seen"


def test_claims_must_make_sense_and_nothing_comes_of_those_that_do_not(ghoul, other, nobody):
    assert ghoul.refusals(intent=claimed("tell", nobody)) == ["unknown_npc"]
    assert ghoul.refusals(intent=claimed("tell", other, "sings")) == ["unknown_predicate"]
    assert ghoul.refusals(intent=claimed("lie", other, "cheats", "liver")) == ["wrong_object"]
    assert not ghoul.world.state.beliefs.held
    assert not any(type(event).__name__ == "ClaimTold" for event in ghoul.world.log)
    assert ghoul.refusals(intent={"type": "ask", "subject": nobody}) == ["unknown_npc"]
    assert ghoul.refusals(intent={"type": "ask", "subject": PLAYER}) == []


def test_an_npc_tells_what_it_believes_and_the_player_can_pass_it_on(ghoul, other):
    claim = Claim(other, "informs_police")
    act = told(ghoul.npc_id, claim)
    ghoul.holds(trust=50)
    assert ghoul.refusals(act) == ["will_not_tell"]
    believes(ghoul, claim)
    made = ghoul.turn(act)
    assert (made[1].by, made[1].to) == (ghoul.npc_id, PLAYER)
    reason = evidence(ghoul, PLAYER, claim)
    assert (reason.kind, reason.source) == ("told", ghoul.npc_id)


def test_who_does_not_trust_the_player_tells_him_nothing(ghoul, other):
    believes(ghoul, Claim(other, "cheats"))
    ghoul.holds(trust=ghoul.world.rules.talk.telling.trust - 1)
    assert list(tellable(ghoul.world.state, ghoul.npc_id, ghoul.world.rules)) == []


def test_secrets_take_more_trust(ghoul, other):
    telling = ghoul.world.rules.talk.telling
    secret, harmless = Claim(other, "cheats"), Claim(other, "bribes_police")
    for claim in (secret, harmless):
        believes(ghoul, claim)
    loves(ghoul, ghoul.npc_id, other, trust=200)

    def told_at(trust):
        ghoul.holds(trust=trust)
        return set(tellable(ghoul.world.state, ghoul.npc_id, ghoul.world.rules))

    assert told_at(telling.secret_trust - 1) == {harmless}
    assert told_at(telling.secret_trust) == {secret, harmless}


def test_who_distrusts_the_player_slanders_whom_it_likes_least(ghoul):
    telling = ghoul.world.rules.talk.telling
    ghoul.holds(trust=telling.lie_trust)
    lie = slander(ghoul.world.state, ghoul.npc_id, ghoul.world.rules)
    assert lie.predicate in telling.lies and lie.subject not in (ghoul.npc_id, PLAYER)
    made = ghoul.turn(told(ghoul.npc_id, lie, is_lie=True))
    assert evidence(ghoul, PLAYER, lie).kind == "lied"
    assert "is_lie" not in known(made[1]).__struct_fields__
    ghoul.holds(trust=telling.lie_trust + 1)
    assert slander(ghoul.world.state, ghoul.npc_id, ghoul.world.rules) is None
    assert ghoul.refusals(told(ghoul.npc_id, lie, is_lie=True)) == ["will_not_lie"]


def test_nobody_slanders_friends_itself_or_with_what_it_believes(ghoul, other):
    ghoul.holds(trust=0)
    loves(ghoul, ghoul.npc_id, other, trust=200)
    believed = Claim(next(n for n in sorted(ghoul.world.state.npcs) if n not in (other, ghoul.npc_id)), "lies")
    believes(ghoul, believed)
    lies = [Claim(other, "cheats"), Claim(ghoul.npc_id, "cheats"), Claim(PLAYER, "cheats"), believed]
    lies.append(Claim(believed.subject, "dangerous"))
    for lie in lies:
        assert ghoul.refusals(told(ghoul.npc_id, lie, is_lie=True)) == ["will_not_lie"]


def test_who_promised_silence_passes_nothing_on_about_the_player(ghoul):
    ghoul.guide(loyalty=100)
    ghoul.holds(trust=60)
    believes(ghoul, Claim(PLAYER, "cheats"))
    ghoul.holds(trust=60)

    def passed_on(state):
        draft = Draft(state, ghoul.world.rules)
        for minute in range(state.minute, state.minute + 3000, 120):
            gossip(draft, minute)
        return any(
            learned.evidence.source == ghoul.npc_id
            for event in draft.events
            for learned in getattr(event, "learned", ())
        )

    assert passed_on(ghoul.world.state)
    ghoul.turn({"type": "promise", "npc_id": ghoul.npc_id, "vow": "silence"})
    assert not passed_on(ghoul.world.state)


def test_a_lie_of_the_player_comes_back_from_a_third_and_not_after_a_rewind(ghoul, other, change):
    """The whole way: the player lies to one, who tells another, who tells the player."""
    ghoul.world.rules = change(
        beliefs={"lying": {"high": 0}, "gossip": {"distorts_base": 0, "distorts_per_dullness": 0}}
    )
    ghoul.holds(trust=95)
    before = ghoul.world.state
    lie = Claim(other, "informs_police")
    ghoul.turn(intent=claimed("lie", other, "informs_police"))
    draft = Draft(ghoul.world.state, ghoul.world.rules)
    third = None
    for minute in range(draft.state.minute, draft.state.minute + 6000, 120):
        gossip(draft, minute)
        third = next((h for h in sorted(draft.state.beliefs.held) if h not in (ghoul.npc_id, PLAYER, other)), None)
        if third:
            break
    assert third is not None
    ghoul.world.state, ghoul.npc_id = draft.state, third
    ghoul.holds(trust=100)
    assert lie in set(tellable(ghoul.world.state, third, ghoul.world.rules))
    belief = find(ghoul.world.state.beliefs, third, lie)
    assert belief.evidence[0].origin.by == PLAYER and belief.evidence[0].origin.kind == "lied"
    ghoul.world.state = before
    ghoul.holds(trust=100)
    assert lie not in set(tellable(ghoul.world.state, third, ghoul.world.rules))
