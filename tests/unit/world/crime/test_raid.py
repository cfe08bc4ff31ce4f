"""Raids on the hideout: planned at dawn under a warrant, carried out whether or not anybody is at home."""

import pytest
from bodybroker.world.city.commands import CatchUp
from bodybroker.world.conflict.state import ConflictState, Danger, Fighter
from bodybroker.world.crime import clock
from bodybroker.world.crime.events import HideoutRaided, PlayerArrested, RaidPlanned
from bodybroker.world.decide import decide
from bodybroker.world.draft import Draft
from bodybroker.world.ledger import money_cents
from msgspec.structs import replace

from tests.unit.world.crime.conftest import UNNOTICED

ALL = {"low": 1000, "high": 1000}


@pytest.fixture
def wanted(make_world, change, suspected):
    """A world with loot in the bag, a lab in which something grows, and a warrant."""

    def make(**raid):
        police = UNNOTICED | {"raid": {"chance": 1000} | raid, "investigation": {"left_per_mille": 1000}}
        world = make_world(rules=change(police=police, player={"money_cents": 400_000}))
        world.go("morgue")
        world.do("rob_morgue", place_id=world.place("morgue"))
        world.go("street")
        for _ in range(2):
            world.do("buy_equipment", equipment="nutrient_bath")
        world.go("hideout")
        world.do("grow_part", part="hand")
        suspected(world, "warrant")
        return world

    return make


def run(world, kind, until=2 * 1440):
    """Waits until such an event comes."""
    end = world.state.minute + until
    while world.state.minute < end:
        made = world.do("wait", minutes=30)
        if found := [event for event in made if isinstance(event, kind)]:
            return found[0]
    return None


def test_a_raid_at_home_takes_goods_and_ends_in_a_cell(wanted):
    world = wanted(items_per_mille=ALL, equipment_per_mille=ALL)
    money, before = money_cents(world.state), world.state
    planned = run(world, RaidPlanned)
    assert planned.minute == world.state.crime.case.raid_minute
    raided = run(world, HideoutRaided)
    assert set(before.player.inventory) <= set(raided.items) and set(raided.equipment) == set(before.lab.equipment)
    assert set(raided.growths) == set(before.lab.growths)
    assert not (world.state.lab.equipment or world.state.lab.growths or world.state.player.inventory)
    assert world.state.tally.arrests == 1 and world.state.player.place_id == world.place("street")
    assert raided.fine_cents == world.rules.police.raid.fine_cents and money_cents(world.state) == money
    assert world.state.minute >= planned.minute + world.rules.police.cell_minutes


def test_a_raid_on_an_empty_house_takes_the_lab_only(wanted):
    world = wanted(items_per_mille=ALL, equipment_per_mille={"low": 500, "high": 500})
    world.go("graveyard")
    before = world.state
    raided = run(world, HideoutRaided)
    assert (
        not set(raided.items) & set(before.player.inventory)
        and len(raided.equipment) == 1
        and len(world.state.lab.equipment) == 1
    )
    assert world.state.player.inventory and world.state.tally.arrests == 0
    assert set(raided.growths) == {
        growth_id for growth_id, growth in before.lab.growths.items() if growth.equipment_id in raided.equipment
    }


def test_grown_parts_go_with_their_equipment(wanted):
    world = wanted(equipment_per_mille=ALL, items_per_mille={"low": 0, "high": 0}, chance=0)
    minutes = world.rules.parts.parts["hand"].growth.minutes
    world.do("wait", minutes=minutes)
    (growth,) = world.state.lab.growths.values()
    case = replace(world.state.crime.case, raid_minute=world.state.minute + 1)
    world.state = replace(world.state, crime=replace(world.state.crime, case=case))
    assert run(world, HideoutRaided).items == (growth.item.item_id,)


def test_what_lies_in_the_stash_is_found_even_when_nobody_is_at_home(wanted):
    world = wanted(items_per_mille=ALL)
    stashed = set(world.state.player.inventory)
    world.do("store_item", item_ids=sorted(stashed))
    world.go("graveyard")
    raided = run(world, HideoutRaided)
    assert raided.items and set(raided.items) <= stashed and not world.state.lab.stores[world.place("hideout")].items


def test_a_raid_uses_up_evidence(wanted):
    world = wanted(evidence_left_per_mille=500)
    evidence = world.state.crime.case.evidence
    raided = run(world, HideoutRaided)
    assert raided.case.evidence == evidence // 2 and raided.case.stage != "warrant" and raided.case.raid_minute is None


def test_without_a_warrant_nobody_comes(wanted, suspected):
    world = wanted()
    suspected(world, "suspect")
    assert run(world, HideoutRaided, 3 * 1440) is None


def test_a_raid_during_an_absence_asks_for_nothing(wanted):
    world = wanted(items_per_mille=ALL)
    made = decide(world.state, CatchUp(2 * 1440), world.rules)
    kinds = {type(event) for event in made}
    assert HideoutRaided in kinds and PlayerArrested not in kinds


def test_a_raid_waits_for_a_danger_to_pass(wanted, suspected):
    world = wanted()
    suspected(world, "warrant", raid_minute=world.state.minute)
    danger = Danger("rivals", world.state.player.place_id, (Fighter("Rook", 50, 50, 50, 50),))
    draft = Draft(replace(world.state, conflict=ConflictState(danger)), world.rules)
    clock.step(draft)
    assert not draft.events
    draft = Draft(world.state, world.rules)
    clock.step(draft)
    assert isinstance(draft.events[0], HideoutRaided)
