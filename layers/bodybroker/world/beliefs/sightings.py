"""What can be seen of an event: which claims it makes plain, to whom it happened, and where."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from bodybroker.kernel.ids import EntityId
from bodybroker.world.base import PLAYER
from bodybroker.world.beliefs.state import Claim
from bodybroker.world.conflict.events import DangerPassed
from bodybroker.world.crime.events import LawBribed, PlayerArrested, PoliceResponded, VictimKilled
from bodybroker.world.houses.events import AllianceMade, HouseBetrayed
from bodybroker.world.market import worth
from bodybroker.world.market.events import (
    IntermediaryDefected,
    IntermediaryEngaged,
    OrderDelivered,
    OrdersLapsed,
    PartSold,
)
from bodybroker.world.rules import Rules
from bodybroker.world.state import State
from bodybroker.world.talk.events import BribeTaken, ThreatMade, WordBroken, WordGiven, WordKept


@dataclass(frozen=True, slots=True)
class Sighting:
    """A claim made plain to `parties`, and to whoever is at `place_id`; None where it happens out of sight."""

    claim: Claim
    parties: tuple[EntityId, ...] = ()
    place_id: EntityId | None = None


Reader = Callable[[State, Any, Rules], Iterator[Sighting]]
"""What can be seen of an event, in the state as it was before."""


def _part_sold(state: State, event: PartSold, rules: Rules) -> Iterator[Sighting]:
    if worth.is_foul(event.item, rules):
        predicate = "sold_foul_part"
    elif worth.quality(event.item) >= rules.customers.trust.good_quality:
        predicate = "sold_fine_part"
    else:
        return
    yield Sighting(Claim(PLAYER, predicate, event.item.part), (event.npc_id,), state.player.place_id)


def _order_delivered(state: State, event: OrderDelivered, rules: Rules) -> Iterator[Sighting]:
    yield Sighting(Claim(PLAYER, "kept_promise", event.npc_id), (event.npc_id,), state.player.place_id)


def _orders_lapsed(state: State, event: OrdersLapsed, rules: Rules) -> Iterator[Sighting]:
    for order_id in event.broken_ids:
        npc_id = state.market.orders[order_id].npc_id
        yield Sighting(Claim(PLAYER, "broke_promise", npc_id), (npc_id,))


def _word_over(state: State, event: WordKept | WordBroken, rules: Rules) -> Iterator[Sighting]:
    pledge = state.talk.pledges[event.pledge_id]
    if pledge.by == PLAYER:
        predicate = "kept_promise" if isinstance(event, WordKept) else "broke_promise"
        yield Sighting(Claim(PLAYER, predicate, pledge.to), (pledge.to,))


def _intermediary_engaged(state: State, event: IntermediaryEngaged, rules: Rules) -> Iterator[Sighting]:
    yield Sighting(Claim(event.npc_id, "works_for", PLAYER), (PLAYER,), state.player.place_id)


def _intermediary_defected(state: State, event: IntermediaryDefected, rules: Rules) -> Iterator[Sighting]:
    yield Sighting(Claim(event.npc_id, "robbed", PLAYER), (PLAYER,), state.npcs[event.npc_id].character.haunt_id)


def _victim_killed(state: State, event: VictimKilled, rules: Rules) -> Iterator[Sighting]:
    if event.witnessed:
        yield Sighting(Claim(PLAYER, "killed", "passer_by"), (), event.place_id)


def _police_responded(state: State, event: PoliceResponded, rules: Rules) -> Iterator[Sighting]:
    """A robbery is seen where it brings the police; those are seen by the whole street."""
    if event.outcome != "unnoticed":
        yield Sighting(Claim(PLAYER, "robbed", event.place_id), (), event.place_id)
        for place_id in sorted(state.places):
            if state.places[place_id].site.kind == "street":
                yield Sighting(Claim(PLAYER, "robbed", event.place_id), (), place_id)


def _law_bribed(state: State, event: LawBribed, rules: Rules) -> Iterator[Sighting]:
    if event.outcome == "taken":
        yield Sighting(Claim(PLAYER, "bribes_police"), (), event.place_id)


def _player_arrested(state: State, event: PlayerArrested, rules: Rules) -> Iterator[Sighting]:
    yield Sighting(Claim(PLAYER, "was_arrested"), (), state.player.place_id)


def _danger_passed(state: State, event: DangerPassed, rules: Rules) -> Iterator[Sighting]:
    danger = state.conflict.danger
    if danger is not None and event.outcome == "won":
        for npc_id in sorted(foe.npc_id for foe in danger.foes if foe.npc_id in state.npcs and foe.npc_id is not None):
            yield Sighting(Claim(PLAYER, "beat", npc_id), (npc_id,), danger.place_id)


def _alliance_made(state: State, event: AllianceMade, rules: Rules) -> Iterator[Sighting]:
    yield Sighting(Claim(PLAYER, "serves_house", event.house_id), _people(state, event.house_id))


def _house_betrayed(state: State, event: HouseBetrayed, rules: Rules) -> Iterator[Sighting]:
    yield Sighting(Claim(PLAYER, "betrayed_house", event.house_id), _people(state, event.house_id))


def _bribe_taken(state: State, event: BribeTaken, rules: Rules) -> Iterator[Sighting]:
    yield Sighting(Claim(event.npc_id, "takes_money", PLAYER), (PLAYER,), state.player.place_id)


def _threat_made(state: State, event: ThreatMade, rules: Rules) -> Iterator[Sighting]:
    yield Sighting(Claim(PLAYER, "threatened", event.npc_id), (event.npc_id,), state.player.place_id)


def _word_given(state: State, event: WordGiven, rules: Rules) -> Iterator[Sighting]:
    pledge = event.pledge
    if pledge.vow == "pay" and pledge.by == PLAYER:
        yield Sighting(Claim(PLAYER, "owes", pledge.to), (pledge.to,))


def _people(state: State, house_id: EntityId) -> tuple[EntityId, ...]:
    """The members of a house who live in the district."""
    races = state.houses.races
    return tuple(npc_id for npc_id in sorted(state.npcs) if races.get(state.npcs[npc_id].character.race) == house_id)


READERS: dict[type, Reader] = {
    PartSold: _part_sold,
    OrderDelivered: _order_delivered,
    OrdersLapsed: _orders_lapsed,
    IntermediaryEngaged: _intermediary_engaged,
    IntermediaryDefected: _intermediary_defected,
    WordKept: _word_over,
    WordBroken: _word_over,
    VictimKilled: _victim_killed,
    PoliceResponded: _police_responded,
    LawBribed: _law_bribed,
    PlayerArrested: _player_arrested,
    DangerPassed: _danger_passed,
    AllianceMade: _alliance_made,
    HouseBetrayed: _house_betrayed,
    BribeTaken: _bribe_taken,
    ThreatMade: _threat_made,
    WordGiven: _word_given,
}
