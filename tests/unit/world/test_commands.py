import pytest
from bodybroker.world.commands import CommandAdapter
from pydantic import ValidationError

ID = "a0cd39a2-d4b1-88cf-8001-1eca6c586496"
GOOD = [
    {"type": "travel", "place_id": ID},
    {"type": "rob_morgue", "place_id": ID},
    {"type": "buy_equipment", "equipment": "nutrient_bath", "grade": "standard"},
    {"type": "repair_equipment", "equipment_id": ID},
    {"type": "sell_equipment", "equipment_id": ID},
    {"type": "clean_equipment", "equipment_id": ID},
    {"type": "buy_ingredient", "ingredient": "formalin", "count": 2},
    {"type": "treat_part", "item_id": ID, "recipe": "brine"},
    {"type": "store_item", "item_ids": (ID,)},
    {"type": "take_item", "item_ids": (ID,)},
    {"type": "rent_warehouse", "place_id": ID},
    {"type": "buy_warehouse", "place_id": ID},
    {"type": "leave_warehouse", "place_id": ID},
    {"type": "send_courier", "from_place": ID, "to_place": ID, "item_ids": (ID,)},
    {"type": "open_supply_route", "from_place": ID, "to_place": ID, "count": 3},
    {"type": "close_supply_route", "route_id": ID},
    {"type": "grow_part", "part": "skin"},
    {"type": "collect_part", "growth_id": ID},
    {"type": "sell_part", "npc_id": ID, "item_id": ID},
    {"type": "wait", "minutes": 720},
    {"type": "lie_low"},
]


@pytest.mark.parametrize("body", GOOD, ids=lambda body: body["type"])
def test_commands_read_and_write_themselves(body):
    assert CommandAdapter.validate_python(body).model_dump() == body


@pytest.mark.parametrize(
    "body",
    [
        {},
        {"type": "fly"},
        {"type": "record_turn", "npc_id": ID},
        {"type": "lie_low", "hours": 3},
        {"type": "wait", "minutes": 0},
        {"type": "wait", "minutes": 721},
        {"type": "wait", "minutes": "60"},
        {"type": "wait", "minutes": 60.0},
        {"type": "wait", "minutes": True},
        {"type": "travel", "place_id": "morgue"},
        {"type": "travel", "place_id": ID + "\n"},
        {"type": "grow_part", "part": "Skin"},
        {"type": "grow_part", "part": "x" * 41},
        {"type": "sell_part", "npc_id": ID},
        {"type": "store_item", "item_ids": []},
        {"type": "store_item", "item_ids": [ID, ID]},
        {"type": "store_item", "item_ids": ID},
        {"type": "take_item", "item_ids": [ID] * 101},
        {"type": "buy_ingredient", "ingredient": "formalin", "count": 0},
        {"type": "open_supply_route", "from_place": ID, "to_place": ID, "count": -1},
        [],
        None,
    ],
)
def test_anything_else_is_refused(body):
    with pytest.raises(ValidationError):
        CommandAdapter.validate_python(body)


def test_all_faults_are_listed():
    with pytest.raises(ValidationError) as caught:
        CommandAdapter.validate_python({"type": "sell_part", "npc_id": 3, "price": 1})
    assert {fault["loc"][-1] for fault in caught.value.errors()} == {"npc_id", "item_id", "price"}
