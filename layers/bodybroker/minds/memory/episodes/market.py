"""Memories of the night market."""

from collections.abc import Iterator

from bodybroker.kernel.ids import EntityId
from bodybroker.minds.memory.episodes.base import BROKER, Episode, Maker, Moment, dollars
from bodybroker.world.market import events
from bodybroker.world.market.state import Order
from bodybroker.world.wording import a, words

HAGGLES = {
    "accepted": "I gave in",
    "countered": "I named a price of my own",
    "refused": "I refused",
    "insulted": "I took it as an insult",
}
MISHAPS = {"ambush": "it was an ambush", "sting": "it was a sting of the police", "no_show": "I did not come"}


def _sold(now: Moment, event: events.PartSold) -> Iterator[Episode]:
    part, place = event.item.part, now.where()
    slots = {"part": part, "cents": str(event.price_cents), "where": place}
    about = (part, now.state.player.place_id)
    price = dollars(event.price_cents)
    yield Episode(event.npc_id, "sale", f"{BROKER} sold me {a(part)} for {price} at {place}.", slots, about)
    buyer = now.name(event.npc_id)
    seen = f"I saw {BROKER} sell {a(part)} to {buyer} at {place}."
    slots = {"part": part, "who": buyer, "who_id": str(event.npc_id), "where": place}
    for npc_id in now.witnesses(event.npc_id):  # who stands by does not hear the price
        yield Episode(npc_id, "sale_seen", seen, slots, (*about, event.npc_id))


def _settled(now: Moment, event: events.DealSettled) -> Iterator[Episode]:
    if event.false_cents:
        text = f"I paid {BROKER} {dollars(event.false_cents)} in false notes."
        yield Episode(event.npc_id, "swindle", text, {"cents": str(event.false_cents)})


def _failed(now: Moment, event: events.DealFailed) -> Iterator[Episode]:
    text = f"my deal with {BROKER} at {now.where()} came to nothing: {MISHAPS[event.how]}."
    yield Episode(event.npc_id, "deal_failed", text, {"outcome": event.how, "where": now.where()})


def _haggled(now: Moment, event: events.Haggled) -> Iterator[Episode]:
    part, ask = event.item.part, dollars(event.ask_cents)
    text = f"{BROKER} haggled with me over {a(part)} and asked for {ask}; {HAGGLES[event.outcome]}."
    slots = {"part": part, "cents": str(event.ask_cents), "outcome": event.outcome}
    yield Episode(event.npc_id, "haggle", text, slots, (part,))


def _offered(now: Moment, event: events.OfferMade) -> Iterator[Episode]:
    offer = event.offer
    text = f"I offered {BROKER} {dollars(offer.price_cents)} for {a(offer.part)}."
    slots = {"part": offer.part, "cents": str(offer.price_cents)}
    yield Episode(offer.npc_id, "offer", text, slots, (offer.part,))


def _ordered(now: Moment, event: events.OrdersPlaced) -> Iterator[Episode]:
    for order in event.orders:
        text = f"I ordered {a(order.part)} from {BROKER} for {dollars(order.price_cents)}."
        yield _of_order(order, "order", text)


def _promised(now: Moment, event: events.OrderPromised) -> Iterator[Episode]:
    order = now.state.market.orders[event.order_id]
    yield _of_order(order, "promise", f"{BROKER} promised me {a(order.part)} for {dollars(order.price_cents)}.")


def _delivered(now: Moment, event: events.OrderDelivered) -> Iterator[Episode]:
    part = event.item.part
    text = f"{BROKER} kept the promise and brought me {a(part)} for {dollars(event.price_cents)}."
    slots = {"part": part, "cents": str(event.price_cents), "where": now.where()}
    yield Episode(event.npc_id, "promise_kept", text, slots, (part, now.state.player.place_id))


def _lapsed(now: Moment, event: events.OrdersLapsed) -> Iterator[Episode]:
    for order_id in event.broken_ids:
        order = now.state.market.orders[order_id]
        text = f"{BROKER} broke the promise to bring me {a(order.part)} for {dollars(order.price_cents)}."
        yield _of_order(order, "promise_broken", text)


def _of_order(order: Order, topic: str, text: str) -> Episode:
    slots = {"part": order.part, "cents": str(order.price_cents)}
    return Episode(order.npc_id, topic, text, slots, (order.part,))


def _engaged(now: Moment, event: events.IntermediaryEngaged) -> Iterator[Episode]:
    share = event.share_per_mille // 10
    yield Episode(event.npc_id, "service", f"I began to sell for {BROKER} for a share of {share} percent.")


def _consigned(now: Moment, event: events.GoodsConsigned) -> Iterator[Episode]:
    parts = sorted({item.part for item in event.items})
    text = f"{BROKER} left goods with me to sell: {', '.join(map(words, parts))}."
    yield Episode(event.npc_id, "service", text, {}, tuple(parts))


def _sold_for(now: Moment, event: events.ConsignmentsSold) -> Iterator[Episode]:
    sellers: dict[EntityId, list[events.Sale]] = {}
    for sale in event.sales:
        sellers.setdefault(sale.npc_id, []).append(sale)
    for npc_id, sales in sellers.items():
        cents = sum(sale.price_cents for sale in sales)
        parts = sorted({sale.item.part for sale in sales})
        text = f"I sold {', '.join(map(words, parts))} for {BROKER} and took {dollars(cents)}."
        yield Episode(npc_id, "service", text, {"cents": str(cents)}, tuple(parts))


def _defected(now: Moment, event: events.IntermediaryDefected) -> Iterator[Episode]:
    yield Episode(event.npc_id, "service", f"I made off with the goods that {BROKER} had left with me.")


def _audited(now: Moment, event: events.IntermediaryAudited) -> Iterator[Episode]:
    text = f"{BROKER} went through my books and found {dollars(event.found_cents)} missing."
    yield Episode(event.npc_id, "service", text, {"cents": str(event.found_cents)})


def _dismissed(now: Moment, event: events.IntermediaryDismissed) -> Iterator[Episode]:
    yield Episode(event.npc_id, "service", f"{BROKER} dismissed me and took the goods back.")


MAKERS: dict[type, Maker] = {
    events.PartSold: _sold,
    events.DealSettled: _settled,
    events.DealFailed: _failed,
    events.Haggled: _haggled,
    events.OfferMade: _offered,
    events.OrdersPlaced: _ordered,
    events.OrderPromised: _promised,
    events.OrderDelivered: _delivered,
    events.OrdersLapsed: _lapsed,
    events.IntermediaryEngaged: _engaged,
    events.GoodsConsigned: _consigned,
    events.ConsignmentsSold: _sold_for,
    events.IntermediaryDefected: _defected,
    events.IntermediaryAudited: _audited,
    events.IntermediaryDismissed: _dismissed,
}
