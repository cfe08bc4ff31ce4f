import pytest
from bodybroker.world.powers.state import Power
from msgspec.structs import replace


@pytest.fixture(scope="session")
def give():
    """give(world, power, level): the player has it, rested."""

    def given(world, name, level=1):
        powers = world.state.powers
        world.state = replace(world.state, powers=replace(powers, owned=powers.owned | {name: Power(level)}))

    return given


@pytest.fixture(scope="session")
def with_player():
    """with_player(world, field=value …): the player is otherwise from now on."""

    def changed(world, **fields):
        world.state = replace(world.state, player=replace(world.state.player, **fields))

    return changed


@pytest.fixture
def buyer(world, with_player):
    """A world where a rich baron stands before a vampire by night."""
    world.meet("vampire")
    with_player(world, money_cents=5_000_000)
    world.state = replace(world.state, rank="baron")
    return world
