"""Conditions that several rules ask for; each raises Refused with its code and a reason in plain English."""

from collections.abc import Iterator

from bodybroker.generation.entities import Item, Phase
from bodybroker.kernel.errors import Refused
from bodybroker.kernel.ids import EntityId
from bodybroker.world.base import ordered
from bodybroker.world.places import site_here
from bodybroker.world.rules import Rules
from bodybroker.world.state import Npc, State


def is_present(state: State, npc: Npc) -> bool:
    """Whether the NPC can be met by a player who stands in its haunt."""
    return state.phase in npc.character.awake and state.minute >= npc.away_until


def check_npc_here(state: State, npc_id: EntityId) -> None:
    """Raises Refused unless the player and that NPC are face to face."""
    npc = state.npcs.get(npc_id)
    if npc is None:
        raise Refused("unknown_npc", "Nobody of that id lives in this district.")
    if npc.character.haunt_id != state.player.place_id or not is_present(state, npc):
        raise Refused("npc_not_here", f"{npc.character.name} is not here now.")


def check_phase(state: State, phase: Phase, reason: str) -> None:
    """Raises Refused at the wrong time of day."""
    if state.phase != phase:
        raise Refused("wrong_phase", reason, phase=state.phase)


def check_street_by_day(state: State, what: str) -> None:
    """Raises Refused unless the player is on the street by day; `what` begins the reason."""
    if site_here(state).kind != "street":
        raise Refused("not_on_the_street", f"{what} on the street.")
    check_phase(state, "day", f"{what} on the street by day only.")


def carried(state: State, item_id: EntityId) -> Item:
    """An item of the bag; raises Refused when there is none of that id."""
    item = state.player.inventory.get(item_id)
    if item is None:
        raise Refused("unknown_item", "You carry nothing of that id.")
    return item


def check_bag(state: State, rules: Rules) -> None:
    """Raises Refused when the bag is full."""
    if len(state.player.inventory) >= rules.player.bag_size:
        raise Refused("bag_full", f"Your bag holds {rules.player.bag_size} parts and is full.")


def check_money(state: State, price_cents: int) -> None:
    """Raises Refused when the player cannot pay."""
    if state.player.money_cents < price_cents:
        raise Refused("not_enough_money", "You cannot pay for that.", price_cents=price_cents)


def check_hideout(state: State) -> None:
    """Raises Refused outside the hideout."""
    if site_here(state).kind != "hideout":
        raise Refused("not_in_hideout", "That is done in your hideout.")


def locals_of(state: State) -> Iterator[Npc]:
    """Those who haunt the place where the player is, present or not, by id."""
    here = state.player.place_id
    yield from ordered({npc_id: npc for npc_id, npc in state.npcs.items() if npc.character.haunt_id == here})


def met(state: State) -> Iterator[Npc]:
    """Those who are where the player is, by id."""
    return (npc for npc in locals_of(state) if is_present(state, npc))
