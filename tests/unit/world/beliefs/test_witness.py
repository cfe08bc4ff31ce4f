"""Who sees what of what happens."""

import ast
from inspect import getsource

import pytest
from bodybroker.generation.entities import Item, Provenance
from bodybroker.world import rules
from bodybroker.world.base import PLAYER
from bodybroker.world.beliefs import sightings
from bodybroker.world.beliefs.state import Claim
from bodybroker.world.beliefs.witness import observe
from bodybroker.world.bonds.between import bond
from bodybroker.world.conditions import locals_of
from bodybroker.world.conflict.events import DangerArose, DangerPassed
from bodybroker.world.conflict.state import Danger, Fighter
from bodybroker.world.crime.events import LawBribed, PlayerArrested, PoliceResponded, VictimKilled
from bodybroker.world.houses.events import AllianceMade, HouseBetrayed
from bodybroker.world.market.events import IntermediaryDefected, IntermediaryEngaged, OrdersLapsed, PartSold
from bodybroker.world.market.state import Order
from bodybroker.world.talk.events import BribeTaken, ClaimTold, ThreatMade, TurnSpoken, WordBroken, WordGiven, WordKept
from bodybroker.world.talk.state import Pledge
from msgspec.structs import replace


def item(part="heart", **fields):
    return Item("0" * 36, part, 90, Provenance(1, "test", 1), **fields)


def put(minds, event):
    def do(draft):
        draft.state = replace(draft.state, phase="night")
        draft.add(event)
        observe(draft)

    return minds.draft(do)


def holders(minds, claim):
    return {npc_id for npc_id in minds.world.state.npcs if minds.belief(npc_id, claim)}


@pytest.fixture
def met(minds):
    """Minds, and an NPC face to face with the player, who carries a heart."""
    npc = minds.world.meet("vampire")
    thing = item()
    player = replace(minds.world.state.player, inventory={thing.item_id: thing})
    minds.world.state = replace(minds.world.state, player=player)
    return minds, npc.npc_id


def test_what_the_rules_call_visible_is_what_readers_of_events_show():
    predicates = rules.load().beliefs.predicates
    words = {node.value for node in ast.walk(ast.parse(getsource(sightings))) if isinstance(node, ast.Constant)}
    assert {name for name, predicate in predicates.items() if predicate.seen} == words & predicates.keys()


def test_a_buyer_knows_what_it_was_sold_and_onlookers_know_less_surely(met):
    minds, npc_id = met
    foul = item(contaminated=True)
    put(minds, PartSold(npc_id, foul, 1_000, False))
    claim = Claim(PLAYER, "sold_foul_part", "heart")
    seen = minds.rules.predicates["sold_foul_part"].seen
    assert minds.strength(npc_id, claim) == seen.party
    onlookers = holders(minds, claim) - {npc_id}
    there = {npc.character.npc_id for npc in locals_of(minds.world.state)} - {npc_id}
    assert onlookers <= there and len(onlookers) == min(minds.rules.limits.onlookers, len(there)) > 0
    assert {minds.strength(onlooker, claim) for onlooker in onlookers} == {seen.onlooker}


def test_evidence_of_eyes_names_what_they_saw(met):
    minds, npc_id = met
    version = minds.world.state.version + 1
    put(minds, PartSold(npc_id, item(contaminated=True), 1_000, False))
    assert minds.belief(npc_id, Claim(PLAYER, "sold_foul_part", "heart")).evidence[0].version == version


def test_threats_and_bribes_are_seen_and_promises_known_to_whom_they_were_made(met):
    minds, npc_id = met
    put(minds, ThreatMade(npc_id, "cowed"))
    assert {npc_id} < holders(minds, Claim(PLAYER, "threatened", npc_id))
    put(minds, BribeTaken(npc_id, 0, 0))
    taken = Claim(npc_id, "takes_money", PLAYER)
    assert npc_id not in holders(minds, taken) and holders(minds, taken) and minds.belief(PLAYER, taken)
    for kept, shows in ((True, "kept_promise"), (False, "broke_promise")):
        put(minds, WordGiven(Pledge("p", PLAYER, npc_id, "pay", 10**6, cents=500)))
        assert holders(minds, Claim(PLAYER, "owes", npc_id)) == {npc_id}
        put(minds, WordKept("p") if kept else WordBroken("p"))
        assert holders(minds, Claim(PLAYER, shows, npc_id)) == {npc_id}


def test_who_stands_by_overhears_and_believes_less(met):
    minds, npc_id = met
    near, far = [other for other in minds.people("vampire") if other != npc_id][:2]
    claim = Claim(PLAYER, "carries", "heart")

    def say(draft):
        draft.add(
            TurnSpoken(npc_id, "I carry a heart.", "Do you?", "model", "test", draft.state.minute, (), heard_by=(near,))
        )
        draft.add(ClaimTold(PLAYER, npc_id, claim, False))
        observe(draft)

    minds.draft(say)
    (reason,) = minds.belief(near, claim).evidence
    telling = minds.rules.telling
    trust = bond(minds.world.state, near, PLAYER, minds.world.rules).trust
    assert reason.strength == telling.heard(telling.asserted, trust) * telling.overheard_per_mille // 1000
    assert (reason.kind, reason.source) == ("told", PLAYER)
    assert minds.world.log[reason.version - 1] == ClaimTold(PLAYER, npc_id, claim, False)
    assert not minds.belief(far, claim)


def test_who_is_away_or_asleep_sees_nothing(met):
    minds, npc_id = met
    npcs = {
        other: npc if other == npc_id else replace(npc, away_until=10**6)
        for other, npc in minds.world.state.npcs.items()
    }
    minds.world.state = replace(minds.world.state, npcs=npcs)
    put(minds, PartSold(npc_id, item(contaminated=True), 1_000, False))
    assert holders(minds, Claim(PLAYER, "sold_foul_part", "heart")) == {npc_id}


def test_a_murder_is_known_where_it_was_witnessed(met):
    minds, _ = met
    here = minds.world.state.player.place_id
    for witnessed in (False, True):
        put(minds, VictimKilled(here, (), 90, 10, witnessed, 0, 0))
        assert bool(holders(minds, Claim(PLAYER, "killed", "passer_by"))) == witnessed


def test_broken_promises_are_known_to_those_to_whom_they_were_made(met):
    minds, npc_id = met
    order = Order("o", npc_id, "heart", 10, None, 100, 5, promised=True)
    market = replace(minds.world.state.market, orders={"o": order})
    minds.world.state = replace(minds.world.state, market=market)
    put(minds, OrdersLapsed(("o",), ("o",), 0))
    assert holders(minds, Claim(PLAYER, "broke_promise", npc_id)) == {npc_id}


def test_a_won_fight_is_seen_by_the_loser_and_those_around(met):
    minds, npc_id = met
    here = minds.world.state.player.place_id
    foe = Fighter("Foe", 1, 1, 1, 0, npc_id, standing="down")
    put(minds, DangerArose(Danger("customer", here, (foe,))))
    put(minds, DangerPassed("won"))
    seen = holders(minds, Claim(PLAYER, "beat", npc_id))
    assert npc_id in seen and len(seen) > 1


def test_the_law_at_work_is_seen_where_it_works(met):
    minds, _ = met
    state = minds.world.state
    here = state.player.place_id
    put(minds, LawBribed("guards", here, "taken", 5, 0, 0, 0))
    assert holders(minds, Claim(PLAYER, "bribes_police"))
    put(minds, PlayerArrested(here, (), 0, 0, 0))
    assert holders(minds, Claim(PLAYER, "was_arrested"))
    morgue = minds.world.place("morgue")
    put(minds, PoliceResponded("chase", morgue, (), 0, 0, 50, here))
    assert holders(minds, Claim(PLAYER, "robbed", morgue))


def test_houses_know_their_friends_and_traitors(met):
    minds, _ = met
    state = minds.world.state
    mine = state.houses.races["vampire"]
    other = state.houses.races["ghoul"]
    put(minds, AllianceMade(mine, {}))
    assert holders(minds, Claim(PLAYER, "serves_house", mine)) == set(minds.people("vampire"))
    put(minds, HouseBetrayed(mine, other, 0, 0, {}))
    assert holders(minds, Claim(PLAYER, "betrayed_house", mine)) == set(minds.people("vampire"))


def test_intermediaries_are_seen_at_work_and_gone(met):
    minds, npc_id = met
    put(minds, IntermediaryEngaged(npc_id, 100))
    assert holders(minds, Claim(npc_id, "works_for", PLAYER))
    put(minds, IntermediaryDefected(npc_id, (), 10**6, None, 0))
    seen = holders(minds, Claim(npc_id, "robbed", PLAYER))
    assert seen and npc_id not in seen
