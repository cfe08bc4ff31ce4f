"""What heads of houses hold of each other, and what politics does to that."""

import pytest
from bodybroker.world.bonds.between import affinity, bond, resting
from bodybroker.world.bonds.state import pair
from bodybroker.world.draft import Draft
from bodybroker.world.houses import diplomacy, feuds, wars
from bodybroker.world.houses.evening import Evening
from bodybroker.world.houses.happenings import IntrigueSettled, QuarterFought, TreatyBroken, TreatySigned
from bodybroker.world.houses.politics import _deeds_with
from bodybroker.world.houses.state import Intrigue, Treaty
from msgspec.structs import replace


@pytest.fixture
def two(world, house):
    """Two houses whose heads are known."""
    court, guild = house(world, "court"), house(world, "guild")
    assert court.leader_id in world.state.npcs and guild.leader_id in world.state.npcs
    return court, guild


def felt(world, *happenings):
    draft = Draft(world.state, world.rules)
    feuds.felt(draft, happenings)
    return draft


def told(draft):
    return {(event.of, event.towards, event.cause): event for event in draft.events}


def fought(world, house, other, taken, quarter_id="elsewhere"):
    return QuarterFought(quarter_id, house.house_id, other.house_id, taken, 1, 1, 100)


@pytest.mark.parametrize("taken", [True, False])
def test_the_attacked_mind_and_the_loser_learns_fear(world, two, taken):
    court, guild = two
    rule, made = world.rules.houses.feuds, told(felt(world, fought(world, *two, taken)))
    loser, cause, effect = (guild, "quarter_lost", rule.beaten) if taken else (court, "repelled", rule.repelled)
    winner = court if taken else guild
    assert made.keys() == {
        (guild.leader_id, court.leader_id, "attacked"),
        (loser.leader_id, winner.leader_id, cause),
    }
    assert made[guild.leader_id, court.leader_id, "attacked"].trust == rule.attacked.trust
    assert made[loser.leader_id, winner.leader_id, cause].fear == effect.fear
    assert {event.cause_version for event in made.values()} == {world.state.version}


def test_a_war_for_the_home_is_fought_in_its_streets(world, two):
    court, guild = two
    draft = felt(world, fought(world, court, guild, True, world.state.houses.home_id))
    struck = [event for event in draft.events if event.cause == "struck"]
    race = {npc_id: npc.character.race for npc_id, npc in world.state.npcs.items()}
    ghouls = sum(kind == "ghoul" for kind in race.values())
    assert len(struck) == min(world.rules.houses.feuds.clashes, ghouls) > 0
    assert {race[event.of] for event in struck} == {"ghoul"} and {race[event.towards] for event in struck} == {
        "vampire"
    }
    assert felt(world, fought(world, court, guild, True, world.state.houses.home_id)).events == draft.events


def test_treaties_bind_heads_and_betrayals_and_exposed_schemes_part_them(world, two):
    court, guild = two
    rule = world.rules.houses.feuds
    treaty = Treaty("truce", tuple(sorted((court.house_id, guild.house_id))), 9)
    signed = told(felt(world, TreatySigned(treaty)))
    for one, other in ((court, guild), (guild, court)):
        assert signed[one.leader_id, other.leader_id, "allied"].trust == rule.allied.trust
    world.holds(guild.leader_id, court.leader_id, trust=60, respect=60)
    broken = told(felt(world, TreatyBroken(treaty, court.house_id, guild.house_id, 200, 30)))
    assert broken[guild.leader_id, court.leader_id, "betrayed"].trust == rule.betrayed.trust
    plot = Intrigue("i", "theft", court.house_id, guild.house_id, "striking", 3)
    assert told(felt(world, IntrigueSettled(plot, True, True, 5, 0, 9))).keys() == {
        (guild.leader_id, court.leader_id, "wronged")
    }
    assert not felt(world, IntrigueSettled(plot, True, False, 5, 0, 0)).events


def test_heads_whom_nobody_knows_hold_nothing(world, two):
    court, guild = two
    houses = world.state.houses
    unknown = replace(court, leader_id=None)
    world.state = replace(world.state, houses=replace(houses, houses=houses.houses | {court.house_id: unknown}))
    assert not felt(world, fought(world, court, guild, True)).events
    assert court.leader_id not in {head for both in feuds.likings(world.state, world.rules) for head in both}


def test_heads_who_like_each_other_sign_more_and_fight_less(world, two):
    court, guild = two
    weights = {}
    for trust in (0, 100):
        world.holds(court.leader_id, guild.leader_id, trust=trust)
        likings = feuds.likings(world.state, world.rules)
        assert likings[court.leader_id, guild.leader_id] == affinity(
            world.state, court.leader_id, guild.leader_id, world.rules
        )
        evening = Evening(world.state.houses, 7, 0, 0, world.state.npcs, world.rules.houses, likings)
        weights[trust] = {deed: weight for (deed, _), weight in _deeds_with(evening, court, guild)}
    assert weights[100][diplomacy.sign] > weights[0][diplomacy.sign]
    assert weights[100].get(wars.attack, 0) < weights[0][wars.attack]


def test_an_evening_of_politics_is_felt_at_dusk(make_world):
    """In some world of these a war, a treaty or a scheme of heads leaves its mark within a few nights."""
    for seed in range(4):
        world = make_world(seed)
        for _ in range(6):
            world.wait_for("night")
            world.wait_for("day")
        marks = [event for event in world.log if type(event).__name__ == "BondChanged" and event.cause == "attacked"]
        for event in marks:
            caused_by = world.log[event.cause_version - 1]
            assert type(caused_by).__name__ == "HousesAdvanced"
        if marks:
            mark = marks[0]
            assert pair(mark.of, mark.towards) in world.state.bonds.others
            rest = resting(world.state, mark.of, mark.towards, world.rules)
            assert bond(world.state, mark.of, mark.towards, world.rules) != rest
            return
    raise AssertionError("nobody fought")
