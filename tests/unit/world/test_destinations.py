"""What leads the player somewhere: orders, favours, grown parts, the story's objectives."""

import pytest
from bodybroker.kernel.ids import EntityId
from bodybroker.world.base import MINUTES_PER_DAY
from bodybroker.world.destinations import goals
from bodybroker.world.houses import relations
from bodybroker.world.houses.state import Favour, Tie
from bodybroker.world.lab.state import Growth
from bodybroker.world.market.state import Order
from bodybroker.world.story.state import Objective
from msgspec.structs import replace

A_DAY = MINUTES_PER_DAY


@pytest.fixture
def state(world):
    return world.state


def told(state, **sections):
    """The state with other values in its sections: market_orders sets `state.market.orders`."""
    for name, value in sections.items():
        section, field = name.split("_", 1)
        state = replace(state, **{section: replace(getattr(state, section), **{field: value})})
    return state


def test_a_new_world_leads_nowhere_in_particular(state) -> None:
    assert goals(state) == ()


@pytest.mark.parametrize(("promised", "kind"), [(False, "order"), (True, "promised")])
def test_an_order_leads_to_where_its_customer_is_found(world, promised, kind) -> None:
    npc = world.npc("vampire").character
    order = Order(EntityId("o"), npc.npc_id, "heart", 10, None, 100, 4000, promised)
    gone = Order(EntityId("p"), EntityId("nobody"), "heart", 10, None, 100, 4000)
    (goal,) = goals(told(world.state, market_orders={order.order_id: order, gone.order_id: gone}))
    assert (goal.kind, goal.place_id, goal.about, goal.due_minute) == (kind, npc.haunt_id, "o", 4000)


def test_a_favour_leads_to_where_the_house_has_people(world) -> None:
    npc = world.npc("lich").character
    house_id = relations.house_of(world.state, npc.npc_id)
    assert house_id is not None
    found = goals(told(world.state, houses_ties={house_id: Tie(favour=Favour("brain", 3))}))
    assert {(goal.kind, goal.place_id, goal.about, goal.due_minute) for goal in found} == {
        ("favour", npc.haunt_id, house_id, 3 * A_DAY)
    }


def test_a_part_leads_to_the_hideout_when_it_has_grown(world) -> None:
    def growing(ready_minute: int):
        growth = Growth(EntityId("g"), EntityId("bath"), "hand", 50, 0, ready_minute, None)
        return goals(told(world.state, lab_growths={growth.growth_id: growth}))

    assert not growing(world.state.minute + 1)
    (goal,) = growing(world.state.minute)
    assert (goal.kind, goal.place_id, goal.about) == ("growth", world.place("hideout"), "g")


def test_an_open_objective_leads_to_the_places_and_people_that_it_names(world) -> None:
    crypt = world.state.places[world.place("crypt")].site
    ghoul = world.npc("ghoul").character
    told_of = f"Wait at {crypt.name}, then ask {ghoul.name}."

    def leads(title: str, text: str, status) -> set[str]:
        objective = Objective(EntityId("q"), title, text, status)
        return {
            goal.place_id for goal in goals(told(world.state, story_objectives={objective.objective_id: objective}))
        }

    assert leads("A meeting", told_of, "open") == {crypt.place_id, ghoul.haunt_id}
    assert leads(f"To {crypt.name}", "Now.", "open") == {crypt.place_id}
    assert leads("A meeting", told_of, "done") == set()
    assert leads("A meeting", "Somewhere.", "open") == set()
