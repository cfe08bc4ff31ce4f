"""Parts decay at dawn and dusk, slower where it is cold; contamination spreads among what lies together."""

from typing import get_args

from bodybroker.world import events
from bodybroker.world.city.state import Weather
from bodybroker.world.ledger import items

CLEAN = {"storage": {"contamination": {"spread_per_mille": 0}}}


def aged(made):
    return [event for event in made if isinstance(event, events.PartsAged)]


def test_a_part_in_the_bag_loses_its_decay_at_every_dusk_and_dawn(bench, book):
    (item_id,) = bench.carry(bench.item("heart"))
    decay = book.parts.parts["heart"].decay * book.storage.bag_decay_per_mille // 1000
    for turns in (1, 2, 3):
        (event,) = aged(bench.next_phase())
        assert event.freshness == {item_id: 1000 - turns * decay}
        assert bench.find(item_id).freshness == 1000 - turns * decay


def test_heat_spoils_and_storms_keep(make_bench, book):
    def lost(weather):
        weights = {kind: int(kind == weather) for kind in book.weather.kinds}
        bench = make_bench(weather={"start": weights, "kinds": {weather: {"next": weights}}})
        (item_id,) = bench.carry(bench.item("heart"))
        bench.next_phase()
        return 1000 - bench.find(item_id).freshness

    assert lost("storm") < lost("clear") < lost("heatwave")


def test_heat_hastens_decay(make_bench):
    lost = []
    for per_mille in (500, 1000, 1700):
        hot = {kind: {"spoilage_per_mille": per_mille} for kind in get_args(Weather)}
        bench = make_bench(weather={"kinds": hot})
        (item_id,) = bench.carry(bench.item("heart"))
        bench.next_phase()
        lost.append(1000 - bench.find(item_id).freshness)
    decay = bench.world.rules.parts.parts["heart"].decay
    assert lost == [decay // 2, decay, decay * 1700 // 1000]


def test_nothing_decays_between_dusk_and_dawn(bench):
    (item_id,) = bench.carry(bench.item("brain"))
    bench.world.do("wait", minutes=60)
    assert bench.find(item_id).freshness == 1000


def test_all_that_lies_about_decays_in_one_event_and_nothing_in_morgues_does(bench):
    carried = bench.carry(bench.item("hand"), bench.item("eye"))
    stashed = bench.stash(*(bench.item("skin") for _ in range(5)))
    morgue = bench.world.state.places[bench.world.place("morgue")].stock
    (event,) = aged(bench.next_phase())
    assert event.freshness.keys() == {*carried, *stashed}
    assert bench.world.state.places[bench.world.place("morgue")].stock == morgue


def test_bag_shelf_box_and_freezer_keep_better_in_this_order(make_bench):
    kept = []
    for kinds in ([], ["cold_box"], ["freezer"]):
        bench = make_bench(**CLEAN)
        for kind in kinds:
            bench.piece(kind)
        (item_id,) = bench.stash(bench.item("brain"))
        bench.next_phase()
        kept.append(bench.find(item_id).freshness)
    bench = make_bench(**CLEAN)
    (item_id,) = bench.carry(bench.item("brain"))
    bench.next_phase()
    assert bench.find(item_id).freshness < kept[0] < kept[1] < kept[2] < 1000


def test_the_dearest_parts_lie_coldest(make_bench):
    bench = make_bench(equipment={"equipment": {"freezer": {"cold": {"room": 1}}}}, **CLEAN)
    bench.piece("freezer")
    hand, worse, better = bench.stash(bench.item("hand"), bench.item("heart", 40), bench.item("heart", 90))
    bench.next_phase()
    assert bench.find(better).freshness > bench.find(worse).freshness
    decay = bench.world.rules.parts.parts
    lost = {item_id: 1000 - bench.find(item_id).freshness for item_id in (hand, worse)}
    shelf = bench.world.rules.storage.hideout.decay_per_mille
    assert lost == {hand: decay["hand"].decay * shelf // 1000, worse: decay["heart"].decay * shelf // 1000}


def test_a_poor_freezer_cools_less_and_never_worse_than_the_shelf(make_bench):
    lost = []
    for quality, wear in ((95, 0), (70, 0), (40, 50), (1, 100)):
        bench = make_bench(**CLEAN)
        bench.piece("freezer", quality=quality, wear=wear)
        (item_id,) = bench.stash(bench.item("brain"))
        bench.next_phase()
        lost.append(1000 - bench.find(item_id).freshness)
    shelf = bench.world.rules.storage.hideout.decay_per_mille
    assert lost == sorted(lost) and lost[0] < lost[2]
    assert lost[-1] <= bench.world.rules.parts.parts["brain"].decay * shelf // 1000


def test_what_has_rotted_away_is_no_more_and_the_event_says_so(bench, book):
    decay = book.parts.parts["heart"].decay
    last, gone, fresh = bench.carry(
        bench.item(freshness=decay + 1), bench.item(freshness=decay), bench.item("hand", freshness=1000)
    )
    before = len(list(items(bench.world.state)))
    (event,) = aged(bench.next_phase())
    assert event.rotten == (gone,) and bench.find(gone) is None
    assert bench.find(last).freshness == 1 and bench.find(fresh)
    assert len(list(items(bench.world.state))) == before - 1


def test_contamination_spreads_where_parts_lie_together_and_no_further_than_the_limit(make_bench):
    certain = {"spread_per_mille": 1000, "spread_limit": 2}
    bench = make_bench(storage={"contamination": certain})
    stashed = bench.stash(bench.item("bone", contaminated=True), *(bench.item("bone") for _ in range(6)))
    (apart,) = bench.carry(bench.item("bone"))
    (event,) = aged(bench.next_phase())
    assert len(event.contaminated) == 2 and {*event.contaminated} < {*stashed}
    assert all(bench.find(item_id).contaminated for item_id in event.contaminated)
    assert not bench.find(apart).contaminated
    (event,) = aged(bench.next_phase())
    assert len(event.contaminated) == 2
    assert sum(bench.find(item_id).contaminated for item_id in stashed) == 5


def test_clean_parts_and_a_chance_of_nothing_infect_nobody(make_bench):
    always, never = {"spread_per_mille": 1000}, {"spread_per_mille": 0}
    for rule, sick in ((always, False), (never, True)):
        bench = make_bench(storage={"contamination": rule})
        bench.stash(bench.item("bone", contaminated=sick), bench.item("bone"))
        (event,) = aged(bench.next_phase())
        assert event.contaminated == ()
