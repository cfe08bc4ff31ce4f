"""Robbing a morgue: what is taken, and the three answers of the law."""

from collections import Counter

import pytest

UNNOTICED = {"notice": {"low": 0, "high": 0}}
CHASED = {"notice": {"low": 1000, "high": 1000}, "arrest": {"low": 0, "high": 0}}
ARRESTED = {"notice": {"low": 1000, "high": 1000}, "arrest": {"low": 1000, "high": 1000}}


@pytest.fixture
def robbed(make_world, change):
    """robbed(police): a world in which the morgue was robbed once under these rules of the law, and what happened."""

    def rob(police, **sections):
        world = make_world(rules=change(police=police, **sections))
        world.go("morgue")
        before = world.state
        made = world.do("rob_morgue", place_id=world.place("morgue"))
        return world, before, made

    return rob


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


def test_a_chase_costs_loot_health_and_heat_and_ends_in_the_street(robbed):
    world, before, made = robbed(CHASED)
    answer = made[1]
    assert answer.outcome == "chase" and 1 <= len(answer.recovered) <= len(made[0].items)
    assert set(answer.recovered) <= set(world.state.places[world.place("morgue")].stock)
    assert len(world.state.player.inventory) == len(made[0].items) - len(answer.recovered)
    assert answer.heat == before.player.heat + world.rules.police.robbery_heat + world.rules.police.noticed_heat
    assert before.player.health - 25 <= world.state.player.health <= before.player.health - 5
    assert world.state.player.money_cents == before.player.money_cents
    assert world.state.player.place_id == world.place("street") and world.state.tally.chases == 1


def test_an_arrest_costs_all_the_loot_a_fine_and_hours_in_a_cell(robbed):
    world, before, made = robbed(ARRESTED)
    answer, police = made[1], world.rules.police
    assert answer.outcome == "arrest" and set(answer.recovered) == {item.item_id for item in made[0].items}
    assert not world.state.player.inventory
    hot = police.robbery_heat + police.noticed_heat
    assert answer.fine_cents == police.fine_cents + hot * police.fine_cents_per_heat
    assert world.state.player.money_cents == before.player.money_cents - answer.fine_cents
    assert world.state.city_cents == before.city_cents + answer.fine_cents
    assert answer.heat == hot * police.heat_left_per_mille // 1000
    assert world.state.minute == before.minute + world.rules.morgue.robbery_minutes + police.cell_minutes
    assert world.state.player.place_id == world.place("street") and world.state.tally.arrests == 1


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
    world.go("morgue")
    assert world.do("rob_morgue", place_id=world.place("morgue"))[0].heat == 100


def test_wounds_never_kill(robbed):
    _, _, made = robbed(CHASED | {"chase_wounds": {"low": 100, "high": 100}})
    assert made[1].health == 1


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
    world, _, _ = robbed(CHASED | {"chase_wounds": {"low": 90, "high": 90}})
    world.go("morgue")
    with refused("too_hurt"):
        world.do("rob_morgue", place_id=world.place("morgue"))


def test_over_many_seeds_all_three_answers_come_as_often_as_the_rules_say(make_world, change):
    rules = change(
        police={
            "notice": {"base": 500, "per_guard": 0, "per_heat": 0},
            "arrest": {"base": 400, "per_officer": 0, "per_heat": 0},
        },
        morgue={"alarm": {"low": 0, "high": 0}},
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
