import pytest
from bodybroker.kernel.ids import entity_id
from bodybroker.kernel.random import Stream
from bodybroker.world.aftermath import AFTERMATHS
from bodybroker.world.apply import fold
from bodybroker.world.conflict.events import DangerPassed
from bodybroker.world.crime.state import Case
from bodybroker.world.draft import Draft
from bodybroker.world.empire.state import CrewMember
from msgspec.structs import replace

UNNOTICED = {"notice": {"low": 0, "high": 0}}
CHASED = {"notice": {"low": 1000, "high": 1000}, "arrest": {"low": 0, "high": 0}}
ARRESTED = {"notice": {"low": 1000, "high": 1000}, "arrest": {"low": 1000, "high": 1000}}
UNSEEN = {"witness": {"low": 0, "high": 0}, "resistance": {"low": 0, "high": 0}}
SEEN = {"witness": {"low": 1000, "high": 1000}, "resistance": {"low": 0, "high": 0}}
RESISTED = {"resistance": {"low": 1000, "high": 1000}}


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


@pytest.fixture
def end():
    """end(world, outcome): the danger is over, with what it leaves behind; the foes have that standing."""

    def ended(world, outcome, standing="fighting"):
        danger = world.state.conflict.danger
        danger = replace(danger, foes=tuple(replace(foe, standing=standing) for foe in danger.foes))
        draft = Draft(world.state, world.rules)
        draft.add(DangerPassed(outcome))
        AFTERMATHS[danger.kind](draft, danger, outcome)
        world.log += draft.events
        world.state = fold(draft.events, world.state)
        return draft.events

    return ended


@pytest.fixture
def suspected():
    """suspected(world, stage): the police have this case against the player."""

    def suspect(world, stage, evidence=None, raid_minute=None):
        points = getattr(world.rules.police.investigation, stage) if evidence is None else evidence
        case = Case(points, stage, raid_minute)
        world.state = replace(world.state, crime=replace(world.state.crime, case=case))

    return suspect


@pytest.fixture
def hire():
    """hire(world, role): one of the crew, in that role."""

    def hired(world, role):
        member_id = entity_id(Stream("member", role))
        provenance = next(iter(world.state.places.values())).site.provenance
        member = CrewMember(member_id, "Nell", role, 50, 50, 50, 0, provenance)
        world.state = replace(world.state, empire=replace(world.state.empire, crew={member_id: member}))

    return hired
