"""Robbing a morgue: what is taken, and the three answers of the law."""

from collections import Counter

import pytest
from bodybroker.world.apply import fold
from msgspec.structs import replace

from tests.unit.world.crime.conftest import ARRESTED, CHASED, UNNOTICED


def test_an_unnoticed_robbery_brings_loot_heat_and_a_nervous_morgue(robbed, names):
    world, before, made = robbed(UNNOTICED)
    morgue = world.place("morgue")
    assert names(made) == ["MorgueRobbed", "PoliceResponded", "TimePassed"]
    loot, answer = made[0].items, made[1]
    assert world.rules.morgue.loot.low <= len(loot) <= world.rules.morgue.loot.high
    assert world.state.player.inventory == {item.item_id: item for item in loot}
    assert before.places[morgue].stock == world.state.places[morgue].stock | world.state.player.inventory
    assert (answer.outcome, answer.recovered, answer.fine_cents) == ("unnoticed", (), 0)
    assert made[0].heat == before.player.heat + world.rules.police.robbery_heat == answer.heat
    assert world.state.places[morgue].alarm == before.places[morgue].alarm + world.rules.morgue.alarm_rise
    assert world.state.player.place_id == morgue and world.state.tally.robberies == 1


def test_a_chase_makes_hot_and_puts_the_loot_at_stake_in_the_street(robbed, names):
    world, before, made = robbed(CHASED)
    answer, danger = made[1], world.state.conflict.danger
    assert (answer.outcome, answer.recovered, answer.fine_cents) == ("chase", (), 0)
    assert answer.heat == before.player.heat + world.rules.police.robbery_heat + world.rules.police.noticed_heat
    assert world.state.player.money_cents == before.player.money_cents
    assert world.state.player.place_id == world.place("street") == danger.place_id and world.state.tally.chases == 1
    assert names(made)[-1] == "DangerArose" and danger.kind == "police"
    assert set(danger.stakes) == set(world.state.player.inventory.values()) == set(made[0].items)
    assert 1 <= len(danger.foes) <= world.rules.police.chase.officers_at_most


def test_a_noticed_robbery_gives_the_police_a_lead_and_a_record(robbed):
    world, _, _ = robbed(CHASED)
    police = world.rules.police
    assert (world.state.crime.leads, world.state.crime.record) == (police.leads.robbery, police.record.noticed)
    world, _, _ = robbed(UNNOTICED)
    assert (world.state.crime.leads, world.state.crime.record) == (0, 0)


def test_an_arrest_costs_all_the_loot_a_fine_and_hours_in_a_cell(robbed):
    world, before, made = robbed(ARRESTED)
    answer, police = made[1], world.rules.police
    assert answer.outcome == "arrest" and set(answer.recovered) == {item.item_id for item in made[0].items}
    assert not world.state.player.inventory
    hot = police.robbery_heat + police.noticed_heat
    assert answer.fine_cents == police.fine_cents + hot * police.fine_cents_per_heat
    assert world.state.player.money_cents == before.player.money_cents - answer.fine_cents
    assert fold(made[:2], before).city_cents == before.city_cents + answer.fine_cents
    assert answer.heat == hot * police.heat_left_per_mille // 1000
    assert world.state.minute == before.minute + world.rules.morgue.robbery_minutes + police.cell_minutes
    assert world.state.player.place_id == world.place("street") and world.state.tally.arrests == 1
    assert world.state.crime.record == police.record.noticed + police.record.arrest and not world.state.crime.tools


def test_loot_of_earlier_robberies_is_safe_from_an_arrest(make_world, change):
    world = make_world(rules=change(police=UNNOTICED))
    world.go("morgue")
    world.do("rob_morgue", place_id=world.place("morgue"))
    kept = world.state.player.inventory
    world.rules = change(police=ARRESTED)
    world.do("rob_morgue", place_id=world.place("morgue"))
    assert world.state.player.inventory.keys() == kept.keys()


def test_a_fine_never_takes_more_than_there_is(robbed):
    world, _, made = robbed(ARRESTED | {"fine_cents": 10**9})
    assert made[1].fine_cents == world.rules.player.money_cents and world.state.player.money_cents == 0


def test_heat_and_alarm_stop_at_their_limits(robbed):
    world, _, made = robbed(UNNOTICED | {"robbery_heat": 100}, morgue={"alarm_rise": 1000})
    assert made[0].heat == 100 and made[0].alarm == world.rules.morgue.alarm_limit
    world, _, made = robbed(CHASED | {"robbery_heat": 95})
    assert made[1].heat == 100
    world, _, _ = robbed(UNNOTICED | {"robbery_heat": 95})
    assert world.do("rob_morgue", place_id=world.place("morgue"))[0].heat == 100


def test_the_bag_limits_the_loot(robbed):
    world, _, _ = robbed(UNNOTICED, player={"bag_size": 1}, morgue={"loot": {"low": 4, "high": 4}})
    assert len(world.state.player.inventory) == 1
    two = {"loot": {"low": 2, "high": 2}}
    world, _, _ = robbed(UNNOTICED, player={"bag_size": 3}, morgue=two)
    world.do("rob_morgue", place_id=world.place("morgue"))
    assert len(world.state.player.inventory) == 3


def test_robbing_has_its_time_and_place_and_limits(make_world, change, refused, nobody):
    world = make_world(rules=change(police=UNNOTICED, player={"bag_size": 100}))
    morgue = world.place("morgue")
    for elsewhere in (nobody, world.place("graveyard")):
        with refused("not_a_morgue"):
            world.do("rob_morgue", place_id=elsewhere)
    with refused("not_here"):
        world.do("rob_morgue", place_id=morgue)
    world.go("morgue")
    while world.state.places[morgue].stock:
        world.do("rob_morgue", place_id=morgue)
    with refused("morgue_empty"):
        world.do("rob_morgue", place_id=morgue)
    world.wait_for("night")
    with refused("wrong_phase"):
        world.do("rob_morgue", place_id=morgue)


def test_a_full_bag_and_a_hurt_body_cannot_rob(robbed, refused):
    world, _, _ = robbed(UNNOTICED, player={"bag_size": 1})
    with refused("bag_full"):
        world.do("rob_morgue", place_id=world.place("morgue"))
    world, _, _ = robbed(UNNOTICED)
    hurt = replace(world.state.player, health=world.rules.player.health_to_rob - 1)
    world.state = replace(world.state, player=hurt)
    with refused("too_hurt"):
        world.do("rob_morgue", place_id=world.place("morgue"))


def test_over_many_seeds_all_three_answers_come_as_often_as_the_rules_say(make_world, change):
    rules = change(
        police={
            "notice": {"base": 500, "per_guard": 0, "per_heat": 0},
            "arrest": {"base": 400, "per_officer": 0, "per_heat": 0, "per_speed": 0},
        },
        morgue={"alarm": {"low": 0, "high": 0}},
        weather={"start": {"clear": 1, "rain": 0, "fog": 0}},
    )
    outcomes = Counter()
    for seed in range(400):
        world = make_world(seed, rules)
        world.go("morgue")
        outcomes[world.do("rob_morgue", place_id=world.place("morgue"))[1].outcome] += 1
    assert 160 <= outcomes["unnoticed"] <= 240 and 85 <= outcomes["chase"] <= 155 and 50 <= outcomes["arrest"] <= 110


@pytest.mark.parametrize(
    ("calm", "alarming"),
    [
        ({"police": {"notice": {"per_guard": 0}}}, {"police": {"notice": {"per_guard": 300}}}),
        ({"morgue": {"alarm": {"low": 0, "high": 0}}}, {"morgue": {"alarm": {"low": 600, "high": 600}}}),
    ],
)
def test_guards_and_alarms_make_robberies_noticed(make_world, change, calm, alarming):
    def noticed(rules):
        count = 0
        for seed in range(60):
            world = make_world(seed, rules)
            world.go("morgue")
            count += world.do("rob_morgue", place_id=world.place("morgue"))[1].outcome != "unnoticed"
        return count

    assert noticed(change(**calm)) < noticed(change(**alarming))


def test_a_hospital_is_robbed_by_day_and_by_night_for_better_parts(make_world, change, refused):
    world = make_world(rules=change(police=UNNOTICED, player={"bag_size": 100}))
    hospital, quality = world.place("hospital"), world.rules.hospital.quality
    with refused("not_here"):
        world.do("rob_hospital", place_id=hospital)
    with refused("not_a_hospital"):
        world.do("rob_hospital", place_id=world.place("morgue"))
    with refused("not_a_morgue"):
        world.do("rob_morgue", place_id=hospital)
    world.wait_for("night")
    world.go("hospital")
    while world.state.places[hospital].stock:
        loot = world.do("rob_hospital", place_id=hospital)[0].items
        assert loot and all(quality.low <= item.quality <= quality.high for item in loot)
    with refused("hospital_empty"):
        world.do("rob_hospital", place_id=hospital)


def test_every_camera_is_a_lead(make_world, change):
    rules = change(police=CHASED, hospital={"cameras": {"low": 5, "high": 5}})
    world = make_world(rules=rules)
    world.go("hospital")
    world.do("rob_hospital", place_id=world.place("hospital"))
    leads = rules.police.leads
    assert world.state.crime.leads == leads.robbery + 5 * leads.camera
