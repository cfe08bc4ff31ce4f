"""How a chase or a fight with a victim ends, and what it means for heat, loot and freedom."""

import pytest
from bodybroker.world.apply import fold

from tests.unit.world.crime.conftest import CHASED, RESISTED


@pytest.fixture
def chased(robbed):
    return robbed(CHASED)[0]


def test_who_is_beaten_is_arrested_and_loses_loot_tools_and_money(chased, end):
    police, before = chased.rules.police, chased.state
    made = end(chased, "beaten")
    arrested, player = made[1], chased.state.player
    assert set(arrested.confiscated) == set(before.player.inventory) and not player.inventory
    fine = police.fine_cents + before.player.heat * police.fine_cents_per_heat
    assert player.money_cents == before.player.money_cents - fine
    assert fold(made[:2], before).city_cents == before.city_cents + fine
    assert arrested.heat == before.player.heat * police.heat_left_per_mille // 1000
    assert chased.state.crime.record == before.crime.record + police.record.arrest
    assert chased.state.minute == before.minute + police.cell_minutes
    assert chased.state.tally.arrests == 1 and player.place_id == chased.place("street")


def test_who_gives_up_pays_less(chased, end):
    police, before = chased.rules.police, chased.state.player
    end(chased, "surrendered")
    full = police.fine_cents + before.heat * police.fine_cents_per_heat
    assert (
        before.money_cents - chased.state.player.money_cents
        == full * police.chase_end.surrendered_fine_per_mille // 1000
    )
    assert not chased.state.player.inventory and chased.state.tally.arrests == 1


def test_who_escapes_is_hotter_and_drops_a_share_of_the_loot(robbed, end):
    half = {"chase_end": {"dropped_per_mille": {"low": 500, "high": 500}}}
    world, _, made = robbed(CHASED | half)
    before, loot = world.state, {item.item_id for item in made[0].items}
    ended = end(world, "escaped")[1]
    assert len(ended.lost) == len(loot) // 2 and set(ended.lost) <= loot
    assert set(world.state.player.inventory) == loot - set(ended.lost)
    assert world.state.player.heat == before.player.heat + world.rules.police.chase_end.escaped_heat
    assert world.state.crime.record == before.crime.record


def test_beaten_officers_are_not_forgotten(chased, end):
    before, police = chased.state, chased.rules.police
    end(chased, "won", "down")
    assert chased.state.player.inventory == before.player.inventory
    assert chased.state.player.heat == before.player.heat + police.chase_end.won_heat
    assert chased.state.crime.record == before.crime.record + police.record.officers
    assert chased.state.crime.leads == before.crime.leads + police.leads.officers


def test_who_paid_keeps_the_loot(chased, end):
    before = chased.state
    end(chased, "bought_off")
    assert chased.state.player.inventory == before.player.inventory and chased.state.crime == before.crime


@pytest.fixture
def resisted(make_world, change):
    world = make_world(rules=change(crime={"kill": RESISTED}))
    world.go("graveyard")
    world.do("kill", place_id=world.place("graveyard"))
    return world


def test_a_victim_who_was_overcome_is_dead(resisted, end):
    before = resisted.state
    assert not before.player.inventory and before.player.humanity == 100
    end(resisted, "won", "down")
    assert resisted.state.player.inventory and resisted.state.tally.kills == 1
    assert resisted.state.player.humanity == 100 - resisted.rules.crime.kill.humanity


@pytest.mark.parametrize(
    ("outcome", "standing"),
    [("won", "fled"), ("escaped", "fighting"), ("surrendered", "fighting"), ("beaten", "fighting")],
)
def test_a_victim_who_lives_tells_the_police(resisted, end, outcome, standing):
    before = resisted.state
    end(resisted, outcome, standing)
    assert not resisted.state.player.inventory and resisted.state.tally.kills == 0
    assert resisted.state.player.heat == before.player.heat + resisted.rules.crime.kill.witnessed_heat
    assert resisted.state.crime.leads == resisted.rules.police.leads.witness


@pytest.mark.parametrize("outcome", ["bought_off", "killed"])
def test_a_victim_who_was_paid_or_killed_the_player_says_nothing(resisted, end, outcome):
    before = resisted.state.crime
    end(resisted, outcome)
    assert resisted.state.crime == before
