"""Killing a passer-by: fresh parts, a little less of a human, and a body that somebody finds."""

import pytest
from bodybroker.world.crime import killing
from msgspec.structs import replace

from tests.unit.world.crime.conftest import RESISTED, SEEN, UNSEEN


@pytest.fixture
def kill(make_world, change):
    def killed(kind="graveyard", tools=(), seed=7, **rules):
        world = make_world(seed, change(crime={"kill": rules}))
        world.state = replace(world.state, crime=replace(world.state.crime, tools=tools))
        world.go(kind)
        before = world.state
        return world, before, world.do("kill", place_id=world.place(kind))

    return killed


def test_an_unseen_killing_brings_the_freshest_parts_and_costs_humanity(kill, names):
    world, before, made = kill(**UNSEEN)
    rule, police, player = world.rules.crime.kill, world.rules.police, world.state.player
    assert names(made) == ["VictimKilled", "TimePassed"] and not made[0].witnessed
    assert rule.parts.low <= len(made[0].items) <= rule.parts.high
    assert player.inventory == {item.item_id: item for item in made[0].items}
    assert all(rule.quality.low <= item.quality <= rule.quality.high for item in made[0].items)
    assert player.humanity == before.player.humanity - rule.humanity
    assert made[0].heat == before.player.heat + rule.heat
    assert world.state.crime.leads == police.leads.body and world.state.crime.record == police.record.body
    assert world.state.minute == before.minute + rule.minutes and world.state.tally.kills == 1


def test_a_witness_brings_the_officers_of_the_street(kill):
    world, before, made = kill("street", **SEEN)
    rule, leads = world.rules.crime.kill, world.rules.police.leads
    assert made[0].witnessed and made[0].heat == before.player.heat + rule.heat + rule.witnessed_heat
    assert world.state.crime.leads == leads.body + leads.witness
    danger = world.state.conflict.danger
    assert danger.kind == "police" and set(danger.stakes) == set(made[0].items)


def test_a_victim_may_fight_back(kill, names):
    world, before, made = kill(**RESISTED)
    assert names(made) == ["DangerArose"] and world.state.conflict.danger.kind == "victim"
    assert world.state.player == before.player


def test_strength_and_tools_cut_more_and_better(kill, monkeypatch):
    few = {"parts": {"low": 2, "high": 2}, "quality": {"low": 80, "high": 80}}
    _, _, plain = kill(**UNSEEN, **few)
    world, _, sawn = kill(tools=("bone_saw", "surgical_set"), **UNSEEN, **few)
    tools = world.rules.crime.tools
    assert len(plain[0].items) == 2 and len(sawn[0].items) == 2 + tools["bone_saw"].parts
    assert {item.quality for item in sawn[0].items} == {80 + tools["surgical_set"].quality}
    monkeypatch.setattr(killing.effects, "bonus", lambda state, rules, ability: 50 if ability == "strength" else 0)
    world, _, strong = kill(**UNSEEN, **few)
    assert len(strong[0].items) == 2 + 50 // world.rules.crime.kill.strength_per_part


def test_humanity_never_falls_below_nothing_and_the_bag_limits_the_cut(make_world, change):
    world = make_world(rules=change(crime={"kill": UNSEEN | {"humanity": 70}}, player={"bag_size": 3}))
    world.go("graveyard")
    world.do("kill", place_id=world.place("graveyard"))
    emptied = replace(world.state.player, inventory={})
    world.state = replace(world.state, player=emptied)
    world.do("kill", place_id=world.place("graveyard"))
    assert world.state.player.humanity == 0 and len(world.state.player.inventory) <= 3


def test_killing_has_its_places_and_needs_a_sound_body_and_room(make_world, change, refused, nobody):
    world = make_world(rules=change(crime={"kill": UNSEEN}, player={"bag_size": 1}))
    for elsewhere in (nobody, world.place("hideout"), world.place("morgue")):
        with refused("no_victims_there"):
            world.do("kill", place_id=elsewhere)
    with refused("not_here"):
        world.do("kill", place_id=world.place("street"))
    world.go("street")
    hurt = replace(world.state.player, health=world.rules.player.health_to_rob - 1)
    sound, world.state = world.state, replace(world.state, player=hurt)
    with refused("too_hurt"):
        world.do("kill", place_id=world.place("street"))
    world.state = sound
    world.do("kill", place_id=world.place("street"))
    with refused("bag_full"):
        world.do("kill", place_id=world.place("street"))
