"""Errands: an NPC asks for a part; rules name the quality, the price and the deadline."""

from bodybroker.kernel.errors import Refused
from bodybroker.kernel.ids import EntityId, entity_id
from bodybroker.world.base import MINUTES_PER_DAY, PLAYER
from bodybroker.world.bonds.between import bond
from bodybroker.world.city.difficulty import scaled
from bodybroker.world.draft import Draft
from bodybroker.world.market.checks import check_deals
from bodybroker.world.market.events import OrdersPlaced
from bodybroker.world.market.state import Order
from bodybroker.world.proposals import GiveQuest
from bodybroker.world.rules import Rules
from bodybroker.world.state import Npc, State
from bodybroker.world.story.events import ObjectiveOpened
from bodybroker.world.story.state import Objective
from bodybroker.world.talk import events
from bodybroker.world.talk.state import Quest


def give(draft: Draft, diff: GiveQuest) -> None:
    """An order at a premium, an objective beside it; delivering the one reaches the other."""
    npc = draft.state.npcs[EntityId(diff.npc_id)]
    check(draft.state, npc, diff.part, draft.rules)
    order = _order(draft, npc, diff.part)
    quest = Quest(
        entity_id(draft.stream.substream("objective").substream(order.order_id)), order.npc_id, order.order_id
    )
    draft.add(OrdersPlaced((order,)))
    draft.add(ObjectiveOpened(_objective(quest, order, npc)))
    draft.add(events.QuestGiven(quest))


def check(state: State, npc: Npc, part: str, rules: Rules) -> None:
    """Raises Refused where the NPC would not send the player for such a part now."""
    name, npc_id, quests = npc.character.name, npc.character.npc_id, rules.talk.quests
    check_deals(state, npc, rules)
    if part not in npc.character.tastes:
        raise Refused("part_not_wanted", f"{name} does not want that part.")
    if bond(state, npc_id, PLAYER, rules).trust < quests.trust:
        raise Refused("not_trusted", f"{name} does not trust you enough.")
    open_now = state.talk.quests.values()
    if sum(quest.npc_id == npc_id for quest in open_now) >= quests.per_npc:
        raise Refused("quest_open", f"{name} waits for something already.")
    open_objectives = sum(known.status == "open" for known in state.story.objectives.values())
    if len(open_now) >= quests.open or open_objectives >= rules.story.open_objectives:
        raise Refused("too_many_objectives", "As many objectives are open as a player can follow.")


def _order(draft: Draft, npc: Npc, part: str) -> Order:
    state, rules, taste = draft.state, draft.rules.talk.quests, npc.character.tastes[part]
    stream = draft.stream.substream("quest").substream(npc.character.npc_id)
    quality = rules.quality.draw(stream)
    usual = taste.floor_cents + (taste.cap_cents - taste.floor_cents) * quality // 100
    premium = scaled(rules.premium_per_mille.draw(stream), "prices", state, draft.rules)
    midnight = state.minute - state.minute % MINUTES_PER_DAY
    return Order(
        order_id=entity_id(stream.substream("id")),
        npc_id=npc.character.npc_id,
        part=part,
        quality=quality,
        treated_for=None,
        price_cents=usual * premium // 1000,
        deadline_minute=midnight + rules.days.draw(stream) * MINUTES_PER_DAY + draft.rules.clock.dawn_minute,
    )


def _objective(quest: Quest, order: Order, npc: Npc) -> Objective:
    name = npc.character.name
    day = order.deadline_minute // MINUTES_PER_DAY + 1
    text = (
        f"{name} wants a {order.part} of quality {order.quality} or better before the dawn of day {day}, "
        f"and pays ${order.price_cents // 100}."
    )
    return Objective(quest.objective_id, f"A {order.part} for {name}", text, "open")
