"""The lab through the player's eyes: everything of one's own, nothing that is still a secret, not too much to do."""

import json

from bodybroker.world.lab import views
from bodybroker.world.views import view


def test_the_view_shows_lab_stashes_and_couriers_and_hides_what_grows(bench, book):
    bench.hire("runner")
    piece = bench.piece("nutrient_bath", quality=80, wear=10, dirt=5)
    (item_id,) = bench.stash(bench.item("eye", 50, freshness=700, contaminated=True))
    bench.world.do("grow_part", part="skin")
    seen = view(bench.world.state, book)
    (shown,) = seen["lab"]["equipment"]
    assert (shown["equipment_id"], shown["quality"]) == (piece.equipment_id, 80)
    assert not {"quality", "contaminated"} & seen["lab"]["growths"][0].keys()
    (stash,) = seen["stashes"]
    assert stash["items"] == [
        {
            "item_id": item_id,
            "part": "eye",
            "quality": 50,
            "freshness": 700,
            "contaminated": True,
            "treated_for": None,
        }
    ]
    assert stash["room"] == book.storage.hideout.room - 1 and seen["couriers"]["free"] == 1
    assert json.loads(json.dumps(seen["stashes"])) == seen["stashes"]


def test_what_a_dealer_has_shows_only_where_and_when_it_is_sold(bench, book):
    assert view(bench.world.state, book)["lab"]["for_sale"] == {}
    bench.world.go("street")
    sold = {name for name, rule in book.ingredients.ingredients.items() if rule.sold.place == "street"}
    assert view(bench.world.state, book)["lab"]["for_sale"].keys() == sold
    bench.world.wait_for("night")
    assert view(bench.world.state, book)["lab"]["for_sale"] == {}


def test_a_full_lab_suggests_a_sensible_number_of_things(bench, book):
    for kind, rule in book.equipment.equipment.items():
        for _ in range(rule.limit):
            bench.piece(kind, wear=5, dirt=5)
    parts = list(book.parts.parts)
    bench.stash(*(bench.item(parts[i % len(parts)]) for i in range(40)))
    bench.carry(*(bench.item(part) for part in parts[: book.player.bag_size]))
    suggested = list(views.candidates(bench.world.state, book))
    assert len({command.model_dump_json() for command, _ in suggested}) == len(suggested) < 150
