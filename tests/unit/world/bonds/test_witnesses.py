"""Who stands there has seen it."""

import pytest
from bodybroker.world import aftermath
from bodybroker.world.base import PLAYER
from bodybroker.world.bonds.between import bond
from bodybroker.world.bonds.state import Bond
from bodybroker.world.conditions import met
from bodybroker.world.conflict.state import Danger, Fighter
from bodybroker.world.crime.killing import harvest
from bodybroker.world.draft import Draft


@pytest.fixture
def company(world):
    """The player among NPCs by night, indifferent to each other."""
    world.meet("ghoul")
    ids = [npc.character.npc_id for npc in met(world.state)]
    assert len(ids) >= 4, "a lonely place"
    for npc_id in ids:
        world.holds(npc_id, PLAYER, trust=50, fear=20, respect=20)
        for other in ids:
            if other != npc_id:
                world.holds(npc_id, other, trust=50)
    return ids


def put_down(world, victim, standing="down"):
    place_id = world.state.player.place_id
    danger = Danger("customer", place_id, (Fighter("x", 1, 1, 1, 0, victim, standing=standing),))
    draft = Draft(world.state, world.rules)
    aftermath.AFTERMATHS["customer"](draft, danger, "won")
    return draft


def test_friends_of_the_fallen_mind_foes_approve_and_the_others_are_warned(world, company):
    victim, friend, foe, other = company[:4]
    rules = world.rules.bonds.fights
    world.holds(friend, victim, trust=rules.friend_trust)
    world.holds(foe, victim, trust=rules.foe_trust)
    draft = put_down(world, victim)
    causes = {friend: ("friend_put_down", rules.friend), foe: ("foe_put_down", rules.foe)}
    for npc_id in company[1:]:
        cause, effect = causes.get(npc_id, ("saw_a_fight", rules.bystander))
        after = bond(draft.state, npc_id, PLAYER, world.rules)
        assert after == Bond(50 + effect.trust, 20 + effect.fear, 20 + effect.respect)
        (told,) = [event for event in draft.events if type(event).__name__ == "BondChanged" and event.of == npc_id]
        assert (told.cause, told.cause_version) == (cause, world.state.version)
    assert other in company[1:]


def test_nobody_minds_a_foe_who_ran(world, company):
    draft = put_down(world, company[0], standing="fled")
    assert all(bond(draft.state, npc_id, PLAYER, world.rules).fear == 20 for npc_id in company[1:])


def test_nobody_sees_what_happens_elsewhere(world, company):
    elsewhere = [npc_id for npc_id in world.state.npcs if npc_id not in company]
    draft = put_down(world, company[0])
    assert elsewhere and not set(draft.state.bonds.player) & set(elsewhere)


def test_who_sees_a_killing_fears_the_killer(world, company):
    draft = Draft(world.state, world.rules)
    harvest(draft, world.state.player.place_id)
    (killed,) = [index for index, event in enumerate(draft.events) if type(event).__name__ == "VictimKilled"]
    effect = world.rules.bonds.killing_seen
    for npc_id in company:
        (told,) = [event for event in draft.events if type(event).__name__ == "BondChanged" and event.of == npc_id]
        assert (told.cause, told.cause_version) == ("saw_a_killing", world.state.version + killed + 1)
        assert (told.trust, told.fear) == (effect.trust, effect.fear)
