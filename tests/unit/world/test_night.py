"""The night market: who is there, what they pay, what they refuse."""

import pytest
from bodybroker.generation.entities import Item
from bodybroker.world.market import prices
from msgspec.structs import replace


@pytest.fixture
def world(make_world, safe):
    return make_world(rules=safe)


@pytest.fixture
def deal(world):
    """The player stands before a ghoul by night with one part that it wants and one that it does not."""
    ghoul = world.meet("ghoul")
    wanted = next(iter(ghoul.tastes))
    unwanted = next(part for part in world.rules.parts.parts if part not in ghoul.tastes)
    return ghoul, give(world, wanted), give(world, unwanted)


def give(world, part, quality=50):
    item = Item(f"{part}-{quality}", part, quality, world.npc("ghoul").character.provenance)
    item = replace(item, item_id=_id(len(world.state.player.inventory)))
    player = world.state.player
    world.state = replace(world.state, player=replace(player, inventory=player.inventory | {item.item_id: item}))
    return item


def _id(number):
    return f"00000000-0000-8000-8000-{number:012d}"


def set_npc(world, npc_id, **fields):
    world.state = replace(world.state, npcs=world.state.npcs | {npc_id: replace(world.state.npcs[npc_id], **fields)})


def test_a_sale_moves_the_part_and_the_money(world, deal, names):
    ghoul, item, _ = deal
    before = world.state
    made = world.do("sell_part", npc_id=ghoul.npc_id, item_id=item.item_id)
    sold = made[0]
    assert names(made) == ["PartSold", "BondChanged", "DealSettled", "StandingsChanged", "TimePassed"]
    assert sold.item == item and not sold.on_offer
    assert world.state.player.money_cents == before.player.money_cents + sold.price_cents
    assert world.state.npcs[ghoul.npc_id].purse_cents == before.npcs[ghoul.npc_id].purse_cents - sold.price_cents
    assert item.item_id not in world.state.player.inventory
    assert (world.state.tally.parts_sold, world.state.tally.earned_cents) == (1, sold.price_cents)


def test_the_market_price_rises_with_quality_and_mood_and_keeps_to_floor_and_cap(world, deal):
    ghoul, _, _ = deal
    part, taste = next(iter(ghoul.tastes.items()))
    npc = world.state.npcs[ghoul.npc_id]
    for mood, rule in world.rules.market.moods.items():
        if not rule.trades:
            continue
        paid = [
            prices.market_price(world.state, replace(npc, mood=mood), give(world, part, quality), world.rules)
            for quality in range(1, 101)
        ]
        assert paid == sorted(paid) and paid[0] < paid[-1]
        assert taste.floor_cents <= paid[0] and paid[-1] <= taste.cap_cents
    item = give(world, part, 50)
    wary, hungry = (
        prices.market_price(world.state, replace(npc, mood=mood), item, world.rules) for mood in ("wary", "hungry")
    )
    assert wary < hungry


def test_a_standing_offer_is_the_price_once(world, deal):
    ghoul, item, _ = deal
    cap = ghoul.tastes[item.part].cap_cents
    world.say(ghoul, {"type": "make_offer", "part": item.part, "price_cents": cap})
    (sold, *_) = world.do("sell_part", npc_id=ghoul.npc_id, item_id=item.item_id)
    assert (sold.price_cents, sold.on_offer) == (cap, True)
    assert not world.state.market.offers


def test_an_offer_for_one_part_says_nothing_about_another(world, deal):
    ghoul, item, _ = deal
    other = next(part for part in ghoul.tastes if part != item.part)
    world.say(ghoul, {"type": "make_offer", "part": other, "price_cents": ghoul.tastes[other].cap_cents})
    (sold, *_) = world.do("sell_part", npc_id=ghoul.npc_id, item_id=item.item_id)
    assert not sold.on_offer and ghoul.npc_id in world.state.market.offers


def test_nobody_buys_by_day(world, refused):
    item = give(world, "skin")
    with refused("wrong_phase"):
        world.do("sell_part", npc_id=world.npc("ghoul").character.npc_id, item_id=item.item_id)


def test_buyers_refuse_what_the_rules_refuse(world, deal, refused, nobody):
    ghoul, wanted, unwanted = deal
    with refused("unknown_item"):
        world.do("sell_part", npc_id=ghoul.npc_id, item_id=nobody)
    with refused("unknown_npc"):
        world.do("sell_part", npc_id=nobody, item_id=wanted.item_id)
    with refused("npc_not_here"):
        world.do("sell_part", npc_id=world.npc("vampire").character.npc_id, item_id=wanted.item_id)
    with refused("part_not_wanted"):
        world.do("sell_part", npc_id=ghoul.npc_id, item_id=unwanted.item_id)
    price, _ = prices.quote(world.state, world.state.npcs[ghoul.npc_id], wanted, world.rules)
    set_npc(world, ghoul.npc_id, purse_cents=price - 1)
    with refused("buyer_cannot_pay"):
        world.do("sell_part", npc_id=ghoul.npc_id, item_id=wanted.item_id)
    set_npc(world, ghoul.npc_id, mood="furious")
    with refused("npc_will_not_trade"):
        world.do("sell_part", npc_id=ghoul.npc_id, item_id=wanted.item_id)


def test_a_mood_that_the_rules_no_longer_know_does_not_trade(world, deal, refused):
    ghoul, wanted, _ = deal
    set_npc(world, ghoul.npc_id, mood="abolished")
    with refused("npc_will_not_trade"):
        world.do("sell_part", npc_id=ghoul.npc_id, item_id=wanted.item_id)
