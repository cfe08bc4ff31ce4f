"""Who remembers what of an event."""

from bodybroker.kernel.ids import EntityId
from bodybroker.minds.memory.perception import perceive
from bodybroker.minds.memory.records import place
from bodybroker.world.base import PLAYER
from bodybroker.world.beliefs.events import BeliefsFormed, Learned
from bodybroker.world.beliefs.state import Claim, Evidence
from bodybroker.world.city.events import TimePassed
from bodybroker.world.market.events import OrdersLapsed
from bodybroker.world.market.state import Order
from msgspec.structs import replace

from tests.unit.minds.memory.worlds import RULES, WORLD, by_night, sale, turn

AT = place(2, 40)


def remembered(state, event):
    return {record.npc_id: record for record in perceive(state, event, AT, WORLD, RULES).records}


def test_a_sale_is_remembered_by_who_bought_and_seen_by_who_stood_by():
    state, (buyer, *others) = by_night()
    found = remembered(state, sale(buyer))
    assert set(found) == {buyer, *others}
    mine, seen = found[buyer], found[others[0]]
    where = state.places[state.player.place_id].site.name
    assert mine.text == f"Night 4: the broker sold me a heart for $410 at {where}."
    assert (mine.topic, mine.sources, mine.slots["cents"]) == ("sale", (40,), "41000")
    assert seen.topic == "sale_seen" and "$" not in seen.text and buyer in seen.about


def test_who_is_away_or_asleep_sees_nothing():
    state, (buyer, other, *_) = by_night()
    away = replace(state.npcs[other], away_until=state.minute + 1)
    assert other not in remembered(replace(state, npcs=state.npcs | {other: away}), sale(buyer))
    assert set(remembered(replace(state, phase="day"), sale(buyer))) == {buyer}


def test_words_are_remembered_by_listener_and_bystanders_and_never_what_a_model_answered():
    state, (listener, bystander, *rest) = by_night()
    words = f"{state.npcs[rest[0]].character.name} owes me for a liver." if rest else "Pearl owes me for a liver."
    found = remembered(state, turn(listener, words, line="You gave me a golden spleen.", heard_by=(bystander,)))
    assert set(found) == {listener, bystander}
    assert found[listener].text == f"Night 4: the broker said to me: '{words}'"
    assert state.npcs[listener].character.name in found[bystander].text
    assert {record.teller for record in found.values()} == {PLAYER}
    assert "liver" in found[listener].about
    assert not any("spleen" in record.text for record in found.values())


def test_a_turn_without_words_leaves_nothing():
    state, (listener, *_) = by_night()
    assert remembered(state, turn(listener, "")) == {}


def test_hearsay_names_its_teller_and_hides_how_it_came_about():
    state, (listener, teller, *_) = by_night()
    claim = Claim(PLAYER, "cheats")
    for kind in ("told", "lied", "distorted"):
        evidence = Evidence(kind, 0, state.minute, 60, teller)
        found = remembered(state, BeliefsFormed((Learned(listener, claim, evidence, 60),)))
        name = state.npcs[teller].character.name
        assert found[listener].text == f"Night 4: {name} told me that the broker cheats."
        assert found[listener].slots == {"teller": name, "subject": PLAYER, "claim": "cheats"}


def test_what_was_seen_or_concluded_is_nobodys_word():
    state, (listener, *_) = by_night()
    for kind in ("seen", "inferred"):
        learned = Learned(listener, Claim(PLAYER, "cheats"), Evidence(kind, 0, state.minute, 60), 60)
        assert remembered(state, BeliefsFormed((learned,))) == {}


def test_a_broken_promise_is_remembered_by_the_one_it_was_given_to():
    state, (customer, *_) = by_night()
    order = Order(EntityId("o"), customer, "brain", 50, None, 125_400, state.minute, promised=True)
    state = replace(state, market=replace(state.market, orders={order.order_id: order}))
    found = remembered(state, OrdersLapsed((order.order_id,), (order.order_id,), reputation=0))
    assert found[customer].text == "Night 4: the broker broke the promise to bring me a brain for $1,254."


def test_the_same_event_gives_the_same_memories_and_another_place_others():
    state, (buyer, *_) = by_night()
    once = perceive(state, sale(buyer), AT, WORLD, RULES)
    assert once == perceive(state, sale(buyer), AT, WORLD, RULES)
    elsewhere = perceive(state, sale(buyer), place(3, 40), WORLD, RULES)
    assert {r.record_id for r in once.records}.isdisjoint(r.record_id for r in elsewhere.records)


def test_the_first_event_and_the_passing_of_time_leave_nothing():
    state, (buyer, *_) = by_night()
    assert perceive(None, sale(buyer), AT, WORLD, RULES).records == ()
    assert perceive(state, TimePassed(1, 2, 0, 0), AT, WORLD, RULES).records == ()
