"""The law's memory: leads become evidence at dawn, evidence a warrant; a record keeps heat from cooling."""

import msgspec
import pytest
from bodybroker.world.crime.state import CrimeState
from bodybroker.world.known import known
from bodybroker.world.views import view
from msgspec.structs import replace

from tests.unit.world.crime.conftest import ARRESTED


def dawn(world):
    if world.state.phase == "day":
        world.wait_for("night")
    while world.state.phase != "day":
        left = (world.rules.clock.dawn_minute - world.state.minute) % 1440
        world.do("wait", minutes=min(left, 720))


def know(world, **fields):
    world.state = replace(world.state, crime=replace(world.state.crime, **fields))


@pytest.fixture
def calm(make_world, change):
    return make_world(rules=change(police={"raid": {"chance": 0}}))


def test_nobody_looks_for_the_innocent(calm, names):
    seen = len(calm.log)
    for _ in range(3):
        dawn(calm)
    assert "InvestigationMoved" not in names(calm.log[seen:]) and calm.state.crime == CrimeState()


@pytest.mark.parametrize("stage", ["open", "suspect", "warrant"])
def test_enough_leads_open_a_case_name_a_suspect_and_lead_to_a_warrant(calm, stage):
    points = getattr(calm.rules.police.investigation, stage)
    know(calm, leads=points - 1)
    dawn(calm)
    before = calm.state.crime.case
    assert before is None or before.stage != stage
    know(calm, leads=points, case=None)
    dawn(calm)
    assert (calm.state.crime.case.evidence, calm.state.crime.case.stage) == (points, stage)
    assert calm.state.crime.leads == 0


def test_evidence_adds_up_fades_and_the_case_is_closed(calm):
    rule = calm.rules.police.investigation
    know(calm, leads=30)
    dawn(calm)
    know(calm, leads=10)
    dawn(calm)
    assert calm.state.crime.case.evidence == 30 * rule.left_per_mille // 1000 + 10
    for _ in range(40):
        dawn(calm)
    assert calm.state.crime.case is None


def test_a_record_keeps_heat_up_and_fades_over_days(calm):
    police = calm.rules.police
    know(calm, record=40)
    calm.state = replace(calm.state, player=replace(calm.state.player, heat=60))
    for _ in range(4):
        dawn(calm)
    record = 40 - 4 * police.record.fade
    assert calm.state.crime.record == record
    floor = record * police.record.floor_per_mille // 1000
    assert floor <= calm.state.player.heat <= floor + police.record.fade
    know(calm, record=0)
    calm.do("wait", minutes=720)
    assert calm.state.player.heat < floor


def test_not_even_an_arrest_cools_below_the_record(make_world, change):
    world = make_world(rules=change(police=ARRESTED | {"heat_left_per_mille": 0}))
    know(world, record=80)
    world.state = replace(world.state, player=replace(world.state.player, heat=70))
    world.go("morgue")
    arrested = world.do("rob_morgue", place_id=world.place("morgue"))[1]
    assert arrested.heat == 80 * world.rules.police.record.floor_per_mille // 1000


def test_a_record_does_not_heat_up_the_cold(calm):
    know(calm, record=100)
    calm.do("wait", minutes=60)
    assert calm.state.player.heat == 0


def test_the_player_hears_of_it_from_lookouts_and_bribed_officers_only(calm, hire, suspected):
    suspected(calm, "suspect")
    assert view(calm.state, calm.rules)["law"]["rumour"] is None
    told = {"stage": "suspect", "raid_is_planned": False}
    unbribed = calm.state
    know(calm, bribed=(calm.place("street"),))
    assert view(calm.state, calm.rules)["law"]["rumour"] == told
    calm.state = unbribed
    hire(calm, "lookout")
    assert view(calm.state, calm.rules)["law"]["rumour"] == told


def test_the_history_does_not_tell_what_the_files_hold(calm):
    know(calm, leads=80)
    seen = len(calm.log)
    dawn(calm)
    moved = [event for event in calm.log[seen:] if type(event).__name__ == "InvestigationMoved"]
    assert len(moved) == 1 and msgspec.to_builtins(known(moved[0])) == {"type": "investigation_moved"}
