"""The houses of a new world."""

from collections import Counter

import pytest
from bodybroker.world import decide, rules
from bodybroker.world.apply import fold
from bodybroker.world.houses import relations
from bodybroker.world.ledger import money_cents


@pytest.mark.parametrize("seed", [0, 7, 2**53 - 1])
def test_every_kind_has_its_house_within_its_ranges(make_world, book, seed):
    houses = make_world(seed).state.houses
    assert sorted(house.kind for house in houses.houses.values()) == sorted(book.houses.houses)
    held = Counter(quarter.house_id for quarter in houses.quarters.values())
    for house in houses.houses.values():
        kind = book.houses.houses[house.kind]
        assert house.race == kind.race and held[house.house_id] == kind.quarters
        for score in ("ambition", "honour", "cunning", "strength", "wealth_cents"):
            assert getattr(kind, score).low <= getattr(house, score) <= getattr(kind, score).high
    names = [house.name for house in houses.houses.values()] + [quarter.name for quarter in houses.quarters.values()]
    assert len(set(names)) == len(names)


def test_the_monsters_of_the_district_belong_to_the_house_of_their_race(world, book):
    houses = world.state.houses
    for npc_id, npc in world.state.npcs.items():
        assert houses.houses[relations.house_of(world.state, npc_id)].race == npc.character.race
    for house in houses.houses.values():
        known = [npc.character for npc in world.state.npcs.values() if npc.character.race == house.race]
        assert (house.leader_id is None) == (not known)
        if known:
            leader = next(character for character in known if character.npc_id == house.leader_id)
            brains = [character.guide.intelligence + character.guide.charisma for character in known]
            assert house.leader == leader.name
            assert leader.guide.intelligence + leader.guide.charisma == max(brains)


def test_the_players_district_is_a_quarter_of_the_house_with_the_most_members_there(world):
    houses = world.state.houses
    home = houses.quarters[houses.home_id]
    count = Counter(relations.house_of(world.state, npc_id) for npc_id in world.state.npcs)
    assert home.name == world.state.district and count[home.house_id] == max(count.values())


def test_treasuries_come_out_of_the_citys_money(world, book):
    treasuries = sum(house.wealth_cents for house in world.state.houses.houses.values())
    assert world.state.city_cents + treasuries == book.police.city_cents
    purses = sum(npc.purse_cents for npc in world.state.npcs.values())
    assert money_cents(world.state) == book.police.city_cents + book.player.money_cents + purses


def test_old_grudges_hold_both_ways(world, book, house):
    for old in book.houses.grudges:
        one, other = (house(world, kind).house_id for kind in old.between)
        for holder, against in ((one, other), (other, one)):
            assert old.points.low <= world.state.houses.grudges[holder][against] <= old.points.high


def test_the_same_seed_makes_the_same_houses_and_another_seed_others(make_world):
    assert make_world(3).state.houses == make_world(3).state.houses != make_world(4).state.houses


def test_the_order_of_the_configuration_does_not_matter(book):
    document = book.model_dump(mode="json")
    document["houses"]["houses"] = dict(reversed(document["houses"]["houses"].items()))
    turned = rules.validate(document)
    assert fold(decide.create(7, turned)).houses == fold(decide.create(7, book)).houses


@pytest.mark.parametrize(
    ("section", "change", "fault"),
    [
        ("houses", {"grudges": [{"between": ["court", "angels"], "points": {"low": 1, "high": 2}}]}, "angels"),
        ("houses", {"treaties": {}}, "treaties.truce is missing"),
        ("police", {"city_cents": 5}, "the city has 5"),
        ("hunted", {"stages": {}}, "stages.watched is missing"),
        ("hunted", {"outcomes": {}}, "outcomes.killed is missing"),
    ],
)
def test_faults_of_the_houses_are_found(book, section, change, fault):
    document = book.model_dump(mode="json")
    document[section] |= change
    with pytest.raises(rules.InvalidRules, match=fault):
        rules.validate(document)


def test_stages_rise_and_names_lead_somewhere(book):
    document = book.model_dump(mode="json")
    document["hunted"]["stages"]["stalked"]["points"] = document["hunted"]["stages"]["hunted"]["points"]
    document["houses"]["alliance"]["barred_ranks"] = ["pope"]
    with pytest.raises(rules.InvalidRules, match="one after the other"):
        rules.validate(document)
    document["hunted"]["stages"]["stalked"]["points"] -= 1
    del document["parts"]["parts"]["lung"]
    with pytest.raises(rules.InvalidRules) as caught:
        rules.validate(document)
    assert {"world/houses: alliance.barred_ranks: pope is not in world/ranks"} < set(caught.value.faults)
    assert {"world/houses: houses.pack.favours: lung is not in world/parts"} < set(caught.value.faults)
