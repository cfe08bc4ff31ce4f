"""Orders: what customers ask for by night, and what promises are worth."""

from bodybroker.generation.entities import Item
from bodybroker.kernel.ids import entity_id
from bodybroker.kernel.random import Stream
from bodybroker.world.base import MINUTES_PER_DAY, PLAYER, ordered
from bodybroker.world.bonds.changes import change
from bodybroker.world.city.difficulty import scaled
from bodybroker.world.draft import Draft
from bodybroker.world.houses.hunt import provoke
from bodybroker.world.market import events, worth
from bodybroker.world.market.reputation import access, reputation
from bodybroker.world.market.state import Order
from bodybroker.world.rules import Rules
from bodybroker.world.state import Npc, today


def suits(order: Order, item: Item, rules: Rules) -> bool:
    """Whether the item is what was ordered, and nothing that a buyer would curse the day for."""
    is_good = worth.quality(item) >= order.quality and not worth.is_foul(item, rules)
    return is_good and item.part == order.part and worth.is_for(item, order.treated_for)


def deliver(draft: Draft, order: Order, item: Item) -> None:
    """The promise is kept; what the purse lacks, the customer borrows from its kin."""
    state, customers = draft.state, draft.rules.customers
    draft.add(
        events.OrderDelivered(
            order_id=order.order_id,
            npc_id=order.npc_id,
            item=item,
            price_cents=order.price_cents,
            kin_cents=max(0, order.price_cents - state.npcs[order.npc_id].purse_cents),
            reputation=reputation(state, customers.standing.promise_kept),
        )
    )
    trust, desire = customers.trust.promise_kept, customers.desire.promise_kept
    change(draft, order.npc_id, PLAYER, "promise_kept", trust=trust, desire=desire)


def place(draft: Draft) -> None:
    """At dusk: some of those who deal with the player ask for something, whatever he does."""
    state, rules = draft.state, draft.rules.orders
    stream = Stream(state.seed, "orders", str(today(state)))
    count = min(rules.per_night.draw(stream), rules.limit - len(state.market.orders))
    asking = {order.npc_id for order in state.market.orders.values()}
    races = {race for race in draft.rules.customers.races if access(state, race, draft.rules) != "closed"}
    free = sorted(
        npc_id
        for npc_id, npc in state.npcs.items()
        if npc.character.race in races and npc.character.tastes and npc_id not in asking
    )
    chosen = [state.npcs[npc_id] for npc_id in stream.sample(free, min(max(count, 0), len(free)))]
    if chosen:
        made = (_order(draft, npc, stream.substream(npc.character.npc_id)) for npc in chosen)
        draft.add(events.OrdersPlaced(tuple(made)))


def _order(draft: Draft, npc: Npc, stream: Stream) -> Order:
    rules, character = draft.rules.orders, npc.character
    part = stream.choice(sorted(character.tastes))
    quality, taste = rules.quality.draw(stream), character.tastes[part]
    treated = stream.chance(rules.treated_per_mille) and _is_treatable(character.race, draft.rules)
    usual = taste.floor_cents + (taste.cap_cents - taste.floor_cents) * quality // 100
    premium = scaled(rules.premium_per_mille.draw(stream), "prices", draft.state, draft.rules)
    if treated:
        premium = premium * rules.treated_premium_per_mille // 1000
    midnight = draft.state.minute - draft.state.minute % MINUTES_PER_DAY
    return Order(
        order_id=entity_id(stream.substream("id")),
        npc_id=character.npc_id,
        part=part,
        quality=quality,
        treated_for=character.race if treated else None,
        price_cents=usual * premium // 1000,
        deadline_minute=midnight + rules.days.draw(stream) * MINUTES_PER_DAY + draft.rules.clock.dawn_minute,
    )


def _is_treatable(race: str, rules: Rules) -> bool:
    return any(recipe.race == race for recipe in rules.recipes.recipes.values())


def lapse(draft: Draft) -> None:
    """At dawn: orders whose time is up are void, and broken promises are remembered."""
    state, customers = draft.state, draft.rules.customers
    late = [order for order in ordered(state.market.orders) if order.deadline_minute <= state.minute]
    if not late:
        return
    broken = [order for order in late if order.promised]
    draft.add(
        events.OrdersLapsed(
            order_ids=tuple(order.order_id for order in late),
            broken_ids=tuple(order.order_id for order in broken),
            reputation=reputation(state, -customers.standing.promise_broken * len(broken)),
        )
    )
    version = draft.state.version
    for npc_id in sorted({order.npc_id for order in broken} & state.npcs.keys()):
        change(draft, npc_id, PLAYER, "promise_broken", version, trust=-customers.trust.promise_broken)
    provoke(draft, (order.npc_id for order in broken), draft.rules.hunted.provocations.broken_promise)
