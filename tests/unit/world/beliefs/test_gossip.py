"""How rumours go round: they end, they take little room, they roll the same dice, and a rewind unsays them."""

import msgspec
import pytest
from bodybroker.kernel.random import SEED_LIMIT
from bodybroker.world import events, state
from bodybroker.world.apply import fold
from bodybroker.world.base import MINUTES_PER_DAY, PLAYER
from bodybroker.world.beliefs.events import BeliefsFormed
from bodybroker.world.beliefs.state import Claim
from bodybroker.world.beliefs.telling import check_claim
from bodybroker.world.beliefs.weighing import faded
from bodybroker.world.bonds.between import bond
from bodybroker.world.talk.state import Pledge
from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

seeds = st.integers(0, SEED_LIMIT - 1)
REASON_BYTES = 250
"""What a reason, or a claim, takes in a snapshot at most."""
QUIET_ROUNDS = 40
"""So many rounds in a row without a word: it is over."""


def spread(minds, claims=3):
    """Some see things that they like to tell."""
    people = sorted(minds.world.state.npcs)
    told = [minds.of("sold_foul_part", "heart"), minds.of("killed", "passer_by"), minds.of("informs_police")]
    for i, claim in enumerate(told[:claims]):
        minds.sees(people[i], claim, 95)
    return told[:claims]


def learned(minds):
    return [lesson for event in minds.world.log if isinstance(event, BeliefsFormed) for lesson in event.learned]


@settings(max_examples=8, deadline=None)
@given(seed=seeds)
def test_gossip_ends(minds_of, change, seed):
    """Nothing fades, and yet there comes a night with nothing left to say."""
    fades = dict.fromkeys(("seen", "told", "inferred", "lied", "distorted"), 0)
    minds = minds_of(seed, change(beliefs={"fades": fades}))
    spread(minds)
    quiet = total = 0
    while quiet < QUIET_ROUNDS:
        (made,) = minds.gossip()
        total, quiet = total + made, 0 if made else quiet + 1
        people, limits = len(minds.world.state.npcs), minds.rules.limits
        assert total <= people * limits.beliefs * limits.evidence * 100
    assert total > 3


@settings(max_examples=8, deadline=None)
@given(seed=seeds, rounds=st.integers(1, 60))
def test_minds_stay_small_and_sane(minds_of, seed, rounds):
    minds = minds_of(seed)
    spread(minds)
    minds.gossip(rounds)
    now, limits = minds.world.state, minds.rules.limits
    assert (
        len(msgspec.json.encode(now.beliefs)) <= len(now.npcs) * limits.beliefs * (1 + limits.evidence) * REASON_BYTES
    )
    for holder, mind in now.beliefs.held.items():
        assert holder in now.npcs and 0 < len(mind) <= limits.beliefs
        assert len({belief.claim for belief in mind}) == len(mind)
        for belief in mind:
            check_claim(now, minds.world.rules, belief.claim)
            assert belief.claim.subject != holder and 0 < len(belief.evidence) <= limits.evidence
            for reason in belief.evidence:
                assert 0 < reason.version <= now.version and reason.minute <= now.minute
                assert limits.least <= reason.strength <= 100
                assert reason.source != holder and (reason.origin is None or reason.origin.by != holder)


@settings(max_examples=8, deadline=None)
@given(seed=seeds)
def test_a_rumour_weakens_from_mouth_to_mouth_and_leads_back_to_who_saw_it(minds_of, seed):
    minds = minds_of(seed)
    people = sorted(minds.world.state.npcs)[:3]
    spread(minds)
    minds.gossip(30)
    said = [lesson for lesson in learned(minds) if lesson.evidence.source is not None]
    assert said
    for lesson in said:
        kept = 95 * minds.rules.gossip.kept_per_mille // 1000
        assert lesson.evidence.strength <= kept
        assert lesson.evidence.origin.by in people or lesson.evidence.origin.kind == "inferred"
        assert (lesson.evidence.premise is not None) == (lesson.evidence.kind == "distorted")


def test_without_news_everything_is_forgotten_in_the_end(minds):
    spread(minds)
    slowest = min(minds.rules.fades.values())
    nights = 100 // slowest + 1
    for _ in range(nights):
        minds.gossip(4)
        minds.pass_minutes(MINUTES_PER_DAY)
    minute = minds.world.state.minute
    assert not [
        reason
        for mind in minds.world.state.beliefs.held.values()
        for belief in mind
        for reason in belief.evidence
        if faded(reason, minute, minds.rules) >= minds.rules.limits.least
    ]


def test_the_same_nights_make_the_same_rumours(minds_of):
    hashes = set()
    for _ in range(2):
        minds = minds_of(11)
        spread(minds)
        minds.gossip(12)
        hashes.add(state.hash(minds.world.state))
    assert len(hashes) == 1


def test_one_long_wait_makes_the_rumours_of_many_short_ones(minds_of, change):
    """Nothing else happens in these nights, so only the steps differ."""
    quiet = change(customers={"arrivals": {"per_mille": 0}}, orders={"per_night": {"low": 0, "high": 0}})
    minds_after = []
    for steps in ((480,), (60,) * 8, (119, 2, 359)):
        minds = minds_of(5, quiet)
        minds.world.wait_for("night")
        spread(minds)
        for minutes in steps:
            minds.world.do("wait", minutes=minutes)
        minds_after.append(
            {
                (lesson.holder, lesson.claim, lesson.strength, lesson.evidence.minute, lesson.evidence.source)
                for lesson in learned(minds)
            }
        )
    assert minds_after[0] == minds_after[1] == minds_after[2] and len(minds_after[0]) > 3


@settings(max_examples=8, deadline=None)
@given(seed=seeds, rounds=st.integers(1, 12))
def test_a_rewind_forgets(minds_of, seed, rounds):
    minds = minds_of(seed)
    fork, before = minds.world.state, len(minds.world.log)
    spread(minds)
    minds.gossip(rounds)
    assert minds.world.state.beliefs.held and not fork.beliefs.held
    gone = minds.world.state
    rewound = fold([*minds.world.log[:before], events.WorldRewound("b", gone.version, fork.version)])
    assert rewound.beliefs == fork.beliefs and not rewound.beliefs.held


def test_friends_are_not_spoken_ill_of(minds_of, change):
    counts = {}
    for silent in (0, 101):
        minds = minds_of(3, change(beliefs={"gossip": {"silent_trust": silent}}))
        teller = sorted(minds.world.state.npcs)[0]
        minds.sees(teller, minds.of("sold_foul_part", "heart"), 95)
        minds.sees(teller, minds.of("sold_fine_part", "heart"), 95)
        minds.gossip(30)
        heard = [lesson.claim.predicate for lesson in learned(minds) if lesson.evidence.source == teller]
        counts[silent] = heard.count("sold_foul_part"), heard.count("sold_fine_part")
    assert counts[0][0] == 0 < counts[0][1] and counts[101][0] > 0


@pytest.mark.parametrize("broken", [True, False])
def test_who_promised_silence_tells_nothing_of_the_player(minds, broken):
    teller = sorted(minds.world.state.npcs)[0]
    minds.sees(teller, minds.of("killed", "passer_by"), 95)
    pledge = Pledge("p", teller, PLAYER, "silence", 10**9, broken=broken)
    talk = replace(minds.world.state.talk, pledges={"p": pledge})
    minds.world.state = replace(minds.world.state, talk=talk)
    minds.gossip(20)
    assert bool([lesson for lesson in learned(minds) if lesson.evidence.source == teller]) == broken


def test_the_dull_get_it_wrong(minds_of, change):
    garbled = {}
    for chance in (0, 1000):
        gossip = {"distorts_base": chance, "distorts_per_dullness": 0}
        minds = minds_of(3, change(beliefs={"gossip": gossip}))
        claims = spread(minds)
        minds.gossip(20)
        lessons = [lesson for lesson in learned(minds) if lesson.evidence.source is not None]
        garbled[chance] = {lesson.evidence.kind for lesson in lessons}
        for lesson in lessons:
            if lesson.evidence.kind == "distorted":
                premise = lesson.evidence.premise
                assert (lesson.claim.subject != premise.subject) != (lesson.claim.object != premise.object)
                assert lesson.claim.predicate == premise.predicate and lesson.holder != lesson.claim.subject
            else:
                assert lesson.claim in claims
    assert garbled == {0: {"told"}, 1000: {"distorted"}}


def test_only_those_who_are_awake_and_there_meet(minds_of, change):
    minds = minds_of(3, change(beliefs={"gossip": {"across_per_mille": 0}}))
    spread(minds)
    away = sorted(minds.world.state.npcs)[4]
    npcs = minds.world.state.npcs
    changed = npcs | {away: replace(npcs[away], away_until=10**9)}
    minds.world.state = replace(minds.world.state, npcs=changed)
    minds.gossip(40)
    haunt = {npc_id: npc.character.haunt_id for npc_id, npc in minds.world.state.npcs.items()}
    for lesson in learned(minds):
        if lesson.evidence.source is not None:
            assert haunt[lesson.holder] == haunt[lesson.evidence.source]
            assert away not in (lesson.holder, lesson.evidence.source)


@pytest.mark.parametrize("limit", [0, 1, 3])
def test_a_round_is_bounded(minds_of, change, limit):
    no_thought = {"gossip": {"meetings": limit}, "inferences": []}
    minds = minds_of(3, change(beliefs=no_thought))
    for npc_id in sorted(minds.world.state.npcs):
        if npc_id:
            minds.sees(npc_id, Claim(PLAYER, "killed", "passer_by"), 95)
            minds.sees(npc_id, Claim(PLAYER, "carries", sorted(minds.world.rules.parts.parts)[len(npc_id) % 3]), 90)
    made = minds.gossip(10)
    assert max(made) <= limit


def test_trust_decides_what_a_rumour_weighs(minds):
    spread(minds)
    minds.gossip(20)
    told = [lesson for lesson in learned(minds) if lesson.evidence.kind == "told"]
    assert told
    for lesson in told:
        trust = bond(minds.world.state, lesson.holder, lesson.evidence.source, minds.world.rules).trust
        assert lesson.evidence.strength <= minds.rules.telling.heard(95, trust)
