import pytest
from bodybroker.world.houses.state import Tie
from msgspec.structs import replace


@pytest.fixture
def night(world):
    """In the street by night, where the envoys of the houses walk: a boss with cash."""
    world.wait_for("night")
    world.go("street")
    cash = 5_000_000
    player = replace(world.state.player, money_cents=world.state.player.money_cents + cash)
    world.state = replace(world.state, player=player, city_cents=world.state.city_cents - cash, rank="boss")
    return world


@pytest.fixture
def house():
    """house(world, kind): the house of that kind."""
    return lambda world, kind: next(house for house in world.state.houses.houses.values() if house.kind == kind)


@pytest.fixture
def tied():
    """tied(world, house, standing=…, …): the world in which the player is that to a house."""

    def tie(world, house, **fields):
        houses = world.state.houses
        before = houses.ties.get(house.house_id, Tie())
        ties = houses.ties | {house.house_id: replace(before, **fields)}
        world.state = replace(world.state, houses=replace(houses, ties=ties))

    return tie
