"""What NPCs promise, and orders that the player promises."""

import pytest
from bodybroker.kernel.ids import BranchId
from bodybroker.world.apply import fold
from bodybroker.world.city.events import WorldRewound
from bodybroker.world.known import known
from bodybroker.world.talk.pledges import most_owed_cents
from bodybroker.world.talk.state import is_silent
from bodybroker.world.views import view
from msgspec.structs import replace

DAY = 1440


@pytest.fixture
def trusting(ghoul):
    ghoul.holds(trust=60)
    return ghoul


def promise(vow, **fields):
    return {"type": "promise", "vow": vow, **fields}


def test_an_offer_that_is_held_stands_longer(trusting):
    part = trusting.dearest
    price = trusting.npc.character.tastes[part].floor_cents
    assert trusting.refusals(promise("hold")) == ["no_offer"]
    offer = {"type": "make_offer", "part": part, "price_cents": price}
    made = trusting.turn(offer, promise("hold"), promise("hold"))
    assert [refused.code for refused in made[0].refused] == ["already_promised"]
    until = trusting.market.offers[trusting.npc_id].expires_minute
    assert until == made[0].minute + trusting.world.rules.talk.pledges.hold_minutes


def test_money_that_an_npc_promises_is_owed(trusting):
    most = most_owed_cents(trusting.npc, trusting.world.rules)
    assert (
        trusting.refusals(promise("pay", cents=most + 1), promise("pay"), promise("pay", cents=-5))
        == ["promise_too_big"] * 3
    )
    trusting.turn(promise("pay", cents=most))
    assert trusting.bond.debt_cents == most
    assert trusting.refusals(promise("pay", cents=1)) == ["already_promised"]


def test_who_promised_silence_is_silent_until_a_dawn(trusting):
    trusting.guide(loyalty=100)
    trusting.turn(promise("silence"))
    assert is_silent(trusting.talk, trusting.npc_id)
    assert trusting.refusals(promise("silence")) == ["already_promised"]
    (pledge,) = trusting.talk.pledges.values()
    trusting.wait(pledge.due_minute - trusting.world.state.minute)
    assert not trusting.talk.pledges and not is_silent(trusting.talk, trusting.npc_id)


def test_the_disloyal_cannot_keep_silent_and_the_player_is_not_told_who(trusting, change):
    talk = {"pledges": {"breaks_per_disloyalty": 20, "breaks_per_trust": 0}}
    trusting.world.rules = change(talk=talk, market=trusting.world.rules.market.model_dump(mode="json"))
    trusting.guide(loyalty=0)
    trusting.turn(promise("silence"))
    before = trusting.world.state.talk.pledges
    made = trusting.wait(DAY)
    (broken,) = [event for event in made if type(event).__name__ == "SilenceBroken"]
    assert not is_silent(trusting.talk, trusting.npc_id)
    assert trusting.talk.pledges.keys() == before.keys(), "the player believes that it is kept"
    (shown,) = view(trusting.world.state, trusting.world.rules)["pledges"]
    assert (shown["npc_id"], shown["vow"], shown["is_mine"]) == (trusting.npc_id, "silence", False)
    assert "broken" not in shown
    assert known(broken).__struct_fields__ == ()


def test_nobody_promises_anything_to_whom_it_does_not_trust(trusting):
    trusting.holds(trust=trusting.world.rules.talk.pledges.npc_trust - 1)
    assert trusting.refusals(promise("silence")) == ["not_trusted"]


def test_an_order_is_promised_to_whoever_placed_it(trusting, nobody):
    made = trusting.turn({"type": "give_quest", "part": trusting.dearest})
    (order_id,) = [quest.order_id for quest in trusting.talk.quests.values()]
    intent = {"type": "promise_order", "order_id": order_id}
    order = trusting.market.orders[order_id]
    stranger = next(npc_id for npc_id in trusting.world.state.npcs if npc_id != trusting.npc_id)
    trusting.market_is(orders={order_id: replace(order, npc_id=stranger)})
    assert trusting.refusals(intent=intent) == ["other_npc"]
    trusting.market_is(orders={order_id: order})
    trusting.turn(intent=intent)
    assert trusting.market.orders[order_id].promised
    assert trusting.refusals(intent=intent) == ["already_promised"]
    assert trusting.refusals(intent=intent | {"order_id": nobody}) == ["unknown_order"]
    assert made[0].refused == ()


def test_a_rewind_before_it_makes_no_other_word_of_it(trusting):
    """A rewind is an event: what happens again has a later version, and is the same all the same."""
    trusting.guide(loyalty=100)
    before = trusting.world.state
    trusting.turn(promise("silence"))
    pledges = trusting.talk.pledges
    trusting.world.state = fold([WorldRewound(BranchId("b"), before.version + 9, before.version)], before)
    trusting.turn(promise("silence"))
    assert trusting.talk.pledges == pledges
