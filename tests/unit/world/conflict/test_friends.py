"""NPCs who stand by the player."""

import pytest
from bodybroker.world.base import PLAYER
from bodybroker.world.bonds.between import bond
from bodybroker.world.bonds.state import Bond
from bodybroker.world.conditions import met
from bodybroker.world.conflict.ending import end
from bodybroker.world.conflict.friends import FRIENDS
from bodybroker.world.draft import Draft
from msgspec.structs import replace


@pytest.fixture
def company(world):
    """The player among NPCs by night: their ids, the first of whom will threaten."""
    world.meet("ghoul")
    ids = [npc.character.npc_id for npc in met(world.state)]
    assert len(ids) >= 3, "a lonely place"
    for npc_id in ids:
        world.holds(npc_id, PLAYER, trust=world.rules.conflict.bonds.friend_trust - 1)
    return ids


def friends(danger):
    return [ally.npc_id for ally in danger.allies if ally.side == FRIENDS]


def test_friends_who_are_there_stand_by_and_others_do_not(world, company, threaten, fighter):
    foe, friend, _ = company[:3]
    world.holds(friend, PLAYER, trust=world.rules.conflict.bonds.friend_trust)
    world.holds(friend, foe, trust=0)
    (ally,) = threaten(world, "customer", fighter(npc_id=foe)).allies
    character = world.state.npcs[friend].character
    body = world.rules.customers.races[character.race]
    assert (ally.npc_id, ally.name, ally.strength, ally.speed) == (friend, character.name, body.strength, body.speed)


def test_nobody_stands_by_against_a_better_friend_or_against_the_law(world, company, threaten, fighter):
    foe, friend, _ = company[:3]
    world.holds(friend, PLAYER, trust=90)
    world.holds(friend, foe, trust=90)
    before = world.state
    assert threaten(world, "customer", fighter(npc_id=foe)).allies == ()
    world.state = before
    assert threaten(world, "police", fighter()).allies == ()
    world.state = before
    assert friends(threaten(world, "hunters", fighter())) == [friend]


def test_those_who_trust_most_come_first_and_only_so_many(world, company, threaten, fighter, change):
    world.rules = change(conflict={"bonds": {"friends": 1}})
    one, other = company[1:3]
    world.holds(one, PLAYER, trust=80)
    world.holds(other, PLAYER, trust=95)
    assert friends(threaten(world, "hunters", fighter())) == [other]


@pytest.mark.parametrize("standing", ["fighting", "down"])
def test_what_friends_did_is_between_them_and_the_others(world, company, threaten, fighter, standing):
    foe, friend, _ = company[:3]
    world.holds(friend, PLAYER, trust=80, respect=10)
    world.holds(friend, foe, trust=50, respect=10)
    world.holds(foe, friend, trust=50, respect=10)
    danger = threaten(world, "customer", fighter(npc_id=foe))
    fallen = replace(danger, allies=tuple(replace(ally, standing=standing) for ally in danger.allies))
    world.state = replace(world.state, conflict=replace(world.state.conflict, danger=fallen))
    draft = Draft(world.state, world.rules)
    end(draft, "won")
    rule, after = world.rules.conflict.bonds, draft.state
    effect = rule.fell if standing == "down" else rule.stood_by
    assert bond(after, friend, PLAYER, world.rules) == Bond(80 + effect.trust, 0, 10 + effect.respect)
    for of, towards in ((foe, friend), (friend, foe)):
        assert bond(after, of, towards, world.rules) == Bond(50 + rule.enmity.trust, 0, 10 + rule.enmity.respect)
    fell_minutes = world.rules.customers.standing.fallen_minutes
    away = after.npcs[friend].away_until == world.state.minute + fell_minutes
    assert away == (standing == "down")
    (passed,) = [index for index, event in enumerate(draft.events) if type(event).__name__ == "DangerPassed"]
    told = [event for event in draft.events if type(event).__name__ == "BondChanged" and event.of == friend]
    assert {event.cause_version for event in told} == {world.state.version + passed + 1}
