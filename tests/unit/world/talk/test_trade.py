"""Prices in talk: asked, offered, agreed."""

import pytest
from bodybroker.world.known import known
from bodybroker.world.known_state import known_state
from bodybroker.world.market import haggling, prices
from bodybroker.world.talk.intents import IntentAdapter
from bodybroker.world.talk.trade import most_cents
from bodybroker.world.views import view
from pydantic import ValidationError

ACCEPT, REFUSE = {"type": "accept"}, {"type": "refuse"}


def offer(item, cents):
    return {"type": "offer", "item_id": item.item_id, "price_cents": cents}


def most(ghoul, item):
    return most_cents(ghoul.world.state, ghoul.npc, item.item_id, ghoul.world.rules)


def test_a_deal_is_the_word_of_the_npc_at_the_price_of_the_player(ghoul, names):
    item = ghoul.give()
    ask = most(ghoul, item)
    made = ghoul.turn(ACCEPT, intent=offer(item, ask))
    assert made[0].refused == () and made[0].intent == "offer"
    assert not ghoul.talk.asks
    assert ghoul.market.offers[ghoul.npc_id].price_cents == ask
    sold = ghoul.sell(item)[0]
    assert (sold.price_cents, sold.on_offer) == (ask, True)


def test_the_offer_of_a_deal_is_for_what_was_shown(ghoul):
    good, bad = ghoul.give(quality=80), ghoul.give(quality=20)
    ghoul.turn(ACCEPT, intent=offer(good, most(ghoul, good)))
    assert ghoul.sell(bad)[0].on_offer is False


def test_nobody_says_deal_to_more_than_it_gives_tonight(ghoul):
    item = ghoul.give()
    ask = most(ghoul, item) + 1
    assert ghoul.refusals(ACCEPT, intent=offer(item, ask)) == ["asked_too_much"]
    assert not ghoul.market.offers and ghoul.talk.asks[ghoul.npc_id].price_cents == ask


def test_nobody_says_deal_to_more_than_it_has(ghoul):
    item = ghoul.give()
    cheap = prices.quote(ghoul.world.state, ghoul.npc, item, ghoul.world.rules)[0]
    ghoul.npc_is(purse_cents=cheap - 1)
    assert ghoul.refusals(ACCEPT, intent=offer(item, cheap)) == ["price_above_purse"]


def test_without_a_price_there_is_nothing_to_agree_on(ghoul):
    assert ghoul.refusals(ACCEPT, REFUSE, {"type": "counter_offer", "price_cents": 100}) == ["nothing_asked"] * 3


def test_a_price_for_what_is_gone_is_nothing_to_agree_on(ghoul):
    item = ghoul.give()
    ghoul.turn(intent=offer(item, most(ghoul, item)))
    ghoul.sell(item)
    assert ghoul.refusals(ACCEPT) == ["nothing_asked"]


def test_a_counter_offer_is_lower_and_within_the_rules_of_offers(ghoul):
    item = ghoul.give()
    ask = most(ghoul, item)
    floor = ghoul.npc.character.tastes[item.part].floor_cents
    codes = ghoul.refusals(
        {"type": "counter_offer", "price_cents": ask},
        {"type": "counter_offer", "price_cents": floor - 1},
        {"type": "counter_offer", "price_cents": ask - 1},
        intent=offer(item, ask),
    )
    assert codes == ["not_lower", "price_below_floor"]
    standing = ghoul.market.offers[ghoul.npc_id]
    assert (standing.price_cents, standing.part) == (ask - 1, item.part) and not ghoul.talk.asks


def test_a_refusal_takes_the_price_off_the_table(ghoul):
    item = ghoul.give()
    made = ghoul.turn(REFUSE, intent=offer(item, most(ghoul, item)))
    assert [event.how for event in made if type(event).__name__ == "AskEnded"] == ["refused"]
    assert ghoul.refusals(ACCEPT) == ["nothing_asked"] and not ghoul.market.offers


def test_what_an_npc_would_have_given_is_not_told(ghoul):
    item = ghoul.give()
    made = ghoul.turn(intent=offer(item, most(ghoul, item)))
    told = next(known(event) for event in made if type(event).__name__ == "PriceAsked")
    assert told.ask.price_cents == made[1].ask.price_cents
    assert "most_cents" not in told.ask.__struct_fields__
    (shown,) = view(ghoul.world.state, ghoul.world.rules)["asked"]
    assert shown["price_cents"] == told.ask.price_cents and "most_cents" not in shown
    assert "most_cents" not in known_state(ghoul.world.state)["talk"]["asks"][ghoul.npc_id]


def test_a_price_is_forgotten_after_a_while(ghoul):
    item = ghoul.give()
    ghoul.turn(intent=offer(item, most(ghoul, item)))
    ghoul.wait(ghoul.world.rules.talk.ask_minutes)
    assert not ghoul.talk.asks


def test_asking_for_more_than_is_paid_anyway_costs_what_haggling_costs(ghoul):
    item = ghoul.give()
    ghoul.holds(trust=50)
    ghoul.turn(intent=offer(item, prices.quote(ghoul.world.state, ghoul.npc, item, ghoul.world.rules)[0]))
    assert ghoul.bond.trust == 50
    ghoul.turn(intent=offer(item, most(ghoul, item)))
    assert ghoul.bond.trust == 50 - ghoul.world.rules.customers.trust.haggled


def test_asking_for_far_too_much_insults_as_haggling_does(ghoul):
    item = ghoul.give()
    ghoul.guide(aggression=0)
    per_mille = ghoul.world.rules.market.haggle.insult_per_mille
    limit = max(most(ghoul, item), haggling.limit(ghoul.world.state, ghoul.npc, item, ghoul.world.rules))
    made = ghoul.turn(ACCEPT, intent=offer(item, limit * per_mille // 1000 + 1))
    assert made[1].outcome == "insulted" and not ghoul.talk.asks and not ghoul.market.offers
    assert ghoul.npc.mood == ghoul.world.rules.market.moods["calm"].insulted


def test_prices_are_asked_by_night_for_what_is_carried_and_wanted(ghoul, nobody):
    unwanted = next(part for part in ghoul.world.rules.parts.parts if part not in ghoul.npc.character.tastes)
    assert ghoul.refusals(intent=offer(ghoul.give(unwanted), 5)) == ["part_not_wanted"]
    assert ghoul.refusals(intent={"type": "offer", "item_id": nobody, "price_cents": 5}) == ["unknown_item"]


@pytest.mark.parametrize("cents", [0, -5, 2**53 + 1, 1.5, "9"])
def test_a_price_that_is_none_is_not_read(nobody, cents):
    with pytest.raises(ValidationError):
        IntentAdapter.validate_python({"type": "offer", "item_id": nobody, "price_cents": cents})
