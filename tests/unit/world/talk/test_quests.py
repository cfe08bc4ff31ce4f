"""Errands: objectives that a delivery reaches and a dawn ends."""

import pytest
from bodybroker.world.talk.quests import check
from msgspec.structs import replace

DAY = 1440


@pytest.fixture
def asked(ghoul):
    """A ghoul that has sent the player for a part: the talk, the order and the objective's id."""
    ghoul.holds(trust=60)
    ghoul.turn({"type": "give_quest", "part": ghoul.dearest})
    (quest,) = ghoul.talk.quests.values()
    return ghoul, ghoul.market.orders[quest.order_id], quest.objective_id


def status(ghoul, objective_id):
    return ghoul.world.state.story.objectives[objective_id].status


def test_an_errand_is_an_order_at_a_premium_and_an_objective(asked):
    ghoul, order, objective_id = asked
    rules, taste = ghoul.world.rules.talk.quests, ghoul.npc.character.tastes[order.part]
    usual = taste.floor_cents + (taste.cap_cents - taste.floor_cents) * order.quality // 100
    assert usual * rules.premium_per_mille.low // 1000 <= order.price_cents
    assert order.price_cents <= usual * rules.premium_per_mille.high // 1000
    assert rules.quality.low <= order.quality <= rules.quality.high
    assert order.deadline_minute % DAY == ghoul.world.rules.clock.dawn_minute
    objective = ghoul.world.state.story.objectives[objective_id]
    assert objective.status == "open" and ghoul.npc.character.name in objective.title and order.part in objective.text


def test_delivering_reaches_the_objective(asked):
    ghoul, order, objective_id = asked
    item = ghoul.give(order.part, quality=90)
    ghoul.turn(intent={"type": "promise_order", "order_id": order.order_id})
    ghoul.world.do("deliver_order", order_id=order.order_id, item_id=item.item_id)
    assert status(ghoul, objective_id) == "done" and not ghoul.talk.quests


def test_delivered_at_the_last_minute_it_is_done_all_the_same(asked):
    ghoul, order, objective_id = asked
    ghoul.market_is(orders={order.order_id: replace(order, promised=True)})
    item = ghoul.give(order.part, quality=90)
    ghoul.put(minute=order.deadline_minute - 1, phase="night")
    ghoul.world.do("deliver_order", order_id=order.order_id, item_id=item.item_id)
    assert ghoul.world.state.minute > order.deadline_minute and status(ghoul, objective_id) == "done"


def test_at_the_dawn_of_the_deadline_it_has_failed(asked):
    ghoul, order, objective_id = asked
    ghoul.wait(order.deadline_minute - ghoul.world.state.minute - 30)
    assert status(ghoul, objective_id) == "open"
    ghoul.wait(60)
    assert status(ghoul, objective_id) == "failed" and not ghoul.talk.quests


def test_one_errand_at_a_time_from_one_who_trusts_and_for_what_it_wants(asked):
    ghoul, order, _ = asked
    assert ghoul.refusals({"type": "give_quest", "part": order.part}) == ["quest_open"]
    assert ghoul.refusals({"type": "give_quest", "part": "soul"}) == ["part_not_wanted"]
    ghoul.holds(trust=ghoul.world.rules.talk.quests.trust - 1)
    assert ghoul.refusals({"type": "give_quest", "part": order.part}) == ["not_trusted"]


def test_no_more_errands_than_a_player_can_follow(asked, change, refused):
    ghoul, order, _ = asked
    for rules in (
        change(talk={"quests": {"open": 1, "per_npc": 9}}),
        change(story={"open_objectives": 1}, talk={"quests": {"per_npc": 9}}),
    ):
        with refused("too_many_objectives"):
            check(ghoul.world.state, ghoul.npc, order.part, rules)
