"""What happened to whom, read off the log and the script alone. No memory is asked."""

from collections.abc import Iterator
from dataclasses import dataclass

from bodybroker.kernel.ids import EntityId
from bodybroker.minds.memory.calendar import night_of
from bodybroker.world.base import PLAYER
from bodybroker.world.beliefs.events import BeliefsFormed
from bodybroker.world.conditions import met
from bodybroker.world.houses.events import HousesAdvanced
from bodybroker.world.market.events import OrderDelivered, OrderPromised, OrdersLapsed, PartSold
from bodybroker.world.rules import Rules
from bodybroker.world.state import State
from bodybroker.world.talk.events import TurnSpoken
from bodybroker.world.wording import a

from tests.benchmarks.memory.history import Happened, History
from tests.benchmarks.memory.talk import Statement


@dataclass(frozen=True, slots=True)
class Sale:
    seq: int
    night: int
    part: str
    cents: int
    buyer: EntityId
    seen_by: tuple[EntityId, ...]
    delivery: bool = False


@dataclass(frozen=True, slots=True)
class Promise:
    seq: int
    night: int
    part: str
    npc_id: EntityId
    broken: bool


@dataclass(frozen=True, slots=True)
class Taking:
    """A house took a quarter of another."""

    seq: int
    night: int
    house: str
    other: str
    quarter: str
    known_to: frozenset[EntityId]


@dataclass(frozen=True, slots=True)
class Said:
    """The player's word: to whom, who heard it."""

    seq: int
    night: int
    statement: Statement
    listener: EntityId
    heard_by: tuple[EntityId, ...]


@dataclass(frozen=True, slots=True)
class Word:
    """What one NPC told another, in words."""

    seq: int
    night: int
    listener: EntityId
    teller: EntityId
    subject: EntityId
    claim: str


@dataclass(frozen=True, slots=True)
class Facts:
    """Everything that questions are asked about."""

    sales: tuple[Sale, ...]
    promises: tuple[Promise, ...]
    takings: tuple[Taking, ...]
    said: tuple[Said, ...]
    gossip: tuple[Word, ...]
    claims: tuple[tuple[EntityId, int, str], ...]


def facts(history: History) -> Facts:
    """The facts of a history."""
    sales: list[Sale] = []
    promises: list[Promise] = []
    takings: list[Taking] = []
    said: list[Said] = []
    claims: list[tuple[EntityId, int, str]] = []
    gossip: list[Word] = []
    for happened in history.events:
        if happened.before is None:
            continue
        night = night_of(happened.before.minute, history.rules.clock)
        match happened.event:
            case PartSold() | OrderDelivered():
                sales.append(_sale(happened.seq, night, happened.before, happened.event))
            case OrderPromised() | OrdersLapsed():
                promises += _promises(happened, night, happened.before)
            case HousesAdvanced():
                takings += _takings(happened, night, happened.before)
            case BeliefsFormed():
                gossip += _words(history.rules, happened, night, happened.before)
            case TurnSpoken(npc_id=npc_id, heard_by=heard_by):
                utterance = history.said[happened.seq]
                if utterance.statement is not None:
                    said.append(Said(happened.seq, night, utterance.statement, npc_id, heard_by))
                if utterance.claimed is not None:
                    claims.append((npc_id, *utterance.claimed))
    return Facts(tuple(sales), tuple(promises), tuple(takings), tuple(said), tuple(gossip), tuple(claims))


def _words(rules: Rules, happened: Happened, night: int, before: State) -> Iterator[Word]:
    assert isinstance(happened.event, BeliefsFormed)
    names: dict[str, str] = {npc_id: npc.character.name for npc_id, npc in before.npcs.items()}
    names |= {place_id: place.site.name for place_id, place in before.places.items()}
    names |= {house_id: house.name for house_id, house in before.houses.houses.items()}
    names |= {PLAYER: "the broker", "": ""} | {part: a(part) for part in rules.parts.parts}
    for learned in happened.event.learned:
        claim, teller = learned.claim, learned.evidence.source
        if teller is not None and teller != PLAYER and learned.evidence.kind in ("told", "lied", "distorted"):
            says = rules.beliefs.predicates[claim.predicate].says
            text = says.format(subject=names[claim.subject], object=names.get(claim.object, a(claim.object or "thing")))
            yield Word(happened.seq, night, learned.holder, teller, claim.subject, text)


def _sale(seq: int, night: int, before: State, event: PartSold | OrderDelivered) -> Sale:
    seen_by = tuple(npc.character.npc_id for npc in met(before) if npc.character.npc_id != event.npc_id)
    is_delivery = isinstance(event, OrderDelivered)
    return Sale(seq, night, event.item.part, event.price_cents, event.npc_id, seen_by, is_delivery)


def _promises(happened: Happened, night: int, before: State) -> Iterator[Promise]:
    event = happened.event
    broken = isinstance(event, OrdersLapsed)
    ids = event.broken_ids if isinstance(event, OrdersLapsed) else (event.order_id,)
    for order_id in ids:
        order = before.market.orders[order_id]
        yield Promise(happened.seq, night, order.part, order.npc_id, broken)


def _takings(happened: Happened, night: int, before: State) -> Iterator[Taking]:
    """Those that a member of one of the two houses cannot have missed."""
    races: dict[EntityId, set[str]] = {}
    for race, house_id in before.houses.races.items():
        races.setdefault(house_id, set()).add(race)
    by_name = {house.name: house_id for house_id, house in before.houses.houses.items()}
    assert isinstance(happened.event, HousesAdvanced)
    for rumour in happened.event.rumours:
        if rumour.kind == "quarter_taken":
            kin = set().union(
                *(races.get(by_name.get(name, EntityId("")), set()) for name in (rumour.house, rumour.other))
            )
            known_to = frozenset(npc_id for npc_id, npc in before.npcs.items() if npc.character.race in kin)
            yield Taking(happened.seq, night, rumour.house, rumour.other, rumour.what, known_to)
