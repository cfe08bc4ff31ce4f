import pytest
from bodybroker.generation.entities import Provenance
from bodybroker.world.apply import fold
from bodybroker.world.conflict.danger import arise
from bodybroker.world.conflict.state import Danger, Fighter
from bodybroker.world.draft import Draft
from bodybroker.world.empire.state import CrewMember
from msgspec.structs import replace


@pytest.fixture(scope="session")
def fighter():
    def make(name="a brute", strength=50, speed=40, nerve=60, health=80, **fields):
        return Fighter(name, strength, speed, nerve, health, **fields)

    return make


@pytest.fixture
def threaten(fighter):
    """threaten(world, kind, *foes): the danger arises where the player is."""

    def arisen(world, kind="hunters", *foes, **fields):
        draft = Draft(world.state, world.rules)
        arise(draft, Danger(kind, world.state.player.place_id, foes or (fighter(),), **fields))
        world.log += draft.events
        world.state = fold(draft.events, world.state)
        return world.state.conflict.danger

    return arisen


@pytest.fixture(scope="session")
def with_player():
    """with_player(world, field=value …): the player is otherwise from now on."""

    def changed(world, **fields):
        world.state = replace(world.state, player=replace(world.state.player, **fields))

    return changed


@pytest.fixture(scope="session")
def employ(nobody):
    """employ(world, role, skill, loyalty): one more in the crew."""

    def hired(world, role, skill, loyalty):
        empire = world.state.empire
        member_id = f"{nobody[:-2]}{len(empire.crew):02d}"
        member = CrewMember(member_id, f"{role} {skill}", role, skill, loyalty, loyalty, 0, Provenance(0, "test", 1))
        world.state = replace(world.state, empire=replace(empire, crew=empire.crew | {member_id: member}))

    return hired
